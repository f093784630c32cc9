// A policy that cannot be confirmed: each directive that says `refuse` shuts what it covers, in the engine as in the reference.
import t from 'tap'
import type { Directive, RestrictingDirective } from '../../src/policy/bundle/bundle.ts'
import { unconfirmed, withSuspensions } from '../../src/policy/index.ts'
import type { Decision } from '../../src/vocabulary/decision.ts'
import {
  answer,
  ask,
  ever,
  everything,
  foreign,
  issuer,
  limb,
  load,
  model,
  noon,
  registers,
  restriction,
  window,
} from './small-policy.ts'

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

t.test('the record names the directive and its version, and says why', async (t) => {
  const stale = unconfirmed(load({ directives: [restriction('r', [limb(foreign)], { version: 3 })] }))
  t.strictSame(ask(stale, { who: us }).determinations[0], {
    directive: 'lease:r',
    version: 3,
    resource: '/model',
    result: 'violated',
    limbs: [{ limb: 'freshness', value: 'true', reason: 'policy_stale', grants: [], flags: [], predicates: [] }],
  })
})

const modal = model('m', { modes: ['deep', 'quick'] })
/** What one directive that says `refuse` makes of a request that it permits. */
const under = (directive: Directive, asked: Record<string, unknown> = {}, clockUncertaintyMs = 0): Decision =>
  ask(
    unconfirmed(load({ catalogue: { models: [modal] }, directives: [directive] })),
    { who: us, ...asked },
    clockUncertaintyMs,
  )
const on = (asks: Record<string, unknown>): Record<string, unknown> => ({ asks: { model: 'm', ...asks } })
const after = (ms: number): Record<string, unknown> => ({ when: new Date(noon + ms).toISOString() })
const answers = (directive: Directive, uncertainty: number, ...instants: readonly number[]): readonly string[] =>
  instants.map((ms) => answer(under(directive, after(ms), uncertainty)))

t.test('what its scope does not cover stays open', async (t) => {
  const scoped = (scope: Partial<RestrictingDirective['scope']>) =>
    restriction('r', [limb(foreign)], { scope: { ...everything, ...scope } })
  const phases = scoped({ phases: ['start'] })
  t.equal(answer(under(phases, on({ phase: 'start' }))), 'policy_stale')
  t.equal(answer(under(phases, on({ phase: 'admit' }))), 'permit')
  const actions = scoped({ actions: ['count-tokens'] })
  t.equal(answer(under(actions, on({ action: 'count-tokens' }))), 'policy_stale')
  t.equal(answer(under(actions)), 'permit')
  const modes = scoped({ modes: ['deep'] })
  t.equal(answer(under(modes, on({ mode: 'deep' }))), 'policy_stale')
  t.equal(answer(under(modes, on({ mode: 'quick' }))), 'permit')
  t.equal(answer(under(modes)), 'policy_stale', 'the mode is left to the model')
  t.same(under(modes, on({ mode: 'quick' })).determinations, [], 'nothing is recorded of what it does not cover')
})

t.test('a directive shuts nothing before it begins or after it has ended, by any clock', async (t) => {
  const directive = restriction('r', [limb(foreign)], { effective: noon, ends: noon + 10_000 })
  t.same(answers(directive, 0, -1, 0, 9999, 10_000), ['permit', 'policy_stale', 'policy_stale', 'permit'])
  t.same(answers(directive, 250, -251, -250, 10_249, 10_250), ['permit', 'policy_stale', 'policy_stale', 'permit'])
  t.same(under(directive, after(-1)).determinations, [])
  t.equal(under(directive, after(-1000), 250).validUntil, noon - 250, 'the answer holds until it may begin')
})

t.test('one that is only reported shuts nothing until it may count', async (t) => {
  const directive = restriction('r', [limb(foreign)], { kind: 'internal-policy', reportOnlyUntil: noon })
  t.same(answers(directive, 0, -1, 0, 1), ['permit', 'policy_stale', 'policy_stale'])
  t.same(answers(directive, 250, -251, -250, 0), ['permit', 'policy_stale', 'policy_stale'])
  t.same(
    under(directive, after(-1)).determinations.map(({ directive }) => directive),
    ['r'],
  )
})

t.test('a window that says `refuse` shuts what it covers at all times, to those whom it admits as well', async (t) => {
  const admitted = { who: { ...us, id: 'ada' } }
  const policy = load({
    directives: [window('w')],
    registers: registers({ evaluators: [{ issuer, subject: 'ada', list: 'red-team', ...ever }] }),
  })
  t.equal(answer(ask(policy, admitted)), 'permit')
  t.equal(answer(ask(unconfirmed(policy), admitted)), 'policy_stale')
  const { determinations } = ask(unconfirmed(policy), { ...admitted, when: '2026-07-01T00:00:00Z' })
  t.same(
    determinations.map(({ directive }) => directive),
    ['lease:w', 'w'],
  )
})

t.test('a policy that is confirmed again is the one before; what else is laid over it stays', async (t) => {
  const suspended = withSuspensions(policy, [
    { id: 's', of: { kind: 'model', model: 'two' }, why: 'a flaw was found', by: 'officer', since: 0 },
  ])
  t.equal(answer(ask(unconfirmed(suspended), { who: us, asks: 'two' })), 'model_suspended')
  t.equal(answer(ask(policy, { who: us, asks: 'one' })), 'permit')
})
