import t from 'tap'
import { pages } from '../../docs/pages.ts'
import { notYetGiven } from '../../docs/reasons-page.ts'
import { type Reason, reasons } from '../../src/vocabulary/reason.ts'
import { read, repositoryFiles } from '../architecture/tree.ts'

for (const [path, page] of Object.entries(pages)) {
  t.test(`${path} says what the source says (if not: npm run pages)`, async (t) => {
    t.equal(read(path), page())
  })
}

t.test('every reason stands in its page, once, and nothing else does', async (t) => {
  const listed = [...read('docs/reasons.md').matchAll(/^\| `(\w+)`(?: \*\(not yet\)\*)? \|/gm)].map((match) => match[1])
  t.strictSame(listed.toSorted(), Object.keys(reasons).toSorted())
})

t.test('a reason is marked as not given yet as long as nothing gives it, and no longer', async (t) => {
  // The table, its order and what is told in place of a reason name them all and give none.
  const tables = ['src/vocabulary/reason.ts', 'src/policy/engine/reason-order.ts', 'src/enforcement/answer-code.ts']
  const source = repositoryFiles()
    .filter((path) => path.startsWith('src/') && path.endsWith('.ts') && !tables.includes(path))
    .map(read)
    .join('\n')
  for (const reason of Object.keys(reasons) as Reason[]) {
    // `revoked` is a state of evidence too.
    if (reason !== 'revoked') t.equal(source.includes(`'${reason}'`), !notYetGiven.has(reason), reason)
  }
})
