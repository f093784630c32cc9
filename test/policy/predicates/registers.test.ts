// member, evaluator, staff, tier: closed registers, half-open intervals, nothing by a token's word.

import t from 'tap'
import type { Registers, RegisterTest } from '../../../src/policy/bundle/bundle.ts'
import { answer, ask, at, ever, issuer, limb, load, noon, registers, restriction } from '../small-policy.ts'

const closedTo = (is: RegisterTest, entries: Partial<Registers>) =>
  load({
    directives: [restriction('p', [limb(is, { reason: 'membership_absent' })], { kind: 'program' })],
    registers: registers(entries),
  })
const member: RegisterTest = { test: 'member', program: 'glasswing', holds: false }
const program = 'glasswing'
const who = { id: 'ada' }
const ada = { issuer, subject: 'ada' }

t.test('somebody is a member by their own entry, at their own issuer', async (t) => {
  const policy = closedTo(member, { members: [{ ...ever, program, member: { kind: 'subject', subject: ada } }] })
  t.equal(answer(ask(policy, { who })), 'permit')
  t.equal(answer(ask(policy, { who: { id: 'bob' } })), 'membership_absent')
  t.equal(answer(ask(policy, { who: { ...who, issuer: 'https://other.example' } })), 'membership_absent')
})

t.test('an employee of a member is one; a contractor, and whoever only says so, is none', async (t) => {
  const of = (engagement: 'employee' | 'contractor') =>
    closedTo(member, {
      members: [{ ...ever, program, member: { kind: 'organization', organization: 'o' } }],
      employees: [{ ...ada, ...ever, organization: 'o', engagement }],
    })
  t.equal(answer(ask(of('employee'), { who })), 'permit')
  t.equal(answer(ask(of('contractor'), { who })), 'membership_absent')
  t.equal(answer(ask(of('employee'), { who: { id: 'bob', organization: 'o' } })), 'membership_absent')
})

t.test('where the organization itself is asked, its own entry counts', async (t) => {
  const policy = load({
    directives: [restriction('p', [limb(member, { anyOf: ['organization'], reason: 'membership_absent' })])],
    registers: registers({ members: [{ ...ever, program, member: { kind: 'organization', organization: 'o' } }] }),
  })
  t.equal(answer(ask(policy, { who: { organization: 'o' } })), 'permit')
  t.equal(answer(ask(policy, { who: { organization: 'p' } })), 'membership_absent')
  t.equal(answer(ask(policy, { who: { organization_expected: true } })), 'membership_absent')
  t.equal(answer(ask(policy, { who: {} })), 'permit', 'a role that nobody names is empty')
})

t.test('a service is a member by the organization that the client register names', async (t) => {
  const policy = closedTo(member, {
    members: [{ ...ever, program, member: { kind: 'organization', organization: 'o' } }],
    clients: [{ ...ada, ...ever, organization: 'o' }],
  })
  t.equal(answer(ask(policy, { who: { ...who, kind: 'service' } })), 'permit')
  t.equal(answer(ask(policy, { who: { id: 'bob', kind: 'service', organization: 'o' } })), 'membership_absent')
})

t.test('a membership begins with its first instant and ends with its last', async (t) => {
  const policy = closedTo(member, {
    members: [{ from: noon, to: noon + 1000, program, member: { kind: 'subject', subject: ada } }],
  })
  const when = (ms: number, uncertainty = 0) =>
    answer(ask(policy, { who, when: new Date(noon + ms).toISOString() }, uncertainty))
  t.equal(when(-1), 'membership_absent', 'not yet is not ended')
  t.equal(when(0), 'permit')
  t.equal(when(999), 'permit')
  t.equal(when(1000), 'membership_ended')
  t.equal(when(0, 250), 'membership_absent', 'an uncertain clock narrows it')
  t.equal(when(250, 250), 'permit')
  t.equal(when(750, 250), 'membership_ended')
})

t.test('with the employment by a member the membership ends', async (t) => {
  const policy = closedTo(member, {
    members: [{ ...ever, program, member: { kind: 'organization', organization: 'o' } }],
    employees: [{ ...ada, from: 0, to: noon, organization: 'o', engagement: 'employee' }],
  })
  t.equal(answer(ask(policy, { who })), 'membership_ended')
  const elsewhere = closedTo(member, {
    employees: [{ ...ada, from: 0, to: noon + 1, organization: 'o', engagement: 'employee' }],
  })
  t.equal(answer(ask(elsewhere, { who })), 'membership_absent', 'an employment by no member')
})

t.test('a program closes its model before it begins', async (t) => {
  const policy = closedTo(member, { members: [{ ...ever, program, member: { kind: 'subject', subject: ada } }] })
  t.equal(answer(ask(policy, { who, when: '2026-05-31T23:59:59.999Z' })), 'membership_absent')
  t.equal(answer(ask(policy, { who, when: '2026-06-01T00:00:00Z' })), 'permit')
  t.equal(answer(ask(policy, { who, when: '2026-06-01T00:00:00.249Z' }, 250)), 'membership_absent')
  t.equal(answer(ask(policy, { who, when: '2026-06-01T00:00:00.250Z' }, 250)), 'permit')
})

t.test('evaluators, staff and tiers are lists of subjects', async (t) => {
  for (const [test, entries] of [
    [{ test: 'evaluator', list: 'red-team', holds: false }, { evaluators: [{ ...ada, ...ever, list: 'red-team' }] }],
    [{ test: 'staff', list: 'named', holds: false }, { staff: [{ ...ada, ...ever, list: 'named' }] }],
    [{ test: 'tier', tier: 'cyber', holds: false }, { tiers: [{ ...ada, ...ever, tier: 'cyber' }] }],
  ] as const) {
    const policy = closedTo(test, entries)
    t.equal(answer(ask(policy, { who })), 'permit', test.test)
    t.equal(answer(ask(policy, { who: { id: 'bob' } })), 'membership_absent', test.test)
    const other = 'tier' in test ? { ...test, tier: 'bio' } : { ...test, list: 'other' }
    t.equal(answer(ask(closedTo(other, entries), { who })), 'membership_absent', `another ${test.test} list`)
  }
})

t.test('a limb that holds for those registered prohibits them alone', async (t) => {
  const policy = load({
    directives: [
      restriction('p', [limb({ test: 'tier', tier: 'barred', holds: true }, { reason: 'tier_restricted' })], {
        effective: at('2026-01-01T00:00:00Z'),
      }),
    ],
    registers: registers({ tiers: [{ ...ada, ...ever, tier: 'barred' }] }),
  })
  t.equal(answer(ask(policy, { who })), 'tier_restricted')
  t.equal(answer(ask(policy, { who: { id: 'bob' } })), 'permit')
})

t.test('whoever works for an organization that is to be a member was never one', async (t) => {
  const later = { from: noon + 1000, to: null }
  const policy = (entries: Partial<Registers>) => answer(ask(closedTo(member, entries), { who }))
  const organization = { program, member: { kind: 'organization' as const, organization: 'o' } }
  const employed = { ...ada, organization: 'o', engagement: 'employee' as const }
  const untilThen = { from: 0, to: noon + 500 }
  t.equal(
    policy({ members: [{ ...later, ...organization }], employees: [{ ...employed, ...untilThen }] }),
    'membership_absent',
  )
  t.equal(
    policy({ members: [{ ...later, ...organization }], employees: [{ ...employed, ...ever }] }),
    'membership_absent',
  )
  t.equal(
    policy({ members: [{ ...ever, ...organization }], employees: [{ ...employed, ...later }] }),
    'membership_absent',
  )
  t.equal(
    policy({ members: [{ ...ever, ...organization }], employees: [{ ...employed, from: 0, to: noon }] }),
    'membership_ended',
  )
})

t.test('a membership of one’s own is enough, and no employer’s end bounds it', async (t) => {
  const policy = closedTo(member, {
    members: [
      { ...ever, program, member: { kind: 'subject', subject: ada } },
      { from: 0, to: noon + 1000, program, member: { kind: 'organization', organization: 'o' } },
    ],
    employees: [{ ...ada, from: 0, to: noon + 2000, organization: 'o', engagement: 'employee' }],
  })
  t.equal(ask(policy, { who }).validUntil, null)
})

t.test('an employment that goes on bounds the answer as long as it is what admits', async (t) => {
  const members = [{ ...ever, program, member: { kind: 'organization' as const, organization: 'o' } }]
  const employed = { ...ada, organization: 'o', engagement: 'employee' as const }
  const until = (to: number | null) =>
    ask(closedTo(member, { members, employees: [{ ...employed, from: 0, to }] }), { who }).validUntil
  t.equal(until(null), null)
  t.equal(until(noon + 1000), noon + 1000)
})

t.test('an organization that nobody names stands on no register, and the record says so', async (t) => {
  const policy = load({
    directives: [restriction('p', [limb(member, { anyOf: ['organization'], reason: 'membership_absent' })])],
  })
  const { determinations } = ask(policy, { who: { organization_expected: true } })
  t.same(determinations[0]?.limbs[0]?.predicates, [
    {
      predicate: 'not-member(organization)',
      value: 'true',
      evidence: [{ name: 'member', state: 'absent', source: 'register', verifiedAt: null }],
    },
  ])
})

t.test('that a membership has ended is said only by a limb that is about membership', async (t) => {
  const under = (reason: 'membership_absent' | 'person_restricted') =>
    load({
      directives: [restriction('p', [limb(member, { reason })])],
      registers: registers({ members: [{ from: 0, to: noon, program, member: { kind: 'subject', subject: ada } }] }),
    })
  t.equal(answer(ask(under('membership_absent'), { who })), 'membership_ended')
  t.equal(answer(ask(under('person_restricted'), { who })), 'person_restricted')
})
