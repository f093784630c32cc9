import t from 'tap'
import type { CatalogueModel } from '../../src/policy/bundle/bundle.ts'
import { catalogueOf, decide, factsOf, offeredModel, readCase, resourcesOf } from '../../src/policy/index.ts'
import type { ModeSelector, Operation } from '../../src/vocabulary/operation.ts'
import { answer, ask, everything, limb, load, model, noon, restriction } from './small-policy.ts'

const spark = model('spark', {
  modes: ['thinking', 'instant'],
  modeSelectors: [
    {
      field: 'reasoning-effort',
      values: [
        { value: 'none', mode: 'instant' },
        { value: 'minimal', mode: 'instant' },
      ],
      otherwise: 'thinking',
      force: [{ mode: 'instant', value: 'minimal' }],
    },
    {
      field: 'thinking',
      values: [
        { value: 'disabled', mode: 'instant' },
        { value: 'enabled', mode: 'thinking' },
      ],
      otherwise: null,
      force: [{ mode: 'instant', value: 'disabled' }],
    },
  ],
  names: [
    { name: 'spark', variant: null, mode: null, forwardAs: null },
    { name: 'spark-instant', variant: null, mode: 'instant', forwardAs: null },
    { name: 'spark-thinking', variant: null, mode: 'thinking', forwardAs: null },
    { name: 'spark-latest', variant: null, mode: null, forwardAs: 'spark' },
  ],
})
/** Null: the dialect has no such field. */
type Selected = ModeSelector | null

const noTier = limb({ test: 'tier', tier: 'cyber', holds: false }, { reason: 'mode_restricted' })
const policy = load({
  catalogue: { models: [spark, model('b', { release: 'unreleased' })] },
  directives: [restriction('m7', [noTier], { scope: { ...everything, modes: ['thinking'] } })],
})

const operation = (name: string, mode: Selected): Operation => {
  const reading = readCase({ asks: name, expect: 'permit' }, Date.UTC(2026, 5, 20, 12))
  if (reading.kind === 'faults') throw new Error('case')
  const { operation } = factsOf(reading.case)
  return { ...operation, models: [{ pointer: '/model', name, mode }] }
}

const modesOf = (name: string, mode: Selected): readonly string[] => {
  const reading = resourcesOf(policy, operation(name, mode))
  return reading.kind === 'resources' ? (reading.resources[0]?.modes ?? []) : ['unknown']
}
const decided = (name: string, mode: Selected): string => {
  const reading = readCase({ asks: name, expect: 'permit' }, Date.UTC(2026, 5, 20, 12))
  if (reading.kind === 'faults') throw new Error('case')
  const facts = { ...factsOf(reading.case), operation: operation(name, mode) }
  const { effect, reason, obligations } = decide(policy, facts, noon, { clockUncertaintyMs: 0 })
  return effect === 'deny'
    ? reason
    : obligations.map((one) => (one.kind === 'force-mode' ? one.mode : one.kind)).join() || 'permit'
}
const effort = (value: string | null): Selected => ({ field: 'reasoning-effort', value })
const thinking = (value: string | null): Selected => ({ field: 'thinking', value })
const both = ['instant', 'thinking']

t.test('the field chooses the mode; what it leaves open is every mode', async (t) => {
  t.same(modesOf('spark', effort('none')), ['instant'])
  t.same(modesOf('spark', effort('minimal')), ['instant'])
  t.same(modesOf('spark', effort('high')), ['thinking'])
  t.same(modesOf('spark', effort('whatever comes next')), ['thinking'])
  t.same(modesOf('spark', effort(null)), both)
  t.same(modesOf('spark', thinking('disabled')), ['instant'])
  t.same(modesOf('spark', thinking('enabled')), ['thinking'])
  t.same(modesOf('spark', thinking('adaptive')), both, 'a value that may be either')
  t.same(modesOf('spark', thinking(null)), both)
  t.same(modesOf('spark', null), both)
  t.same(modesOf('spark', { field: 'mode', value: 'thinking' }), ['thinking'])
  t.same(modesOf('spark', { field: 'mode', value: 'no such mode' }), both)
})

t.test('a name may fix the mode; a field that asks for another makes it both', async (t) => {
  t.same(modesOf('spark-instant', effort(null)), ['instant'])
  t.same(modesOf('spark-instant', effort('none')), ['instant'])
  t.same(modesOf('spark-instant', effort('high')), both)
  t.same(modesOf('spark-thinking', thinking('disabled')), both)
})

t.test('a field that could mean any mode is not a field that is absent', async (t) => {
  for (const value of ['adaptive', 'whatever comes next']) {
    t.same(modesOf('spark-instant', thinking(value)), both)
    t.equal(decided('spark-instant', thinking(value)), 'mode_restricted', 'the name and the field may disagree')
    t.equal(decided('spark', thinking(value)), 'instant', 'the field is overwritten')
  }
  t.same(modesOf('spark-instant', thinking(null)), ['instant'])
  t.same(modesOf('spark-instant', { field: 'mode', value: 'no such mode' }), both)
  t.same(modesOf('spark-instant', null), ['instant'])
})

t.test(
  'a field that the catalogue does not read could mean any mode, unless the model is chosen by name alone',
  async (t) => {
    const names = ['n', 'n-instant'].map((name) => ({
      name,
      variant: null,
      mode: name === 'n' ? null : 'instant',
      forwardAs: null,
    }))
    const modesUnder = (modeSelectors: CatalogueModel['modeSelectors']) => {
      const loaded = load({ catalogue: { models: [model('n', { modes: both, modeSelectors, names })] } })
      const reading = resourcesOf(loaded, operation('n-instant', thinking('enabled')))
      return reading.kind === 'resources' ? reading.resources[0]?.modes : undefined
    }
    t.same(modesUnder(spark.modeSelectors.filter(({ field }) => field === 'reasoning-effort')), both)
    t.same(modesUnder([]), ['instant'])
  },
)

t.test('of fields that several vendors have, each can add a mode and none can take one away', async (t) => {
  const said = (thinks: string | null, effort: string | null, config: string | null = null): Selected => ({
    field: 'thinking',
    value: thinks,
    beside: [
      { field: 'reasoning-config', value: config },
      { field: 'reasoning-effort', value: effort },
    ],
  })
  const cases: readonly (readonly [Selected, readonly string[], string])[] = [
    [said(null, null), both, 'instant'],
    [said('disabled', null), both, 'instant'],
    [said(null, 'none'), both, 'instant'],
    [said('disabled', 'none'), ['instant'], 'permit'],
    [said('disabled', 'high'), both, 'instant'],
    [said('enabled', 'none'), both, 'instant'],
    [said('enabled', 'high'), ['thinking'], 'mode_restricted'],
    [said('disabled', 'none', 'disabled'), both, 'mode_restricted'],
  ]
  for (const [mode, reached, answered] of cases) {
    t.same(modesOf('spark', mode), reached, JSON.stringify(mode))
    t.equal(decided('spark', mode), answered, JSON.stringify(mode))
  }
  t.same(modesOf('spark-instant', said(null, null)), ['instant'], 'the name fixes what no field says')
  t.same(modesOf('spark-instant', said(null, 'none')), ['instant'])
  t.same(modesOf('spark-instant', said('enabled', 'none')), both)
})

t.test('if only some modes are denied and the field can fix another, it is forced', async (t) => {
  t.equal(decided('spark', effort(null)), 'instant')
  t.equal(decided('spark', thinking('adaptive')), 'instant')
  t.equal(decided('spark', { field: 'mode', value: null }), 'instant')
  t.equal(decided('spark-latest', effort(null)), 'instant')
  t.equal(decided('spark', effort('high')), 'mode_restricted')
  t.equal(decided('spark', null), 'mode_restricted', 'there is no field')
  t.equal(decided('spark-instant', effort('high')), 'mode_restricted', 'the name and the field disagree')
  t.equal(decided('spark-instant', effort(null)), 'permit')
})

t.test('a forced mode is recorded beside the one that it avoids', async (t) => {
  const reading = readCase({ asks: 'spark', expect: 'permit' }, Date.UTC(2026, 5, 20, 12))
  if (reading.kind === 'faults') throw new Error('case')
  const decision = decide(policy, factsOf(reading.case), noon, { clockUncertaintyMs: 0 })
  t.same(decision.obligations, [{ kind: 'force-mode', pointer: '/model', mode: 'instant' }])
  t.same(
    decision.determinations.map(({ directive, result, limbs }) => [directive, result, limbs[0]?.flags]),
    [['m7', 'violated', ['mode:thinking']]],
  )
})

t.test('the catalogue is given in order of id, with what goes upstream', async (t) => {
  t.same(
    catalogueOf(policy).map(({ id, released }) => [id, released]),
    [
      ['b', false],
      ['spark', true],
    ],
  )
  t.same(catalogueOf(policy)[1]?.names.find(({ name }) => name === 'spark-latest')?.forwardAs, 'spark')
  t.equal(catalogueOf(policy), catalogueOf(policy), 'it is made once')
  t.equal(offeredModel(policy, 'spark'), catalogueOf(policy)[1])
  t.equal(offeredModel(policy, 'spark-latest'), undefined, 'by its id, not by another of its names')
  t.same(resourcesOf(policy, operation('nobody', null)), { kind: 'unknown', name: 'nobody' })
})

t.test('a variant has a release state of its own', async (t) => {
  const partly = model('partly', {
    variants: [
      { id: 'open', release: 'released' },
      { id: 'shut', release: 'unreleased' },
    ],
    names: ['partly', 'open', 'shut'].map((name) => ({
      name,
      variant: name === 'partly' ? null : name,
      mode: null,
      forwardAs: null,
    })),
  })
  const loaded = load({ catalogue: { models: [partly] } })
  t.same(
    ['partly', 'open', 'shut'].map((name) => answer(ask(loaded, { asks: name }))),
    ['permit', 'permit', 'model_unreleased'],
  )
})

t.test('a model without modes reaches none, and lineage may even run in a circle', async (t) => {
  const thinking = limb({ test: 'mode', modes: ['thinking'] }, { reason: 'mode_restricted' })
  const loaded = load({
    catalogue: {
      models: [
        model('m', { derivedFrom: ['n'] }),
        model('n', { derivedFrom: ['m'] }),
        model('t', { modes: ['thinking'] }),
      ],
    },
    directives: [restriction('r', [thinking])],
  })
  t.equal(answer(ask(loaded)), 'permit')
})

t.test('lineage: families, risks and directives on an ancestor reach what derives from it', async (t) => {
  const base = model('base', { family: 'base-family', risks: [{ domain: 'bio', tier: 'high' }] })
  const child = model('child', { family: 'own', derivedFrom: ['base'] })
  const grandchild = model('grandchild', { family: 'own', derivedFrom: ['child', 'other'] })
  const scoped = (scope: Partial<typeof everything>) =>
    load({
      catalogue: { models: [base, child, grandchild, model('other')] },
      directives: [restriction('r', [noTier], { scope: { ...everything, ...scope } })],
    }).concerning
  const reached = (scope: Partial<typeof everything>) =>
    [...scoped(scope)].filter(([, { restricting }]) => restricting.length > 0).map(([id]) => id)
  t.same(reached({ models: { families: ['base-family'], ids: [] } }), ['base', 'child', 'grandchild'])
  t.same(reached({ models: { families: [], ids: ['child'] } }), ['child', 'grandchild'])
  t.same(reached({ models: { families: ['own'], ids: [] } }), ['child', 'grandchild'])
  t.same(reached({ risks: [{ domain: 'bio', tier: 'high' }] }), ['base', 'child', 'grandchild'])
  t.same(reached({ risks: [{ domain: 'bio', tier: 'low' }] }), [])
  t.same(
    reached({
      risks: [
        { domain: 'bio', tier: 'low' },
        { domain: 'bio', tier: 'high' },
      ],
    }),
    ['base', 'child', 'grandchild'],
    'one of several risks is enough',
  )
})
