// What comes into force next: every way in which a bundle is refused, and one may close, two must open.
import t from 'tap'
import type { Envelope } from '../../src/directives/envelope.ts'
import type { ApprovalRules } from '../../src/directives/judge-part.ts'
import { type InForce, nextPolicy, type Offer, type Offered } from '../../src/directives/next-policy.ts'
import type { PermitsMore, Verdict } from '../../src/directives/permits-more.ts'
import type { JsonObject } from '../../src/json/index.ts'
import { compiled, directiveOf, reference } from './bundles.ts'
import { approved, envelope, officer, signerOf } from './envelopes.ts'

const now = Date.parse('2026-06-20T12:00:00Z')
const day = 86_400_000
const [bob, cyd, eve] = [officer('bob'), officer('cyd'), officer('eve')]
const rules: ApprovalRules = {
  signers: [signerOf(bob), signerOf(cyd, 'policy'), signerOf(eve, 'registers')],
  threshold: 2,
  registersThreshold: 1,
}

const base = compiled(reference)
const registerFiles = base.sources.flatMap(({ path }) => (path.startsWith('registers/') ? [path] : []))
type Change = (bundle: Parameters<typeof directiveOf>[0]) => void

function made(kind: 'policy' | 'registers' | 'whole', rest: Parameters<typeof envelope>[2], change?: Change): Envelope {
  const bundle = structuredClone(base) as Parameters<typeof directiveOf>[0]
  change?.(bundle)
  return envelope(kind, { bundle: bundle as object as JsonObject, registerFiles }, rest)
}

const policy = (serial: number, change?: Change, rest = {}): Envelope => made('policy', { serial, ...rest }, change)
const registers = (serial: number, change?: Change, rest = {}): Envelope =>
  made('registers', { serial, notAfter: now + 7 * day, ...rest }, change)

const stricter: Change = (bundle) => {
  bundle.grants = []
}
const laxer: Change = (bundle) => {
  bundle.grants = bundle.grants.map((grant) => ({ ...grant, id: `${grant.id}-more` }))
}
const newMember: Change = (bundle) => {
  bundle.registers.members.push({
    program: 'glasswing',
    member: { kind: 'organization', organization: 'harbor-analytics' },
    from: 0,
    to: null,
  })
}

const offered = (one: Envelope): Offered => ({ kind: 'envelope', envelope: one })
const asked: JsonObject[][] = []
const says =
  (verdict: Verdict): PermitsMore =>
  async (before, after) => {
    asked.push([before, after])
    return verdict
  }
const nothing = says({ kind: 'nothing-new' })
const more = says({ kind: 'permits-more', examples: ['a German reaches fable-5'] })

async function next(one: Envelope | Offered, other: Envelope | Offered | null, inForce?: InForce, permitsMore = more) {
  const offer: Offer = {
    policy: 'kind' in one ? one : offered(one),
    registers: other === null || 'kind' in other ? other : offered(other),
  }
  return nextPolicy(offer, inForce, { rules, permitsMore, now, signal: new AbortController().signal })
}

const goodPolicy = approved(policy(5), bob, cyd)
const goodRegisters = approved(registers(3), eve)

async function started(): Promise<InForce> {
  const outcome = await next(goodPolicy, goodRegisters)
  if (outcome.next === null) throw new Error(JSON.stringify(outcome.refusals))
  return { ...outcome.next, heldSince: {}, isTrusted: true }
}

t.test('a policy with two approvals and registers with one come into force together', async (t) => {
  const { pair, due, policy } = await started()
  t.same([pair.policy.statement.serial, pair.registers?.statement.serial], [5, 3])
  t.same(due, { policy: null, registers: null })
  t.equal(policy.bundle.serial, 5)
  t.equal(policy.bundle.sources.length, base.sources.length)
})

t.test('each way of being wrong has its code, and changes nothing', async (t) => {
  const inForce = await started()
  const cases: readonly (readonly [string, string, Envelope, Envelope])[] = [
    ['nobody signed', 'bundle_unsigned', policy(6, stricter), goodRegisters],
    ['a stranger signed', 'bundle_unsigned', approved(policy(6), officer('bob')), goodRegisters],
    [
      'the author alone signed',
      'bundle_unsigned',
      approved(policy(6, stricter, { author: 'bob' }), bob),
      goodRegisters,
    ],
    ['signed by somebody for registers', 'bundle_unsigned', approved(policy(6), eve), goodRegisters],
    ['no author', 'author_missing', approved(policy(6, stricter, { author: null }), bob, cyd), goodRegisters],
    ['one signature on what opens', 'approvals_missing', approved(policy(6, laxer), bob), goodRegisters],
    [
      'the author is the second',
      'approvals_missing',
      approved(policy(6, laxer, { author: 'cyd' }), bob, cyd),
      goodRegisters,
    ],
    ['twice the same', 'approvals_missing', approved(policy(6, laxer), bob, bob), goodRegisters],
    ['an older serial', 'serial_not_higher', approved(policy(4), bob, cyd), goodRegisters],
    ['the same serial', 'serial_not_higher', approved(policy(5, stricter), bob, cyd), goodRegisters],
    ['expired', 'bundle_expired', approved(policy(6, stricter, { notAfter: now }), bob, cyd), goodRegisters],
    ['registers older', 'serial_not_higher', goodPolicy, approved(registers(2), eve)],
    ['registers unsigned', 'bundle_unsigned', goodPolicy, registers(4, newMember)],
    ['registers by cyd', 'bundle_unsigned', goodPolicy, approved(registers(4), cyd)],
    ['registers without end', 'expiry_missing', goodPolicy, approved(registers(4, newMember, { notAfter: null }), eve)],
    ['registers expired', 'bundle_expired', goodPolicy, approved(registers(4, newMember, { notAfter: now - 1 }), eve)],
    ['one for everything', 'bundle_kind', approved(made('whole', { serial: 6 }), bob, cyd), goodRegisters],
    [
      'not enforceable',
      'policy_faulty',
      approved(
        policy(6, (one) => void (one.lists = [])),
        bob,
        cyd,
      ),
      goodRegisters,
    ],
  ]
  for (const [name, code, one, other] of cases) {
    const outcome = await next(one, other, inForce)
    t.match(outcome, { next: null, refusals: [{ code }] }, name)
    t.equal(outcome.refusals.length, 1, name)
  }
})

t.test('a gateway that enforced a folder takes the first bundles, whatever serial it had counted', async (t) => {
  const folder = made('whole', { serial: 9 })
  const offer: Offer = { policy: offered(folder), registers: null }
  const unsigned: ApprovalRules = { signers: [], threshold: 1, registersThreshold: 1 }
  const about = { rules: unsigned, permitsMore: nothing, now, signal: new AbortController().signal }
  const outcome = await nextPolicy(offer, undefined, about)
  if (outcome.next === null) throw new Error(JSON.stringify(outcome.refusals))
  const inForce = { ...outcome.next, heldSince: {}, isTrusted: true }
  const first = await next(goodPolicy, goodRegisters, inForce)
  t.same([first.next?.pair.policy.statement.serial, first.refusals], [5, []])
})

t.test('an approval cannot be moved to another bundle', async (t) => {
  const inForce = await started()
  const signed = approved(policy(6, stricter), bob, cyd)
  const moved: readonly Envelope[] = [
    { ...policy(7, stricter), approvals: signed.approvals },
    { ...policy(6, laxer), approvals: signed.approvals },
    { ...policy(6, stricter, { notAfter: now + day }), approvals: signed.approvals },
  ]
  for (const one of moved) t.match(await next(one, goodRegisters, inForce), { refusals: [{ code: 'approval_forged' }] })
  const forged = { ...approved(registers(4, newMember)), approvals: goodRegisters.approvals }
  t.match(await next(goodPolicy, forged, inForce), { refusals: [{ code: 'approval_forged' }] })
})

t.test('a directive that vanishes or was edited in place does not come into force, whoever signed', async (t) => {
  const inForce = await started()
  const without: Change = (bundle) => {
    bundle.directives = bundle.directives.filter(({ id }) => id !== 'muse-spark-thinking')
  }
  const edited: Change = (bundle) => {
    directiveOf(bundle, 'muse-spark-thinking').onUnknown = 'review'
  }
  const outcome = (change: Change) => next(approved(policy(6, change), bob, cyd), goodRegisters, inForce)
  t.match(await outcome(without), { next: null, refusals: [{ code: 'directive_vanished' }] })
  t.match(await outcome(edited), { next: null, refusals: [{ code: 'changed_without_version' }] })
})

t.test('one may close: the second approval is due within a day', async (t) => {
  const inForce = await started()
  asked.length = 0
  const closing = approved(policy(6, stricter), bob)
  const outcome = await next(closing, goodRegisters, inForce, nothing)
  t.match(outcome.next, { due: { policy: now + day, registers: null }, policy: { bundle: { serial: 6 } } })
  t.equal(asked.length, 1)
  t.equal(asked[0]?.[0], inForce.bundle, 'what is in force is what it is compared with')
  if (outcome.next === null) throw new Error('refused')
  const closed: InForce = { ...outcome.next, heldSince: {}, isTrusted: true }

  t.match(await next(goodPolicy, goodRegisters, closed, nothing), { refusals: [{ code: 'serial_not_higher' }] })
  const again = await next(
    approved(policy(7, stricter), cyd),
    goodRegisters,
    { ...closed, due: { policy: 9, registers: null } },
    nothing,
  )
  t.equal(again.next?.due.policy, 9, 'a later change by one officer puts nothing off')
  const opened = await next(approved(policy(7), cyd), goodRegisters, closed, more)
  t.match(opened.refusals, [{ code: 'approvals_missing', reasons: [/serial 7 lacks 1/, /permits more/, /a German/] }])
  const both = await next(approved(policy(7), bob, cyd), goodRegisters, closed, more)
  t.equal(both.next?.due.policy, null)

  const complete = await next(approved(closing, cyd), goodRegisters, closed, more)
  t.match(complete, { next: null, refusals: [], approved: { policy: { approvals: { length: 2 } } } })
})

t.test('while a part lacks its second approval, the other part opens nothing either', async (t) => {
  const inForce = await started()
  const closing = approved(policy(6, stricter), bob)
  const closed = await next(closing, goodRegisters, inForce, nothing)
  if (closed.next === null) throw new Error('it does not close')
  const owing: InForce = { ...closed.next, heldSince: {}, isTrusted: true }
  const tomorrow = approved(registers(4, newMember), eve)
  const opening = await next(closing, tomorrow, owing, more)
  t.equal(opening.next, null)
  t.match(opening.refusals[0]?.reasons, [
    /the policy bundle with serial 6 in force beside it still lacks approvals/,
    'it permits more:',
  ])
  t.equal((await next(closing, tomorrow, owing, nothing)).next?.policy.bundle.serial, 6, 'what only closes may come')
  const paid: InForce = { ...owing, due: { policy: null, registers: null } }
  t.ok((await next(closing, tomorrow, paid, more)).next, 'and anything, once it is approved')
})

t.test('with enough approvals nothing is compared, and where nobody can compare every change opens', async (t) => {
  const inForce = await started()
  asked.length = 0
  t.ok((await next(approved(policy(6, laxer), bob, cyd), goodRegisters, inForce)).next)
  t.equal(asked.length, 0)
  const undecided = says({ kind: 'undecided', why: 'it took too long', isOpen: true })
  const outcome = await next(approved(policy(6, stricter), bob), goodRegisters, inForce, undecided)
  const reasons = [/lacks 1/, 'it took too long']
  t.match(outcome, { next: null, refusals: [{ code: 'approvals_missing', reasons }], isOpen: true })
})

t.test('before the first policy any one opens', async (t) => {
  const outcome = await next(approved(policy(1), bob), goodRegisters, undefined, nothing)
  t.match(outcome, { next: null, refusals: [{ code: 'approvals_missing' }] })
})

t.test('a good bundle does not wait for a bad one', async (t) => {
  const inForce = await started()
  const closing = approved(policy(6, stricter), bob, cyd)
  const cut: Offered = { kind: 'refusal', code: 'bundle_faulty', reasons: ['cut short'] }
  const alone = await next(closing, cut, inForce)
  t.match(alone.next, { policy: { bundle: { serial: 6 } }, pair: { registers: { statement: { serial: 3 } } } })
  const daily = await next(cut, approved(registers(4, newMember), eve), inForce)
  t.match(daily.next, { policy: { bundle: { serial: 5 } }, pair: { registers: { statement: { serial: 4 } } } })
  const opening = await next(approved(policy(6, laxer), bob), approved(registers(4, newMember), eve), inForce)
  t.match(opening.next?.pair, { policy: { statement: { serial: 5 } }, registers: { statement: { serial: 4 } } })
  t.match(await next(cut, cut, inForce), { next: null, refusals: [{ code: 'bundle_faulty' }] })
})

t.test('a policy bundle without registers is none', async (t) => {
  t.match(await next(goodPolicy, null), { next: null, refusals: [{ code: 'registers_missing' }] })
  const cut: Offered = { kind: 'refusal', code: 'bundle_unreadable', reasons: ['gone'] }
  t.match(await next(goodPolicy, cut), { next: null, refusals: [{ code: 'bundle_unreadable' }] })
  t.match(await next(cut, goodRegisters), { next: null, refusals: [{ code: 'bundle_unreadable' }] })
})

t.test(
  'what is remembered and approved by nobody completes no pair, and is what others are held against',
  async (t) => {
    const remembered: InForce = { ...(await started()), isTrusted: false }
    const alone = await next(approved(policy(6), bob, cyd), null, remembered)
    t.match(alone, { next: null, refusals: [{ code: 'registers_missing' }] })
    const anew = await next(goodPolicy, goodRegisters, remembered)
    t.match(anew.next, { policy: { bundle: { serial: 5 } } }, 'the same bundles, approved by those who are named now')
    t.match(await next(approved(policy(4), bob, cyd), goodRegisters, remembered), {
      refusals: [{ code: 'serial_not_higher' }],
    })
    const closing = await next(approved(policy(6, stricter), bob), goodRegisters, remembered, nothing)
    t.match(
      closing,
      { next: null, refusals: [{ code: 'approvals_missing' }] },
      'nothing is in force that it could only close',
    )
  },
)
