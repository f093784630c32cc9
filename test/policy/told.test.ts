// Whether the reason may be told: one instrument that gives it and lets it be told is enough, and none other counts.

import t from 'tap'
import type { RestrictingDirective } from '../../src/policy/bundle/bundle.ts'
import { answer, ask, everything, foreign, limb, load, model, restriction } from './small-policy.ts'

const silent = { tellTheCaller: 'nothing' } as const

t.test('an obligation that cannot be kept is told where one of several lets it be told', async (t) => {
  const forced = (id: string, mode: string, more: Partial<RestrictingDirective> = {}) =>
    restriction(id, [limb(foreign)], { obligations: [{ kind: 'force-mode', mode }], ...more })
  const told = (...directives: readonly RestrictingDirective[]) => {
    const policy = load({ catalogue: { models: [model('m', { modes: ['deep', 'quick'] })] }, directives })
    const decision = ask(policy, { who: { us_person: true } })
    t.equal(answer(decision), 'obligation_unenforceable')
    return decision.tellReason
  }
  t.equal(told(forced('a', 'deep'), forced('b', 'quick')), true)
  t.equal(told(forced('a', 'deep'), forced('b', 'quick', silent)), true)
  t.equal(told(forced('a', 'deep', silent), forced('b', 'quick', silent)), false)
})

t.test(
  'an instrument that has the reason among its unknowns lets it be told, whatever stands before it there',
  async (t) => {
    const stale = '2020-01-01T00:00:00Z'
    const lives = { test: 'residence', places: { lists: [], codes: ['CU'] } } as const
    // The subject’s own word is stale, and nothing is known of where the actor lives: that is the reason of this one.
    const both = (more: Partial<RestrictingDirective>) =>
      restriction(
        'a',
        [
          limb(foreign, { id: 'person' }),
          limb(lives, { id: 'residence', anyOf: ['actor'], reason: 'embargoed_resident' }),
        ],
        more,
      )
    // The actor’s is stale, and no caller can mend another’s: that comes before all.
    const actors = restriction('b', [limb(foreign, { anyOf: ['actor'] })], silent)
    const told = (...directives: readonly RestrictingDirective[]) => {
      const actor = { id: 'agent', kind: 'person', us_person: true, verified_at: stale }
      const decision = ask(load({ directives }), { who: { us_person: true, verified_at: stale, actor } })
      t.equal(answer(decision), 'evidence_stale')
      return decision.tellReason
    }
    t.equal(told(actors), false)
    t.equal(told(actors, both({})), true)
    t.equal(told(actors, both(silent)), false)
  },
)

t.test('what cannot be kept is told by those alone that cannot be kept', async (t) => {
  const models = [model('m', { modes: ['deep', 'quick'] })]
  const forced = (id: string, mode: string) =>
    restriction(id, [limb(foreign)], { obligations: [{ kind: 'force-mode', mode }], ...silent })
  const beside = restriction('c', [limb(foreign)])
  const told = (...directives: readonly RestrictingDirective[]) => {
    const decision = ask(load({ catalogue: { models }, directives }), { who: { us_person: true } })
    t.equal(answer(decision), 'obligation_unenforceable')
    return decision.tellReason
  }
  t.equal(told(forced('a', 'deep'), forced('b', 'quick'), beside), false)
  // The same where each mode is asked about by itself.
  const modal = restriction('d', [limb({ test: 'mode', modes: ['deep'] }, { reason: 'mode_restricted' })], silent)
  const inOneMode = (id: string, mode: string) => ({
    ...forced(id, mode === 'deep' ? 'quick' : 'deep'),
    scope: { ...everything, modes: [mode] },
  })
  t.equal(told(inOneMode('a', 'deep'), inOneMode('b', 'quick'), beside), false)
  t.equal(told({ ...inOneMode('a', 'deep'), tellTheCaller: 'reason' }, inOneMode('b', 'quick')), true)
  const decision = ask(load({ catalogue: { models }, directives: [modal, forced('a', 'deep'), beside] }), {
    who: { us_person: true },
  })
  t.equal(decision.tellReason, false)
})

t.test('one that forces no mode does not tell that modes are forced', async (t) => {
  const policy = load({
    catalogue: { models: [model('m', { modes: ['deep', 'quick'] })] },
    directives: [
      restriction('a', [limb(foreign)], { obligations: [{ kind: 'force-mode', mode: 'deep' }], ...silent }),
      restriction('b', [limb(foreign)], { obligations: [{ kind: 'no-store' }] }),
    ],
  })
  const decision = ask(policy, { who: { us_person: true }, asks: { model: 'm', mode: 'quick' } })
  t.equal(answer(decision), 'obligation_unenforceable')
  t.equal(decision.tellReason, false)
})
