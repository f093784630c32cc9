// What the reference interpreter (src/policy/reference) showed the engine to get wrong, each in its smallest case.

import t from 'tap'
import type { Condition, Grant } from '../../src/policy/bundle/bundle.ts'
import { answer, ask, everything, grant, limb, load, model, restriction, window } from './small-policy.ts'

const twoModes = model('m', { modes: ['fast', 'slow'] })
const nobody: Condition = { test: 'tier', tier: 'cyber', holds: false }

t.test('a grant for one mode lets that mode answer, and fixes it where the request leaves it open', async (t) => {
  const of = (more: Partial<Grant>) =>
    load({
      catalogue: { models: [twoModes] },
      directives: [restriction('r', [limb(nobody)])],
      grants: [grant('g', 'r', { covers: [{ cover: 'subject', subject: { issuer: 'i', subject: 'ada' } }], ...more })],
    })
  const who = { issuer: 'i', id: 'ada' }
  const forFast = of({ scope: { ...everything, modes: ['fast'] } })
  t.equal(answer(ask(forFast, { who, asks: { model: ['m'], mode: 'fast' } })), 'permit')
  t.equal(answer(ask(forFast, { who, asks: { model: ['m'], mode: 'slow' } })), 'grant_scope_mismatch')
  const open = ask(forFast, { who })
  t.same(open.obligations, [{ kind: 'force-mode', pointer: '/model', mode: 'fast' }])
  t.equal(open.reason, 'permitted_under_grant')
  t.same(ask(of({}), { who }).obligations, [], 'a grant for all of them leaves it to the model')
})

t.test('a window over a mode that does not concern the request leaves the record whole', async (t) => {
  const policy = load({
    catalogue: { models: [{ ...twoModes, release: 'unreleased' }] },
    directives: [window('w', { scope: { ...everything, modes: ['fast'], phases: ['deliver'] } })],
  })
  t.same(
    ask(policy, {}).determinations.map(({ directive, limbs }) => [directive, limbs[0]?.flags]),
    [['catalogue:m', []]],
  )
})

t.test('a residence in a country that is no more is not enough, and somebody must look', async (t) => {
  const is: Condition = { test: 'residence', places: { lists: [], codes: ['IR'] } }
  const policy = load({ directives: [restriction('r', [limb(is)])] })
  const of = (residence: unknown) => ask(policy, { who: { residence } })
  t.equal(answer(of('SU')), 'evidence_insufficient')
  t.same(of('SU').determinations[0]?.limbs[0]?.flags, ['withdrawn_country_code'])
  t.equal(of('SU').stepUp, true)
  t.equal(answer(of('XXA')), 'evidence_insufficient')
  t.equal(answer(of('Q1')), 'evidence_invalid')
  t.equal(answer(of('QU')), 'evidence_missing')
})

t.test('of a list that names US and a complete one without, the better is read where better wins', async (t) => {
  const is: Condition = { test: 'nationality', attribution: 'any-held', countries: { lists: [], codes: ['US'] } }
  const under = (whenConflicting: 'unknown' | 'better-wins') =>
    load({
      directives: [
        restriction('r', [limb(is)], { statusEvidence: { atLeast: 'asserted', notOlderThan: null, whenConflicting } }),
      ],
    })
  const who = { nationalities: ['DE'], nationalities_complete: true, says: { nationalities: ['US'] } }
  t.equal(answer(ask(under('better-wins'), { who })), 'permit')
  t.equal(answer(ask(under('unknown'), { who })), 'person_restricted')
})
