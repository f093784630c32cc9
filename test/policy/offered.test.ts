// What the catalogue offers, and what names in requests come to.

import t from 'tap'
import { catalogueOf, nameOf, resourcesOf } from '../../src/policy/index.ts'
import { ask, load, model } from './small-policy.ts'

t.test('models are offered in order of id, however the files were ordered', async (t) => {
  for (const ids of [
    ['a', 'b', 'c'],
    ['c', 'b', 'a'],
    ['b', 'c', 'a'],
    ['c', 'a', 'b'],
  ]) {
    const models = ids.map((id) => model(id))
    t.same(
      catalogueOf(load({ catalogue: { models } })).map(({ id }) => id),
      ['a', 'b', 'c'],
    )
  }
})

t.test('a model may say twice what it is served as; that makes it no other’s name', async (t) => {
  const served = load({ catalogue: { models: [model('m', { servedAs: ['x', 'x'] }), model('n')] } })
  t.same(nameOf(served, 'x'), { model: 'm', variant: null, mode: null })
})

t.test('names are read to resources, or to the first that is unknown', async (t) => {
  const policy = load({ catalogue: { models: [model('m'), model('n')] } })
  const reading = (...names: readonly string[]) =>
    resourcesOf(policy, {
      id: 'o',
      dialect: 'openai',
      action: 'infer',
      phase: 'admit',
      stream: false,
      maxOutputTokens: null,
      models: names.map((name) => ({ pointer: '/model', name, mode: null })),
    })
  const found = reading('m', 'n')
  t.equal(found.kind, 'resources')
  t.same(
    found.kind === 'resources' && found.resources.map(({ model, released, modes }) => ({ model, released, modes })),
    [
      { model: 'm', released: true, modes: [] },
      { model: 'n', released: true, modes: [] },
    ],
  )
  t.same(reading('m', 'x', 'y'), { kind: 'unknown', name: 'x' })
  t.equal(ask(policy, { asks: 'x' }).reason, 'model_unknown')
})

t.test('what nothing can fix is forced by nothing', async (t) => {
  const names = [
    { name: 'm', variant: null, mode: null, forwardAs: null },
    { name: 'm-deep', variant: null, mode: 'deep', forwardAs: null },
  ]
  const policy = load({ catalogue: { models: [model('m', { modes: ['quick', 'deep'], names })] } })
  t.same(ask(policy, { asks: 'm' }).resources[0]?.modes, ['deep', 'quick'])
  t.same(ask(policy, { asks: 'm-deep' }).resources[0]?.modes, ['deep'])
})
