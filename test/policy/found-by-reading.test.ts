// What a reading of the texts against the engine found, each as the case that showed it.
import t from 'tap'
import { answer, ask, foreign, limb, load, restriction } from './small-policy.ts'

t.test(
  'a service is no US entity by a word that was given under presence, on a person’s basis or under nobody knows what',
  async (t) => {
    const policy = load({ directives: [restriction('r', [limb(foreign)])] })
    const decided = (us_person: unknown): string => answer(ask(policy, { who: { kind: 'service', us_person } }))
    t.equal(decided(true), 'permit')
    t.equal(decided({ value: true, basis: 'entity' }), 'permit')
    t.equal(decided({ value: true, definition: 'itar-120.62' }), 'permit')
    t.equal(decided({ value: true, definition: 'doj-202.256' }), 'evidence_insufficient')
    t.equal(decided({ value: true, definition: 'by-gut-feeling' }), 'evidence_insufficient')
    t.equal(decided({ value: true, basis: 'none' }), 'evidence_insufficient')
    t.equal(decided({ value: true, basis: 'citizen-or-national' }), 'evidence_insufficient')
  },
)

t.test('of two good words for a service, one that says something of an entity is enough', async (t) => {
  const statusEvidence = { atLeast: 'asserted', notOlderThan: null, whenConflicting: 'unknown' } as const
  const policy = load({ directives: [restriction('r', [limb(foreign)], { statusEvidence })] })
  const decided = (basis: string, other: string): string =>
    answer(
      ask(policy, {
        who: { kind: 'service', us_person: { value: true, basis }, says: { us_person: { value: true, basis: other } } },
      }),
    )
  t.equal(decided('entity', 'citizen-or-national'), 'permit')
  t.equal(decided('citizen-or-national', 'entity'), 'permit')
  t.equal(decided('citizen-or-national', 'citizen-or-national'), 'evidence_insufficient')
})
