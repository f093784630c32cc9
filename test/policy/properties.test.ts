// Properties of the engine on random policies and facts. A failure prints its seed and path: put them beside `numRuns` to run it again.
import fc from 'fast-check'
import t from 'tap'
import type {
  Bundle,
  Condition,
  Directive,
  DirectiveObligation,
  Grant,
  Limb,
  RestrictingDirective,
} from '../../src/policy/bundle/bundle.ts'
import { decide, factsOf, type Policy, readCase } from '../../src/policy/index.ts'
import type { Decision, Facts } from '../../src/vocabulary/decision.ts'
import type { Evidence } from '../../src/vocabulary/evidence.ts'
import type { Subject } from '../../src/vocabulary/party.ts'
import {
  bundle,
  day,
  everything,
  grant,
  issuer,
  load,
  model,
  noon,
  registers,
  restriction,
  strictPlace,
  window,
} from './small-policy.ts'

const runs = { numRuns: 600 }
const subjects = ['ada', 'eve', 'bot'] as const
const organizations = ['us', 'fr'] as const

// ---- facts

const verifiedAt = fc.constantFrom(noon - day, noon - 500 * day, null)
const state = fc.constantFrom('verified', 'asserted', 'inferred', 'invalid', 'revoked', 'unavailable' as const)
const backing = fc.record({ state, verifiedAt, source: fc.constant('test') })
const code = fc.constantFrom('US', 'usa', 'KP', 'NO', 'PR', 'XXA', 'SU', 'Q1', '')
const evidence: fc.Arbitrary<Evidence> = fc.oneof(
  fc
    .tuple(
      backing,
      fc.record({
        value: fc.boolean(),
        definition: fc.constantFrom(null, null, 'cfius-800', 'doj', 'martian'),
        basis: fc.constantFrom(
          null,
          'citizen-or-national',
          'permanent-resident',
          'protected',
          'entity',
          'none' as const,
        ),
      }),
    )
    .map(([by, value]): Evidence => ({ name: 'us-person', value, ...by })),
  fc
    .tuple(backing, fc.constantFrom('h-1b', 'asylee', 'lpr', 'tps', 'unheard-of'))
    .map(([by, value]): Evidence => ({ name: 'immigration-status', value, ...by })),
  fc
    .tuple(backing, fc.array(code, { maxLength: 3 }), fc.boolean())
    .map(([by, value, complete]): Evidence => ({ name: 'nationalities', value, complete, ...by })),
  fc
    .tuple(backing, code)
    .map(([by, country]): Evidence => ({ name: 'residence', value: { country, region: null }, ...by })),
)
const subject: fc.Arbitrary<Subject> = fc.record({
  id: fc.record({ issuer: fc.constant(issuer), subject: fc.constantFrom(...subjects) }),
  kind: fc.constantFrom('person', 'person', 'service' as const),
  evidence: fc.array(evidence, { maxLength: 4 }),
})
const place = fc.constantFrom(
  'home',
  'DE',
  'IR',
  'UA',
  'UA-43',
  'nowhere-in-database',
  'no-address',
  'no-database',
  { country: 'US', anonymizer: 'vpn' },
  { country: 'US', database_days: 90 },
)
const facts: fc.Arbitrary<Facts> = fc
  .record({
    subject,
    actor: fc.option(subject),
    priorActors: fc.array(subject, { maxLength: 1 }),
    organization: fc.option(fc.constantFrom('us', 'fr', 'unheard-of')),
    organizationExpected: fc.boolean(),
    where: place,
    asks: fc.subarray(['m', 'modal', 'next', 'next-x'], { minLength: 1 }),
    phase: fc.constantFrom('admit', 'continue', 'deliver'),
    left: fc.constantFrom({}, { g: 500 }, { g: 1, h: 0 }, { g: 5000, h: 5000, z: 5000 }),
  })
  .map(({ where, asks, phase, left, ...caller }) => {
    const reading = readCase({ where, left, asks: { model: asks, phase }, expect: 'permit' }, Date.UTC(2026, 5, 20, 12))
    if (reading.kind === 'faults') throw new Error('case')
    const plain = factsOf(reading.case)
    return { ...plain, caller: { ...plain.caller, ...caller } }
  })

// ---- policies

const definition = fc.constantFrom('ear-772.1-foreign-person', 'cfius-800', 'doj-202.256', 'ofac-589.317-a' as const)
const places = fc.constantFrom(
  { lists: [], codes: ['US', 'PR'] },
  { lists: [], codes: ['IR', 'UA-43'] },
  { lists: [], codes: ['KP'] },
)
const holds = fc.boolean()
const test: fc.Arbitrary<Condition> = fc.oneof(
  definition.map((definition): Condition => ({ test: 'foreign-person', definition })),
  fc.tuple(fc.boolean(), places).map(([outside, places]): Condition => ({ test: 'place', outside, places })),
  places.map((places): Condition => ({ test: 'residence', places })),
  fc
    .constantFrom('any-held', 'ear-most-recent', 'itar-ever-held' as const)
    .map(
      (attribution): Condition => ({ test: 'nationality', attribution, countries: { lists: [], codes: ['KP', 'CU'] } }),
    ),
  fc.constant<Condition>({ test: 'mode', modes: ['deep'] }),
  holds.map((holds): Condition => ({ test: 'member', program: 'p', holds })),
  holds.map((holds): Condition => ({ test: 'tier', tier: 'x', holds })),
)
const condition: fc.Arbitrary<Condition> = fc.oneof(
  { weight: 4, arbitrary: test },
  {
    weight: 1,
    arbitrary: fc.record({
      test: fc.constantFrom('all', 'any' as const),
      of: fc.array(test, { minLength: 1, maxLength: 2 }),
    }),
  },
)
const hasPlace = (is: Condition): boolean => ('of' in is ? is.of.some(hasPlace) : is.test === 'place')
const limbOf = (id: string): fc.Arbitrary<Limb> =>
  fc
    .record({
      is: condition,
      anyOf: fc.subarray(['subject', 'actor', 'organization', 'end-user'] as const, { minLength: 1 }),
    })
    .map(({ is, anyOf }): Limb => {
      const roles = hasPlace(is) ? anyOf.filter((role) => role !== 'organization') : anyOf
      return { id, anyOf: roles.length > 0 ? roles : ['subject'], is, reason: 'person_restricted', whenUnknown: null }
    })
const directiveOf = (id: string): fc.Arbitrary<RestrictingDirective> =>
  fc
    .record({
      limbs: fc.tuple(limbOf('one'), limbOf('two')),
      effective: fc.constantFrom(noon - day, noon, noon + 1),
      ends: fc.constantFrom(null, null, noon, noon + day),
      model: fc.constantFrom('all', 'm', 'modal', 'next'),
      onUnknown: fc.constantFrom('deny', 'review', 'step-up' as const),
      whenConflicting: fc.constantFrom('unknown', 'newer-wins', 'better-wins' as const),
      obligations: fc.constantFrom<readonly DirectiveObligation[]>(
        [],
        [],
        [],
        [{ kind: 'force-mode', mode: 'quick' }],
        [{ kind: 'terminate-at', at: noon + 1 }],
        [{ kind: 'recheck-every', seconds: 60 }],
        [{ kind: 'cap-output-tokens', max: 50 }],
      ),
      inFlight: fc.constantFrom({ kind: 'terminate' } as const, { kind: 'finish-started' } as const),
    })
    .map(({ limbs, effective, ends, model, onUnknown, inFlight, whenConflicting, obligations }) =>
      restriction(id, limbs, {
        statusEvidence: { atLeast: 'verified', notOlderThan: 365 * day, whenConflicting },
        // Of a model without modes none can be forced.
        obligations: obligations.filter(({ kind }) => kind !== 'force-mode' || model === 'modal'),
        scope: { ...everything, models: model === 'all' ? 'all' : { families: [], ids: [model] } },
        effective,
        ends: ends !== null && ends <= effective ? null : ends,
        onUnknown,
        inFlight,
        placeEvidence: { ...strictPlace, whereRegionsAreUnknown: 'whole-country' },
      }),
    )
const grantOf = (id: string, directive: string): fc.Arbitrary<Grant> =>
  fc
    .record({
      limb: fc.constantFrom('one', 'two'),
      cover: fc.constantFrom(
        { cover: 'employees-of', organization: 'us' } as const,
        { cover: 'organization', organization: 'fr' } as const,
        { cover: 'subject', subject: { issuer, subject: 'ada' } } as const,
      ),
      from: fc.constantFrom(noon - day, noon + 1),
      within: fc.option(places),
      quantity: fc.constantFrom(null, null, { outputTokens: 1000 }),
    })
    .map(({ limb, cover, from, within, quantity }) =>
      grant(id, directive, {
        quantity,
        discharges: [{ directive, versions: [1], limbs: [limb] }],
        covers: [cover],
        from,
        places: within === null ? null : { within, evidence: { ...strictPlace, whereRegionsAreUnknown: 'unknown' } },
      }),
    )

const known = registers({
  organizations: organizations.map((id) => ({
    id,
    name: id,
    kind: 'company',
    incorporatedIn: id === 'us' ? 'US' : 'FR',
    organizedIn: [],
    ownedBy: [],
    branchOf: null,
    from: 0,
    to: null,
  })),
  employees: [{ issuer, subject: 'ada', organization: 'us', engagement: 'employee', from: 0, to: noon + day }],
  clients: [{ issuer, subject: 'bot', organization: 'fr', from: 0, to: null }],
  members: [{ program: 'p', member: { kind: 'organization', organization: 'us' }, from: 0, to: null }],
  tiers: [{ issuer, subject: 'eve', tier: 'x', from: 0, to: noon + 1 }],
  evaluators: [{ issuer, subject: 'ada', list: 'red-team', from: 0, to: null }],
})
const models = [
  model('m'),
  model('modal', { modes: ['deep', 'quick'] }),
  model('next', {
    release: 'unreleased',
    variants: [{ id: 'x', release: 'unreleased' }],
    names: ['next', 'next-x'].map((name) => ({
      name,
      variant: name === 'next' ? null : 'x',
      mode: null,
      forwardAs: null,
    })),
  }),
]
const policy: fc.Arbitrary<Bundle> = fc
  .record({
    directives: fc.tuple(directiveOf('a'), directiveOf('b'), directiveOf('c')),
    grants: fc.tuple(grantOf('g', 'a'), grantOf('h', 'b')),
    windowed: fc.boolean(),
  })
  .map(({ directives, grants, windowed }) =>
    bundle({
      catalogue: { models },
      directives: [
        ...directives,
        ...(windowed ? [window('w', { scope: { ...everything, models: { families: [], ids: ['next'] } } })] : []),
      ],
      grants,
      registers: known,
    }),
  )

const at = (policy: Policy, facts: Facts, instant = noon): Decision =>
  decide(policy, facts, instant, { clockUncertaintyMs: 0 })

/** A decision that came about by a fault would hide every other property. */
const sound = (decision: Decision): Decision => {
  if (decision.reason === 'evaluation_failed') throw new Error('evaluation failed')
  return decision
}

t.test('the order of directives, grants and models never matters', async () => {
  fc.assert(
    fc.property(policy, facts, (policy, facts) => {
      const reversed: Bundle = {
        ...policy,
        catalogue: { models: policy.catalogue.models.toReversed() },
        directives: policy.directives.toReversed(),
        grants: policy.grants.toReversed(),
      }
      const [one, other] = [sound(at(load(policy), facts)), at(load(reversed), facts)]
      return JSON.stringify(one) === JSON.stringify(other)
    }),
    runs,
  )
})

t.test('adding a restriction never turns a denial into a permit', async () => {
  fc.assert(
    fc.property(policy, directiveOf('d'), facts, (policy, added: Directive, facts) => {
      const before = sound(at(load(policy), facts))
      const after = sound(at(load({ ...policy, directives: [...policy.directives, added] }), facts))
      return before.effect === 'permit' || after.effect === 'deny'
    }),
    runs,
  )
})

t.test('adding a grant never turns a permit into a denial', async () => {
  fc.assert(
    fc.property(policy, grantOf('z', 'c'), facts, (policy, added, facts) => {
      const before = sound(at(load(policy), facts))
      const after = sound(at(load({ ...policy, grants: [...policy.grants, added] }), facts))
      return before.effect === 'deny' || after.effect === 'permit'
    }),
    runs,
  )
})

/**
 * Evidence that says nothing against its own interest under any definition: no word of no US person, no basis but citizenship, no
 * status, no list of nationalities (which may hold a listed one, or another beside US), no residence, nothing invalid or revoked.
 * Several statements of one fact may stand beside each other; what could contradict one may not.
 */
const favourable = (evidence: Evidence, all: readonly Evidence[]): boolean =>
  evidence.name === 'us-person' &&
  evidence.state !== 'invalid' &&
  evidence.state !== 'revoked' &&
  evidence.value.value &&
  (evidence.value.basis === null || evidence.value.basis === 'citizen-or-national') &&
  !all.some((other) => other.name === 'us-person' && !other.value.value) &&
  !all.some((other) => other.name === 'nationalities' && other.complete)

t.test('removing favourable evidence never turns a denial into a permit', async () => {
  fc.assert(
    fc.property(policy, facts, (policy, facts) => {
      const { caller } = facts
      const without = caller.subject.evidence.filter((one) => !favourable(one, caller.subject.evidence))
      const poorer = { ...facts, caller: { ...caller, subject: { ...caller.subject, evidence: without } } }
      const loaded = load(policy)
      const [before, after] = [sound(at(loaded, facts)), sound(at(loaded, poorer))]
      return before.effect === 'permit' || after.effect === 'deny'
    }),
    { numRuns: 3000 },
  )
})

t.test('removing a prior actor, and nothing else of the roles, never hurts; adding one never helps', async () => {
  fc.assert(
    fc.property(policy, facts, (policy, facts) => {
      const loaded = load(policy)
      const without = { ...facts, caller: { ...facts.caller, priorActors: [] } }
      const [withPrior, alone] = [sound(at(loaded, facts)), sound(at(loaded, without))]
      return withPrior.effect === 'deny' || alone.effect === 'permit'
    }),
    runs,
  )
})

t.test('until valid-until the same question has the same answer', async () => {
  const later = fc.constantFrom(1, 2, 1000, day - 1, day, 2 * day, 30 * day, 364 * day)
  fc.assert(
    fc.property(policy, facts, later, (policy, facts, ms) => {
      const loaded = load(policy)
      const now = sound(at(loaded, facts))
      const instant = now.validUntil === null ? noon + ms : Math.min(noon + ms, now.validUntil - 1)
      const then = sound(at(loaded, facts, instant))
      const what = (decision: Decision): string => JSON.stringify({ ...decision, validUntil: null })
      return (now.validUntil === null || now.validUntil > noon) && what(now) === what(then)
    }),
    { numRuns: 1500 },
  )
})

t.test('a decision is the same each time, and a permit has nothing violated or open but what it avoids', async () => {
  fc.assert(
    fc.property(policy, facts, (policy, facts) => {
      const loaded = load(policy)
      const decision = sound(at(loaded, facts))
      const isForced = decision.obligations.some(({ kind }) => kind === 'force-mode')
      const isOfAMode = (flag: string): boolean => flag.startsWith('mode:')
      const blocking = decision.determinations.some(
        ({ result, limbs }) =>
          result !== 'satisfied' && !(isForced && limbs.some(({ flags }) => flags.some(isOfAMode))),
      )
      return JSON.stringify(decision) === JSON.stringify(at(loaded, facts)) && (decision.effect === 'deny' || !blocking)
    }),
    runs,
  )
})
