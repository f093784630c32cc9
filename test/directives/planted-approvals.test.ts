// Approvals that somebody who can write the file, and sign nothing, has put into it.
import t from 'tap'
import { envelopeOf } from '../../src/directives/envelope.ts'
import { approve, type Envelope, publicKeyOf, statementOf } from '../../src/directives/index.ts'
import { type ApprovalRules, judgePart } from '../../src/directives/judge-part.ts'
import { limits } from '../../src/limits.ts'
import { officer, signerOf } from './envelopes.ts'

const content = { format: 'portcullis-policy/1' }
const head = { kind: 'policy', serial: 1, author: 'ann', createdAt: 0, notAfter: null } as const
const statement = statementOf(content, head)
const [bob, cyd, dee] = [officer('bob'), officer('cyd'), officer('dee')]
const rulesOf = (...all: readonly (typeof bob)[]): ApprovalRules => ({
  signers: all.map((one) => signerOf(one)),
  threshold: 2,
  registersThreshold: 1,
})
const by = ({ name, key }: typeof bob) => approve(statement, key, { by: name, at: 0 })
const planted = ({ key }: typeof bob) => ({ by: 'dee', at: 0, key: publicKeyOf(key), signature: 'A'.repeat(86) })
const file = (...approvals: Envelope['approvals'][number][]): Envelope => ({ statement, content, approvals })

function taken(offered: Envelope, inForce: Envelope | null, rules: ApprovalRules): Envelope {
  const before = inForce === null ? null : { envelope: inForce, isTrusted: true }
  const judged = judgePart(offered, before, rules, 1)
  if (judged.kind === 'refusal') throw new Error(judged.reasons.join())
  return judged.envelope
}

t.test('whatever is offered again and again, what is kept can be read again', async (t) => {
  const rules = rulesOf(bob, cyd)
  const strangers = () => Array.from({ length: limits.bundleApprovals - 1 }, () => planted(officer('x')))
  let kept = taken(file(by(bob), ...strangers()), null, rules)
  for (let times = 0; times < 3; times += 1) kept = taken(file(...strangers(), by(cyd)), kept, rules)
  t.same(kept.approvals, [by(bob), by(cyd)])
  t.equal(envelopeOf({ format: 'portcullis-bundle-file/2', ...structuredClone(kept) } as never).kind, 'envelope')
})

t.test('a false approval under the key of a later colleague does not stand in the way of the true one', async (t) => {
  const first = taken(file(by(bob), planted(dee)), null, rulesOf(bob, cyd))
  const again = taken(file(planted(dee)), first, rulesOf(bob, cyd))
  t.same(taken(file(by(bob), by(dee)), again, rulesOf(bob, cyd, dee)).approvals, [by(bob), by(dee)])
})
