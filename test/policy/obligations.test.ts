// Obligations of directives, grants and windows: their union, and what cannot be kept.

import t from 'tap'
import type { DirectiveObligation, Limb, RestrictingDirective } from '../../src/policy/bundle/bundle.ts'
import { decide, factsOf, type Policy, readCase } from '../../src/policy/index.ts'
import type { Decision } from '../../src/vocabulary/decision.ts'
import type { Operation } from '../../src/vocabulary/operation.ts'
import {
  answer,
  ask,
  everything,
  foreign,
  grant,
  issuer,
  limb,
  load,
  model,
  noon,
  restriction,
} from './small-policy.ts'

const models = [
  model('m'),
  model('modal', { modes: ['deep', 'mid', 'quick'] }),
  model('by-name', {
    modes: ['deep', 'quick'],
    names: ['by-name', 'by-name-deep'].map((name) => ({
      name,
      variant: null,
      mode: name === 'by-name' ? null : 'deep',
      forwardAs: null,
    })),
  }),
  model('by-field', {
    modes: ['deep', 'quick'],
    modeSelectors: [
      { field: 'thinking', values: [], otherwise: 'deep', force: [{ mode: 'quick', value: 'disabled' }] },
    ],
  }),
]
const binding = (id: string, obligations: readonly DirectiveObligation[], more: Partial<RestrictingDirective> = {}) =>
  restriction(id, [limb(foreign)], { obligations, ...more })
const force = (mode: string): DirectiveObligation => ({ kind: 'force-mode', mode })
const policyOf = (...directives: readonly RestrictingDirective[]) => load({ catalogue: { models }, directives })
const us = { us_person: true }
const asked = (model: string, ...directives: readonly RestrictingDirective[]): Decision =>
  ask(policyOf(...directives), { who: us, asks: model })
const decideWith = (policy: Policy, operation: Operation): Decision => {
  const reading = readCase({ who: us, asks: 'm', expect: 'permit' }, noon)
  if (reading.kind === 'faults') throw new Error(JSON.stringify(reading.faults))
  return decide(policy, { ...factsOf(reading.case), operation }, noon, { clockUncertaintyMs: 0 })
}
const modal = (mode: string, more: Partial<Limb> = {}): Limb =>
  limb({ test: 'mode', modes: [mode] }, { id: mode, reason: 'mode_restricted', ...more })

t.test(
  'a forced mode is fixed where the request leaves it open, and needs nothing where no other can answer',
  async (t) => {
    t.same(asked('modal', binding('r', [force('mid')])).obligations, [
      { kind: 'force-mode', pointer: '/model', mode: 'mid' },
    ])
    const named = ask(policyOf(binding('r', [force('mid')])), { who: us, asks: { model: 'modal', mode: 'mid' } })
    t.same([answer(named), named.obligations], ['permit', []])
    const other = ask(policyOf(binding('r', [force('mid')])), { who: us, asks: { model: 'modal', mode: 'deep' } })
    t.equal(answer(other), 'obligation_unenforceable', 'another mode that was asked for is not exchanged')
    t.same([answer(asked('by-name-deep', binding('r', [force('deep')])))], ['permit'])
  },
)

t.test('what cannot be fixed is refused: no modes, no field, no value for it, two modes at once', async (t) => {
  const unenforceable = (name: string, ...directives: readonly RestrictingDirective[]): void => {
    const decision = asked(name, ...directives)
    t.equal(answer(decision), 'obligation_unenforceable', name)
    t.same(decision.obligations, [])
    t.ok(decision.determinations.every(({ result }) => result === 'satisfied'))
  }
  unenforceable('m', binding('r', [force('deep')]))
  unenforceable('modal', binding('r', [force('deep')]), binding('s', [force('quick')]))
  unenforceable('modal', binding('r', [force('deep'), force('quick')]))
  const field = (value: string | null) => ({
    id: 'case',
    dialect: 'anthropic' as const,
    action: 'infer' as const,
    phase: 'admit' as const,
    stream: false,
    maxOutputTokens: null,
    models: [{ pointer: '/model', name: 'by-field', mode: { field: 'thinking' as const, value } }],
  })
  const decideField = (mode: string) => {
    const policy = policyOf(binding('r', [force(mode)]))
    return decideWith(policy, field(null))
  }
  t.equal(answer(decideField('quick')), 'permit')
  t.equal(answer(decideField('deep')), 'obligation_unenforceable', 'the field has no value for it')
  const without = (mode: string) => answer(decideWith(policyOf(restriction('d', [modal(mode)])), field(null)))
  t.equal(without('deep'), 'permit', 'the other one can be fixed')
  t.equal(without('quick'), 'mode_restricted', 'the other one cannot')
})

t.test('the mode that is picked where others are denied must be one that the obligations allow', async (t) => {
  const notDeep = restriction('d', [modal('deep')])
  t.same(asked('modal', notDeep).obligations, [{ kind: 'force-mode', pointer: '/model', mode: 'mid' }])
  t.same(asked('modal', notDeep, binding('r', [force('quick')])).obligations, [
    { kind: 'force-mode', pointer: '/model', mode: 'quick' },
  ])
  const avoided = asked('modal', notDeep, binding('r', [force('deep')]))
  t.equal(answer(avoided), 'mode_restricted', 'a denial on substance is shown before it')
})

t.test('an obligation of a directive on one mode binds only where that mode may answer', async (t) => {
  const inDeep = binding('d', [force('quick')], {
    scope: { ...everything, models: { families: [], ids: ['modal'] }, modes: ['deep'] },
  })
  t.same(asked('modal', inDeep).obligations, [{ kind: 'force-mode', pointer: '/model', mode: 'mid' }])
  const onlyDeep = ask(policyOf(inDeep), { who: us, asks: { model: 'modal', mode: 'deep' } })
  t.equal(answer(onlyDeep), 'obligation_unenforceable')
  const stored = binding('d', [{ kind: 'no-store' }], {
    scope: { ...everything, models: { families: [], ids: ['modal'] }, modes: ['deep'] },
  })
  t.same(asked('modal', stored).obligations, [{ kind: 'no-store' }], 'no mode is denied, so that none is forced')
})

t.test('every mode is recorded, also those that a forced one avoids, in order of id', async (t) => {
  const { determinations } = asked(
    'modal',
    restriction('b', [modal('deep'), modal('mid')]),
    binding('a', []),
    binding('c', []),
  )
  t.same(
    determinations.map(({ directive, result, limbs }) => [directive, result, limbs[0]?.flags.join()]),
    [
      ['a', 'satisfied', ''],
      ['b', 'violated', 'mode:deep'],
      ['b', 'violated', 'mode:mid'],
      ['b', 'satisfied', 'mode:quick'],
      ['c', 'satisfied', ''],
    ],
  )
})

t.test('nothing flows from the instant of termination on, and no permit outlives it', async (t) => {
  const policy = policyOf(
    binding('r', [{ kind: 'terminate-at', at: noon }]),
    binding('s', [{ kind: 'terminate-at', at: noon + 5 }]),
  )
  const before = ask(policy, { who: us, when: new Date(noon - 1).toISOString() })
  t.same(before.obligations, [{ kind: 'terminate-at', at: noon }])
  t.equal(before.validUntil, noon)
  t.equal(answer(ask(policy, { who: us })), 'obligation_unenforceable')
  const when = (ms: number) => ({ who: us, when: new Date(noon + ms).toISOString() })
  t.equal(ask(policy, when(-251), 250).validUntil, noon - 250)
  t.equal(answer(ask(policy, when(-250), 250)), 'obligation_unenforceable')
  t.equal(
    answer(ask(policy, { who: { us_person: false } })),
    'person_restricted',
    'it is shown only where all else permits',
  )
  const deepEnds = binding('r', [{ kind: 'terminate-at', at: noon }], {
    scope: { ...everything, models: { families: [], ids: ['modal'] }, modes: ['deep'] },
  })
  t.same(asked('modal', deepEnds).obligations, [{ kind: 'force-mode', pointer: '/model', mode: 'mid' }])
})

t.test('a permit that is to be looked at again holds no longer than that', async (t) => {
  const policy = policyOf(
    binding('r', [{ kind: 'recheck-every', seconds: 60 }]),
    binding('s', [{ kind: 'recheck-every', seconds: 30 }]),
  )
  const decision = ask(policy, { who: us })
  t.same(decision.obligations, [{ kind: 'recheck-every', seconds: 30 }])
  t.equal(decision.validUntil, noon + 30_000)
})

t.test('a grant’s obligations bind whoever needs it, and nobody else', async (t) => {
  const policy = load({
    catalogue: { models },
    directives: [restriction('r', [limb(foreign)])],
    grants: [
      grant('g', 'r', {
        covers: [{ cover: 'subject', subject: { issuer, subject: 'somebody' } }],
        obligations: [force('quick'), { kind: 'terminate-at', at: noon + 1000 }],
      }),
    ],
  })
  t.same(ask(policy, { who: { us_person: false }, asks: 'modal' }).obligations, [
    { kind: 'force-mode', pointer: '/model', mode: 'quick' },
    { kind: 'terminate-at', at: noon + 1000 },
  ])
  t.equal(answer(ask(policy, { who: { us_person: false }, asks: 'm' })), 'obligation_unenforceable')
  t.same(ask(policy, { who: us, asks: 'm' }).obligations, [])
})

t.test('what is only reported binds nobody', async (t) => {
  const reported = binding('r', [force('deep'), { kind: 'terminate-at', at: 0 }], {
    kind: 'internal-policy',
    reportOnlyUntil: noon + 1,
    scope: { ...everything, models: { families: [], ids: ['modal'] } },
  })
  t.same([answer(asked('modal', reported)), asked('modal', reported).obligations], ['permit', []])
})

t.test('each resource of one request has its own forced mode', async (t) => {
  const policy = load({
    catalogue: { models: [...models, model('other', { modes: ['deep', 'quick'] })] },
    directives: [
      binding('r', [force('quick')], { scope: { ...everything, models: { families: [], ids: ['modal'] } } }),
      binding('s', [force('deep')], { scope: { ...everything, models: { families: [], ids: ['other'] } } }),
    ],
  })
  t.same(ask(policy, { who: us, asks: ['modal', 'other'] }).obligations, [
    { kind: 'force-mode', pointer: '/model', mode: 'quick' },
    { kind: 'force-mode', pointer: '/models/1', mode: 'deep' },
  ])
})
