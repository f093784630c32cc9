// What the gate asks when a model API says which model it served.

import t from 'tap'
import { isCoveredBeyondEmbargo, nameOf } from '../../src/policy/index.ts'
import { ask, everything, foreign, issuer, limb, load, model, registers, restriction, window } from './small-policy.ts'

t.test('a served name stands for what the catalogue says of it', async (t) => {
  const loaded = load({
    catalogue: {
      models: [
        model('m', {
          modes: ['quick'],
          variants: [{ id: 'x', release: 'released' }],
          names: [
            { name: 'm', variant: null, mode: null, forwardAs: null },
            { name: 'm-x', variant: 'x', mode: null, forwardAs: null },
            { name: 'm-quick', variant: null, mode: 'quick', forwardAs: null },
          ],
          servedAs: ['m', 'm-x', 'm-quick', 'm-2026-06-01', 'both'],
        }),
        model('n', { servedAs: ['n', 'both'] }),
      ],
    },
  })
  t.same(nameOf(loaded, 'm'), { model: 'm', variant: null, mode: null })
  t.same(nameOf(loaded, 'm-x'), { model: 'm', variant: 'x', mode: null })
  t.same(nameOf(loaded, 'm-quick'), { model: 'm', variant: null, mode: 'quick' }, 'a name goes before what is served')
  t.same(nameOf(loaded, 'm-2026-06-01'), { model: 'm', variant: null, mode: null })
  for (const name of ['both', 'M', 'm ', '', 'constructor']) t.equal(nameOf(loaded, name), undefined, name)
})

t.test('a decision is covered by more than an embargo where anything else was determined', async (t) => {
  const embargo = restriction('e', [limb({ test: 'tier', tier: 'x', holds: true })], { kind: 'embargo' })
  const models = [model('m'), model('next', { release: 'unreleased' }), model('opened', { release: 'unreleased' })]
  const of = (id: string) => ({ ...everything, models: { families: [], ids: [id] } })
  const covered = (asks: string, ...directives: Parameters<typeof load>[0][]) => {
    const policy = load({
      catalogue: { models },
      registers: registers({ evaluators: [{ issuer, subject: 'somebody', list: 'red-team', from: 0, to: null }] }),
      ...directives[0],
    })
    return isCoveredBeyondEmbargo(policy, ask(policy, { asks, who: { us_person: true } }))
  }
  t.equal(covered('m'), false, 'by nothing')
  t.equal(covered('m', { directives: [embargo] }), false)
  t.equal(covered('m', { directives: [embargo, restriction('r', [limb(foreign)])] }), true)
  t.equal(covered('m', { directives: [embargo, restriction('r', [limb(foreign)], { scope: of('next') })] }), false)
  t.equal(covered('next', { directives: [embargo] }), true, 'the catalogue keeps it closed')
  t.equal(covered('opened', { directives: [embargo, window('w', { scope: of('opened') })] }), true)
  t.equal(
    covered('m', { directives: [embargo, { ...restriction('e', [limb(foreign)]), version: 2 }] }),
    true,
    'another version may be of another kind',
  )
})
