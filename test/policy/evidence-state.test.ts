// What evidence is worth: assurance before age, and the non-values that keep their own reasons.

import t from 'tap'
import { decide, factsOf, type Policy, readCase } from '../../src/policy/index.ts'
import type { Decision } from '../../src/vocabulary/decision.ts'
import type { Evidence } from '../../src/vocabulary/evidence.ts'
import { answer, ask, day, foreign, limb, load, noon, restriction } from './small-policy.ts'

/** The case with its subject's evidence changed. */
function askWith(policy: Policy, who: object, change: (evidence: Evidence) => Evidence): Decision {
  const reading = readCase({ who, asks: 'm', expect: 'permit' }, Date.UTC(2026, 5, 20, 12))
  if (reading.kind === 'faults') throw new Error('case')
  const facts = factsOf(reading.case)
  const { subject } = facts.caller
  const changed = { ...subject, evidence: subject.evidence.map(change) }
  return decide(policy, { ...facts, caller: { ...facts.caller, subject: changed } }, noon, { clockUncertaintyMs: 0 })
}

const policy = load({ directives: [restriction('r', [limb(foreign)])] })
const us = { us_person: true }

t.test('assurance is tested before age', async (t) => {
  const old = noon - 365 * day
  for (const [state, verifiedAt, expected] of [
    ['verified', old + 1, 'permit'],
    ['verified', old, 'evidence_stale'],
    ['verified', null, 'evidence_stale'],
    ['asserted', noon, 'evidence_insufficient'],
    ['asserted', null, 'evidence_insufficient'],
    ['inferred', old, 'evidence_insufficient'],
  ] as const) {
    t.equal(answer(askWith(policy, us, (one) => ({ ...one, state, verifiedAt }))), expected, `${state} ${verifiedAt}`)
  }
})

t.test('without a limit age does not matter, and a lower demand takes what it asks for', async (t) => {
  const lenient = load({
    directives: [
      restriction('r', [limb(foreign)], {
        statusEvidence: { atLeast: 'asserted', notOlderThan: null, whenConflicting: 'unknown' },
      }),
    ],
  })
  t.equal(answer(askWith(lenient, us, (one) => ({ ...one, state: 'asserted', verifiedAt: null }))), 'permit')
  t.equal(
    answer(askWith(lenient, us, (one) => ({ ...one, state: 'inferred', verifiedAt: null }))),
    'evidence_insufficient',
  )
})

t.test('every non-value keeps its own reason, and only the caller can mend what is missing, weak or old', async (t) => {
  for (const [state, reason, stepUp] of [
    ['invalid', 'evidence_invalid', false],
    ['revoked', 'evidence_revoked', false],
    ['unavailable', 'identity_unavailable', false],
    ['asserted', 'evidence_insufficient', true],
  ] as const) {
    for (const who of [us, { us_person: false }]) {
      if (state === 'asserted' && who !== us) continue
      t.match(
        askWith(policy, who, (one) => ({ ...one, state })),
        { reason, stepUp },
        state,
      )
    }
  }
})

t.test(
  'a value that was taken back spoils what stands beside it; one that is only out of reach does not',
  async (t) => {
    const twice = { us_person: true, says: { us_person: true } }
    const second = (state: Evidence['state']) => (one: Evidence) => (one.state === 'asserted' ? { ...one, state } : one)
    t.equal(answer(askWith(policy, twice, second('revoked'))), 'evidence_revoked')
    t.equal(answer(askWith(policy, twice, second('invalid'))), 'evidence_invalid')
    t.equal(answer(askWith(policy, twice, second('unavailable'))), 'permit')
    t.equal(answer(askWith(policy, twice, second('asserted'))), 'permit')
    const service = { ...twice, kind: 'service' }
    t.equal(answer(askWith(policy, service, second('revoked'))), 'evidence_revoked')
    t.equal(answer(askWith(policy, service, second('invalid'))), 'evidence_invalid')
    t.equal(answer(askWith(policy, service, second('unavailable'))), 'permit')
  },
)

t.test('nationalities and residence likewise', async (t) => {
  const listed = load({
    directives: [
      restriction('r', [
        limb({ test: 'nationality', attribution: 'any-held', countries: { lists: [], codes: ['KP'] } }),
      ]),
    ],
  })
  const resident = load({
    directives: [restriction('r', [limb({ test: 'residence', places: { lists: [], codes: ['CU'] } })])],
  })
  for (const [state, expected] of [
    ['verified', 'permit'],
    ['invalid', 'evidence_invalid'],
    ['revoked', 'evidence_revoked'],
    ['unavailable', 'identity_unavailable'],
    ['inferred', 'evidence_insufficient'],
  ] as const) {
    const change = (one: Evidence): Evidence => ({ ...one, state })
    t.equal(answer(askWith(listed, { nationalities: ['NO'], nationalities_complete: true }, change)), expected, state)
    t.equal(answer(askWith(resident, { residence: 'NO' }, change)), expected, state)
  }
})

t.test('the accepted risk needs every unknown to be one that nobody can be blamed for', async (t) => {
  const codes = { lists: [], codes: ['CU'] }
  const whenUnknown = { kind: 'not-met', reason: 'accepted', reviewBy: noon } as const
  for (const test of ['all', 'any'] as const) {
    const both = {
      test,
      of: [
        { test: 'place', outside: false, places: codes },
        { test: 'residence', places: codes },
      ],
    } as const
    const embargo = load({ directives: [restriction('x', [limb(both, { whenUnknown })], { kind: 'embargo' })] })
    t.equal(answer(ask(embargo, { where: 'nowhere-in-database' })), 'permit', test)
    t.equal(answer(ask(embargo, { where: 'no-database' })), 'geo_unavailable', test)
    t.equal(answer(ask(embargo, { where: 'no-address' })), 'location_unknown', test)
  }
})
