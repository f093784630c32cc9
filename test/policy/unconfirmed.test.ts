// A policy that cannot be confirmed: each directive that says `refuse` shuts what it covers, in the engine as in the reference.
import t from 'tap'
import { unconfirmed } from '../../src/policy/index.ts'
import { answer, ask, everything, foreign, limb, load, model, restriction } from './small-policy.ts'

const us = { us_person: true }
const policy = load({
  catalogue: { models: [model('one'), model('two')] },
  directives: [
    restriction('holds', [limb(foreign)], { whenFreshnessIsUnknown: 'hold' }),
    restriction('refuses', [limb(foreign)], {
      whenFreshnessIsUnknown: 'refuse',
      inFlight: { kind: 'finish-started' },
      scope: { ...everything, models: { ids: ['one'], families: [] } },
    }),
  ],
})
const shut = unconfirmed(policy)

t.test('it shuts what a directive with `refuse` covers, for everyone and at every phase', async (t) => {
  for (const phase of ['admit', 'start', 'continue', 'deliver']) {
    t.equal(answer(ask(policy, { who: us, asks: { model: 'one', phase } })), 'permit', phase)
    t.equal(answer(ask(shut, { who: us, asks: { model: 'one', phase } })), 'policy_stale', phase)
  }
  t.equal(answer(ask(shut, { who: us, asks: 'two' })), 'permit', 'what says `hold` goes on')
})

t.test('it is a fault of the system, told to everyone, beside all that is determined', async (t) => {
  const decision = ask(shut, { who: us, asks: 'one' })
  t.match(decision, { effect: 'deny', basis: 'system', tellReason: true })
  t.strictSame(
    decision.determinations.map(({ directive, result }) => [directive, result]),
    [
      ['holds', 'satisfied'],
      ['lease:refuses', 'violated'],
      ['refuses', 'satisfied'],
    ],
  )
  t.equal(
    answer(ask(shut, { who: { us_person: false }, asks: 'one' })),
    'person_restricted',
    'a known prohibition is shown first',
  )
})
