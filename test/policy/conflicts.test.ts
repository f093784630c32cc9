// What wins where statements cannot both be true, if the directive says that anything does.

import t from 'tap'
import type { EvidenceDemand, WhenConflicting } from '../../src/policy/bundle/bundle.ts'
import { decide, factsOf, readCase } from '../../src/policy/index.ts'
import type { Decision } from '../../src/vocabulary/decision.ts'
import type { Evidence } from '../../src/vocabulary/evidence.ts'
import { answer, limb, load, noon, restriction } from './small-policy.ts'

const hour = 3_600_000
/** @param hours before noon; null: without a time */
const by = (hours: number | null, state: Evidence['state'] = 'verified') => ({
  state,
  source: 'test',
  verifiedAt: hours === null ? null : noon - hours * hour,
})
const word = (value: boolean, hours: number | null, state?: Evidence['state']): Evidence => ({
  name: 'us-person',
  value: { value, definition: null, basis: null },
  ...by(hours, state),
})
const citizen = (hours: number | null): Evidence => ({
  name: 'us-person',
  value: { value: true, definition: null, basis: 'citizen-or-national' },
  ...by(hours),
})
const list = (
  codes: readonly string[],
  hours: number | null,
  complete = true,
  state?: Evidence['state'],
): Evidence => ({
  name: 'nationalities',
  value: codes,
  complete,
  ...by(hours, state),
})
const status = (value: string, hours: number | null): Evidence => ({ name: 'immigration-status', value, ...by(hours) })

function decided(
  rule: WhenConflicting,
  evidence: readonly Evidence[],
  about: 'foreign-person' | 'nationality' = 'foreign-person',
  more: { readonly kind?: 'service'; readonly demand?: Partial<EvidenceDemand> } = {},
): Decision {
  const is =
    about === 'foreign-person'
      ? ({ test: about, definition: 'ear-772.1-foreign-person' } as const)
      : ({ test: about, attribution: 'any-held', countries: { lists: [], codes: ['KP'] } } as const)
  const statusEvidence = { atLeast: 'verified', notOlderThan: null, whenConflicting: rule, ...more.demand } as const
  const policy = load({ directives: [restriction('r', [limb(is)], { statusEvidence })] })
  const reading = readCase({ asks: 'm', expect: 'permit' }, noon)
  if (reading.kind === 'faults') throw new Error(JSON.stringify(reading.faults))
  const facts = factsOf(reading.case)
  const subject = { ...facts.caller.subject, evidence, ...(more.kind === undefined ? {} : { kind: more.kind }) }
  return decide(policy, { ...facts, caller: { ...facts.caller, subject } }, noon, { clockUncertaintyMs: 0 })
}
const under = (...args: Parameters<typeof decided>): string => answer(decided(...args))

t.test('unless the directive says so neither the newer nor the better wins', async (t) => {
  t.equal(under('unknown', [word(true, 1), word(false, 2, 'asserted')]), 'evidence_conflict')
  t.equal(under('unknown', [list(['US'], 1), list(['KP'], 2, true, 'asserted')], 'nationality'), 'evidence_conflict')
})

t.test('the newer wins, whichever way', async (t) => {
  t.equal(under('newer-wins', [word(true, 1), word(false, 2)]), 'permit')
  t.equal(under('newer-wins', [word(false, 1), word(true, 2)]), 'person_restricted')
  t.equal(under('newer-wins', [word(false, 2), list(['US'], 1)]), 'permit')
  t.equal(under('newer-wins', [list(['US'], 2), list(['FR'], 1)]), 'evidence_missing', 'a list proves no status')
})

t.test('the better wins, whichever way', async (t) => {
  t.equal(under('better-wins', [word(true, null), word(false, null, 'asserted')]), 'permit')
  t.equal(under('better-wins', [word(false, null), word(true, null, 'asserted')]), 'person_restricted')
  t.equal(under('better-wins', [word(true, 1), word(false, 2)]), 'evidence_conflict', 'equally good')
})

t.test('equal times, and no time, leave the conflict', async (t) => {
  t.equal(under('newer-wins', [word(true, 1), word(false, 1)]), 'evidence_conflict')
  t.equal(under('newer-wins', [word(true, 1), word(false, null)]), 'evidence_conflict')
  t.equal(under('newer-wins', [word(true, null), word(false, 1)]), 'evidence_conflict')
  t.equal(under('newer-wins', [word(true, 1), word(false, 2), word(false, 1)]), 'evidence_conflict')
})

t.test('the winner must still be good and fresh enough', async (t) => {
  t.equal(under('newer-wins', [word(true, 1, 'asserted'), word(false, 2)]), 'evidence_insufficient')
  const old = { demand: { notOlderThan: hour } }
  t.equal(under('better-wins', [word(true, 2), word(false, 1, 'asserted')], 'foreign-person', old), 'evidence_stale')
})

t.test('what was set aside sets nothing aside', async (t) => {
  // The list contradicts the citizen, the citizen contradicts the older word of none; the list and that word may both be true.
  t.equal(under('newer-wins', [word(false, 3), citizen(2), list(['FR'], 1)]), 'person_restricted')
  t.equal(under('newer-wins', [word(false, 3), citizen(2)]), 'permit')
})

t.test('a status is no side of a conflict', async (t) => {
  t.equal(under('newer-wins', [word(true, 1), status('h-1b', 2)]), 'person_restricted')
  t.equal(under('newer-wins', [word(true, 2), status('h-1b', 1)]), 'person_restricted')
})

t.test('of nationalities the newer of two complete lists is read, and every incomplete one', async (t) => {
  t.equal(under('newer-wins', [list(['US'], 1), list(['KP'], 2)], 'nationality'), 'permit')
  t.equal(under('newer-wins', [list(['US'], 2), list(['KP'], 1)], 'nationality'), 'person_restricted')
  t.equal(under('newer-wins', [list(['US'], 1), list(['KP'], 2, false)], 'nationality'), 'person_restricted')
  t.equal(under('better-wins', [list(['US'], 2), list(['KP'], 1, true, 'asserted')], 'nationality'), 'permit')
})

t.test('a service’s own words are weighed the same way', async (t) => {
  const service = { kind: 'service' } as const
  t.equal(under('unknown', [word(true, 1), word(false, 2)], 'foreign-person', service), 'evidence_conflict')
  t.equal(under('newer-wins', [word(true, 1), word(false, 2)], 'foreign-person', service), 'permit')
  t.equal(under('newer-wins', [word(false, 1), word(true, 2)], 'foreign-person', service), 'person_restricted')
})

t.test('what is set aside stands in the record as conflicting, and nothing else does', async (t) => {
  const states = (rule: WhenConflicting, evidence: readonly Evidence[], about?: 'nationality') =>
    decided(rule, evidence, about).determinations[0]?.limbs[0]?.predicates[0]?.evidence.map(({ state }) => state)
  t.same(states('newer-wins', [word(false, 2), word(true, 1)]), ['conflicting', 'verified'])
  t.same(states('newer-wins', [list(['KP'], 2), list(['US'], 1)], 'nationality'), ['conflicting', 'verified'])
  t.same(states('unknown', [word(false, 2), word(true, 1)]), ['verified', 'verified'])
})

t.test('what cannot be read is set aside by nothing, and stays in the way', async (t) => {
  const evidence = [list(['US'], 1), list(['KP'], 2, true, 'invalid')]
  t.equal(under('newer-wins', evidence, 'nationality'), 'evidence_invalid')
  const words = [word(true, 1), word(false, 2, 'invalid')]
  t.equal(under('newer-wins', words), 'evidence_invalid')
  t.equal(under('newer-wins', words, 'foreign-person', { kind: 'service' }), 'evidence_invalid')
})

t.test('lists that may both be true are both read, however old', async (t) => {
  t.equal(under('newer-wins', [list(['FR'], 1), list(['KP'], 2, false)], 'nationality'), 'person_restricted')
  t.equal(under('newer-wins', [list(['FR'], 2, false), list(['KP'], 1)], 'nationality'), 'person_restricted')
  t.equal(under('newer-wins', [list(['FR'], 1, false), list(['KP'], 2)], 'nationality'), 'person_restricted')
})

t.test('what has no time stands between two that have', async (t) => {
  t.equal(under('newer-wins', [word(false, 2), word(true, null), word(true, 1)]), 'permit')
  t.equal(under('newer-wins', [list(['KP'], 3), list(['US'], null), list(['US'], 1)], 'nationality'), 'permit')
})

t.test('a service’s words that agree leave each other as they are', async (t) => {
  const states = decided('newer-wins', [word(true, 1), word(true, 2)], 'foreign-person', {
    kind: 'service',
  }).determinations[0]?.limbs[0]?.predicates[0]?.evidence.map(({ state }) => state)
  t.same(states, ['verified', 'verified'])
})

t.test('whoever was a permanent resident and is a citizen now says nothing that cannot be true', async (t) => {
  const resident: Evidence = {
    name: 'us-person',
    value: { value: true, definition: null, basis: 'permanent-resident' },
    ...by(1),
  }
  const evidence = [resident, list(['US'], 2, false)]
  const states = decided('newer-wins', evidence).determinations[0]?.limbs[0]?.predicates[0]?.evidence
  t.same(
    states?.map(({ state }) => state),
    ['verified', 'verified'],
  )
})
