import { createHash } from 'node:crypto'
import t from 'tap'
import { leafIn } from '../../src/decision-log/entry.ts'
import { Tree } from '../../src/decision-log/tree.ts'

const leaf = (data: Buffer) => leafIn(Buffer.concat([Buffer.of(0xff), data]), 1, data.length + 1)

// The eight leaves and roots of the Certificate Transparency reference implementation.
const leaves = ['', '00', '10', '2021', '3031', '40414243', '5051525354555657', '606162636465666768696a6b6c6d6e6f']
const roots = [
  'e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855',
  '6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d',
  'fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125',
  'aeb6bcfe274b70a14fb067a5e5578264db0fa9b51af5e0ba159158f329e06e77',
  'd37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7',
  '4e3bbb1f7b478dcfe71fb631631519a3bca12c9aefca1612bfce4c13a86264d4',
  '76e67dadbcdf1e10e1b74ddc608abd2f98dfb16fbce75277b5232a127f2087ef',
  'ddb89be403809e325750d3d263cd78929c2942b7942a34b77e122c9594a74c8c',
  '5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328',
]

t.test('the roots are those of Certificate Transparency', async (t) => {
  const tree = new Tree()
  t.equal(tree.root().toString('hex'), roots[0])
  for (const [i, data] of leaves.entries()) {
    tree.append(leaf(Buffer.from(data, 'hex')))
    t.equal(tree.root().toString('hex'), roots[i + 1])
    t.equal(tree.size, i + 1)
  }
})

/** RFC 6962 §2.1, word by word. */
function rootOf(list: readonly Buffer[]): Buffer {
  const [only] = list
  if (only === undefined) return createHash('sha256').digest()
  if (list.length === 1) return createHash('sha256').update(Buffer.of(0)).update(only).digest()
  let k = 1
  while (k * 2 < list.length) k *= 2
  const hash = createHash('sha256').update(Buffer.of(1))
  return hash
    .update(rootOf(list.slice(0, k)))
    .update(rootOf(list.slice(k)))
    .digest()
}

t.test('the compact range agrees with the recursive definition at every size', async (t) => {
  const data = Array.from({ length: 260 }, (_, i) => Buffer.from(`leaf ${i}`))
  const tree = new Tree()
  const wrong: number[] = []
  for (const [i, item] of data.entries()) {
    tree.append(leaf(item))
    if (!tree.root().equals(rootOf(data.slice(0, i + 1)))) wrong.push(i + 1)
  }
  t.same(wrong, [])
})

t.test('a tree goes on from its frontier as if it had never stopped, and from nothing else', async (t) => {
  const tree = new Tree()
  const wrong: number[] = []
  for (let i = 0; i < 100; i++) {
    tree.append(leaf(Buffer.from([i])))
    const again = Tree.at(tree.size, tree.frontier())
    if (!again.root().equals(tree.root())) wrong.push(i)
    again.append(leaf(Buffer.from('next')))
    if (tree.size !== i + 1) wrong.push(i)
  }
  t.same(wrong, [])
  t.throws(() => Tree.at(5, [Buffer.alloc(32)]), RangeError)
  t.throws(() => Tree.at(-1, []), RangeError)
  t.throws(() => Tree.at(1.5, [Buffer.alloc(32)]), RangeError)
})
