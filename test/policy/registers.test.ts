// Registers have no order: neither an answer, nor its record, nor how long it holds may depend on how the files were ordered. Of
// several entries that say the same the one that holds longest is relied on.

import t from 'tap'
import type { Attestation, Interval, Organization, Registers, RegisterTest } from '../../src/policy/bundle/bundle.ts'
import type { Decision } from '../../src/vocabulary/decision.ts'
import { orders } from './orders.ts'
import { ask, ever, foreign, issuer, limb, load, noon, registers, restriction } from './small-policy.ts'

const hour = 3_600_000
const who = { id: 'bot', kind: 'service' }
const bot = { issuer, subject: 'bot' }

const soon: Interval = { from: 0, to: noon + 2 * hour }
const since: Interval = { from: noon - hour, to: noon + 2 * hour }
const ahead: Interval = { from: noon + hour, to: noon + 2 * hour }
const sooner: Interval = { from: noon - 2 * hour, to: noon + hour }
const over: Interval = { from: 0, to: noon - hour }
const spans = [ever, soon, since, ahead, sooner, over]

interface List {
  readonly test: RegisterTest
  readonly anyOf: 'subject' | 'organization'
  readonly entries: (spans: readonly Interval[]) => Partial<Registers>
}

const lists: readonly List[] = [
  {
    test: { test: 'staff', list: 'l', holds: false },
    anyOf: 'subject',
    entries: (spans) => ({ staff: spans.map((span) => ({ ...bot, ...span, list: 'l' })) }),
  },
  {
    test: { test: 'evaluator', list: 'l', holds: false },
    anyOf: 'subject',
    entries: (spans) => ({ evaluators: spans.map((span) => ({ ...bot, ...span, list: 'l' })) }),
  },
  {
    test: { test: 'tier', tier: 'l', holds: false },
    anyOf: 'subject',
    entries: (spans) => ({ tiers: spans.map((span) => ({ ...bot, ...span, tier: 'l' })) }),
  },
  {
    test: { test: 'member', program: 'l', holds: false },
    anyOf: 'subject',
    entries: (spans) => ({
      members: spans.map((span) => ({ ...span, program: 'l', member: { kind: 'subject', subject: bot } })),
    }),
  },
  {
    test: { test: 'member', program: 'l', holds: false },
    anyOf: 'organization',
    entries: (spans) => ({
      members: spans.map((span) => ({ ...span, program: 'l', member: { kind: 'organization', organization: 'o' } })),
    }),
  },
]

t.test('two entries of one list say the same in either order, and as long', async (t) => {
  // Each once for whoever is let in by it, and once for whoever is kept out.
  const both = lists.flatMap((list) => [list, { ...list, test: { ...list.test, holds: true } }])
  for (const { test, anyOf, entries } of both) {
    const asked = (...some: readonly Interval[]): Decision => {
      const directives = [restriction('r', [limb(test, { anyOf: [anyOf], reason: 'membership_absent' })])]
      return ask(
        load({ directives, registers: registers(entries(some)) }),
        { who: { ...who, organization: 'o' } },
        1000,
      )
    }
    for (const [index, one] of spans.entries()) {
      for (const other of spans.slice(index + 1)) {
        t.same(asked(one, other), asked(other, one), `${test.test} ${JSON.stringify([one, other])}`)
      }
    }
    t.equal(asked(soon, ever).validUntil, null, 'the one without an end bounds nothing')
    t.equal(asked(ahead, since).validUntil, asked(since).validUntil, 'what begins meanwhile changes nothing')
    t.equal(asked(sooner, since).validUntil, asked(since).validUntil, 'the one that ends later is relied on')
  }
})

const organization = (id: string, more: Partial<Organization> = {}): Organization => ({
  ...ever,
  id,
  name: id,
  kind: 'company',
  incorporatedIn: 'US',
  organizedIn: [],
  ownedBy: [],
  branchOf: null,
  ...more,
})

t.test('organizations that run a service stand in one order: by end, by beginning, by name', async (t) => {
  const runs = (organization: string, span: Interval) => ({ ...bot, ...span, organization })
  const clients = [
    runs('a', { from: 0, to: noon + 2 * hour }),
    runs('b', { from: hour, to: null }),
    runs('c', { from: hour, to: null }),
    runs('d', { from: 0, to: null }),
  ]
  const organizations = ['a', 'b', 'c', 'd'].map((id) => organization(id))
  for (const given of orders(clients)) {
    const policy = load({
      directives: [restriction('r', [limb(foreign)])],
      registers: registers({ organizations, clients: given }),
    })
    const { determinations, validUntil } = ask(policy, { who })
    const told = determinations[0]?.limbs[0]?.predicates.flatMap(({ evidence }) => evidence.map(({ source }) => source))
    t.same(
      told,
      ['d', 'b', 'c', 'a'].map((id) => `register:${id}`),
    )
    t.equal(validUntil, noon + 2 * hour)
  }
})

t.test('attestations stand in order of id', async (t) => {
  const attestation = (id: string): Attestation => ({
    ...ever,
    id,
    organization: 'a',
    signer: 's',
    clients: [bot],
    noForeignPersonUnder: ['ear-772.1-foreign-person'],
    foreignPersonsUnder: [],
    employeesOnly: false,
    places: [],
  })
  for (const attestations of orders(['x', 'y', 'z'].map(attestation))) {
    const policy = load({
      directives: [restriction('r', [limb(foreign, { anyOf: ['end-user'] })])],
      registers: registers({ clients: [{ ...bot, ...ever, organization: 'a' }], attestations }),
    })
    const { determinations } = ask(policy, { who })
    const told = determinations[0]?.limbs[0]?.predicates.flatMap(({ evidence }) => evidence.map(({ source }) => source))
    t.same(told, ['register:x', 'register:y', 'register:z'])
  }
})

t.test('of two employments that have ended the same one is looked at, and bounds the answer', async (t) => {
  const test: RegisterTest = { test: 'member', program: 'l', holds: false }
  const member = (organization: string, hours: number) => ({
    from: 0,
    to: noon + hours * hour,
    program: 'l',
    member: { kind: 'organization', organization } as const,
  })
  const employed = (organization: string, from: number, to: number) => ({
    issuer,
    subject: 'ada',
    organization,
    from,
    to,
    engagement: 'employee' as const,
  })
  const until = (...employees: Registers['employees']) => {
    const policy = load({
      directives: [restriction('r', [limb(test, { reason: 'membership_absent' })])],
      registers: registers({ members: [member('a', 1), member('b', 2), member('c', 3)], employees }),
    })
    const { reason, validUntil } = ask(policy, { who: { id: 'ada' } })
    t.equal(reason, 'membership_ended')
    return ((validUntil ?? 0) - noon) / hour
  }
  const [before, now] = [noon - 2 * hour, noon - hour]
  for (const [expected, employments] of [
    [2, [employed('a', 0, before), employed('b', 0, now)]],
    [2, [employed('a', 5, now), employed('b', 0, now)]],
    [1, [employed('a', 0, now), employed('b', 0, now), employed('c', 0, now)]],
  ] as const) {
    for (const given of orders<Registers['employees'][number]>(employments)) t.equal(until(...given), expected)
  }
})

t.test('an organization is what it is now, whichever of its records stands first', async (t) => {
  const records = [
    organization('o', { from: 0, to: noon - hour, incorporatedIn: 'CN' }),
    organization('o', { from: noon - hour, to: noon + hour }),
    organization('o', { from: noon + 2 * hour, to: null, incorporatedIn: 'DE' }),
  ]
  for (const organizations of orders(records)) {
    const policy = load({
      directives: [restriction('r', [limb(foreign, { anyOf: ['organization'] })])],
      registers: registers({ organizations }),
    })
    const { effect, validUntil } = ask(policy, { who: { organization: 'o' } })
    t.equal(effect, 'permit')
    t.equal(validUntil, noon + hour)
  }
})
