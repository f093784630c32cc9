// Approvals: who counts, and that a signature is good for the one statement that it was made for.
import { generateKeyPairSync } from 'node:crypto'
import t from 'tap'
import { countApprovals } from '../../src/directives/approvals.ts'
import type { Approval, Statement } from '../../src/directives/envelope.ts'
import { approve, isGenuine, publicKeyOf, readPrivateKey } from '../../src/directives/index.ts'
import { officer, signerOf } from './envelopes.ts'

const statement: Statement = {
  kind: 'policy',
  serial: 7,
  digest: `sha256:${'a'.repeat(64)}`,
  author: 'ann',
  createdAt: 1,
  notAfter: null,
}
const [ann, bob, cyd, eve] = [officer('ann'), officer('bob'), officer('cyd'), officer('eve')]
const signers = [signerOf(ann), signerOf(bob), signerOf(cyd, 'registers')]
const by = ({ name, key }: typeof bob, of: Statement = statement): Approval => approve(of, key, { by: name, at: 1 })

t.test(
  'an approval is good for one statement: every other kind, serial, digest, author or end is another one',
  async (t) => {
    const approval = by(bob)
    t.ok(isGenuine(statement, approval))
    const others: readonly Partial<Statement>[] = [
      { kind: 'registers' },
      { kind: 'whole' },
      { serial: 8 },
      { digest: `sha256:${'b'.repeat(64)}` },
      { author: 'bob' },
      { author: null },
      { createdAt: 2 },
      { notAfter: 5 },
    ]
    for (const other of others) t.notOk(isGenuine({ ...statement, ...other }, approval), JSON.stringify(other))
    t.notOk(isGenuine(statement, { ...approval, by: 'cyd' }))
    t.notOk(isGenuine(statement, { ...approval, at: 2 }))
    t.notOk(isGenuine(statement, { ...approval, key: publicKeyOf(cyd.key) }))
    t.notOk(isGenuine(statement, { ...approval, key: 'A'.repeat(43) }))
    t.notOk(isGenuine(statement, { ...approval, signature: 'A'.repeat(86) }))
  },
)

t.test('each approver counts once; the author, strangers and those who may not count not at all', async (t) => {
  const count = (...approvals: readonly Approval[]) => countApprovals(statement, approvals, signers)
  t.same(count(by(bob), by(bob)), { approvers: ['bob'], uncounted: [], forged: [] })
  t.match(count(by(ann)), { approvers: [], uncounted: [/`ann` is the author/] })
  t.match(count(by(eve)), { approvers: [], uncounted: [/do not know the key of `eve`/] })
  t.match(count(by(cyd)), { approvers: [], uncounted: [/`cyd` may not approve bundles of the kind `policy`/] })
  t.match(count({ ...by(bob), at: 2 }), { approvers: [], forged: [/`bob` was not made with their key/] })
  const second = officer('bob')
  const both = countApprovals(statement, [by(bob), by(second)], [...signers, signerOf(second)])
  t.same(both.approvers, ['bob'], 'two keys of one person are one approver')
})

t.test('the author is the same person however the name is written', async (t) => {
  for (const author of ['BOB', ' bob', 'Bob ', 'ｂｏｂ']) {
    const own = { ...statement, author }
    t.match(countApprovals(own, [by(bob, own)], signers), { approvers: [], uncounted: [/is the author/] }, author)
  }
  const own = { ...statement, author: 'Robert' }
  const renamed = approve(own, bob.key, { by: 'robert', at: 1 })
  t.same(countApprovals(own, [renamed], signers).approvers, [], 'nor under the name that they signed with')
})

t.test('a private key is PKCS#8 PEM or a JWK, and Ed25519', async (t) => {
  const pem = bob.key.export({ type: 'pkcs8', format: 'pem' })
  const jwk = JSON.stringify(bob.key.export({ format: 'jwk' }))
  for (const text of [pem, jwk]) t.equal(publicKeyOf(readPrivateKey(text)), publicKeyOf(bob.key))
  const rsa = generateKeyPairSync('rsa', { modulusLength: 2048 }).privateKey.export({ type: 'pkcs8', format: 'pem' })
  t.throws(() => readPrivateKey(rsa), { message: /no Ed25519 key/ })
  for (const text of ['', '{', '{}', pem.slice(0, 60)])
    t.throws(() => readPrivateKey(text), { message: /no private key/ })
})
