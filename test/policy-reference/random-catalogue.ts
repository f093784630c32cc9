// Random catalogues and lists, and what instruments say of them: scopes, demands on evidence, obligations.

import * as fc from 'fast-check'
import type {
  CatalogueModel,
  CodeSet,
  DirectiveObligation,
  EvidenceDemand,
  NamedList,
  PlaceDemand,
  Scope,
} from '../../src/policy/bundle/bundle.ts'
import { assurances } from '../../src/vocabulary/evidence.ts'
import { phases } from '../../src/vocabulary/operation.ts'
import { everything, model } from '../policy/small-policy.ts'
import { countries, day, edge, few, modes, mostly, one, regions, some } from './random-words.ts'

// ---- catalogue

const risk = fc.record({ domain: one('cyber', 'bio'), tier: one('high', 'low') })
const release = mostly('released' as const, fc.constant('unreleased' as const), 20)

export const modelOf = (id: string, parents: readonly string[]): fc.Arbitrary<CatalogueModel> =>
  fc
    .record({
      release,
      listing: mostly('shown' as const, fc.constant('hidden' as const)),
      hasModes: fc.boolean(),
      count: one(2, 3),
      otherwise: mostly(null, one(...modes.slice(0, 2))),
      forced: fc.subarray(modes.slice(0, 2)),
      hasSelector: mostly(true, fc.constant(false)),
      hasSecond: fc.boolean(),
      second: fc.subarray(modes.slice(0, 2)).map((all) => all.map((mode) => ({ mode, value: mode }))),
      fixed: mostly(null, one(...modes.slice(0, 2)), 1),
      variant: release,
      risks: few(risk, 1),
      maxOutputTokens: mostly(null, one(500, 5000), 1),
      derivedFrom: parents.length === 0 ? fc.constant([]) : fc.subarray([...parents]),
    })
    .map(({ hasModes, count, otherwise, forced, hasSelector, hasSecond, second, fixed, variant, ...more }) => {
      const own = hasModes ? modes.slice(0, count) : []
      const isModal = hasModes && hasSelector
      return model(id, {
        ...more,
        family: `family-${id}`,
        modes: own,
        variants: [{ id: 'tuned', release: variant }],
        modeSelectors: isModal
          ? [
              {
                field: 'reasoning-effort',
                values: [
                  { value: 'none', mode: 'fast' },
                  { value: 'high', mode: 'slow' },
                ],
                otherwise,
                force: forced.map((mode) => ({ mode, value: mode === 'fast' ? 'none' : 'high' })),
              },
              ...(hasSecond ? [{ field: 'thinking' as const, values: [], otherwise, force: second }] : []),
            ]
          : [],
        names: [
          { name: id, variant: null, mode: null, forwardAs: null },
          { name: `${id}-tuned`, variant: 'tuned', mode: null, forwardAs: null },
          { name: `${id}-fixed`, variant: null, mode: hasModes ? fixed : null, forwardAs: null },
        ],
      })
    })

export const modelNames: readonly string[] = ['m', 'n', 'o'].flatMap((id) => [id, `${id}-tuned`, `${id}-fixed`])

// ---- lists, scopes, demands

export const lists: fc.Arbitrary<NamedList[]> = fc
  .tuple(
    ...['group', 'places'].map((id) =>
      fc.record({
        regime: one('ear', 'ofac'),
        members: some(id === 'group' ? countries : [...countries, ...regions], 3),
      }),
    ),
  )
  .map((all) =>
    all.map(({ regime, members }, index) => ({
      id: index === 0 ? 'group' : 'places',
      title: 't',
      regime,
      members,
      asOf: 0,
      source: 's',
      digest: null,
      reviewBy: 1,
      position: { path: 'l.yaml', line: 1 },
    })),
  )

export const countrySet: fc.Arbitrary<CodeSet> = fc.oneof(
  fc.record({ lists: fc.constant(['group']), codes: few(one(...countries), 1) }),
  fc.record({ lists: fc.constant([]), codes: some(countries, 3) }),
)
export const placeSet: fc.Arbitrary<CodeSet> = fc.oneof(
  fc.record({ lists: some(['group', 'places']), codes: few(one(...countries, ...regions), 1) }),
  fc.record({ lists: fc.constant([]), codes: some([...countries, ...regions], 3) }),
)

export const scope: fc.Arbitrary<Scope> = fc
  .record({
    models: mostly(
      'all' as const,
      fc.record({ families: few(one('family-m', 'family-n'), 1), ids: some(['m', 'n', 'o']) }),
    ),
    variants: mostly('any' as const, some([null, 'tuned']), 6),
    modes: mostly('any' as const, some(modes), 4),
    risks: mostly('any' as const, fc.uniqueArray(risk, { minLength: 1, maxLength: 2 }), 6),
    actions: mostly('any' as const, some(['infer', 'count-tokens'] as const, 1), 8),
    phases: mostly('any' as const, some(phases, 3), 8),
  })
  .map((part) => ({ ...everything, ...part }))

export const evidenceDemand: fc.Arbitrary<EvidenceDemand> = fc.record({
  atLeast: one(...assurances),
  notOlderThan: mostly(null, one(2 * day, 30 * day), 1),
  whenConflicting: one('unknown', 'newer-wins', 'better-wins'),
})
export const placeDemand: fc.Arbitrary<PlaceDemand> = fc.record({
  databaseNotOlderThan: mostly(null, one(2 * day, 30 * day), 1),
  anonymizers: one('unknown', 'use-address'),
  whereAnonymizersAreUnknown: one('accept', 'unknown'),
  whereRegionsAreUnknown: one('unknown', 'whole-country'),
})
const obligation: fc.Arbitrary<DirectiveObligation> = fc.oneof(
  fc.record({ kind: one('no-store', 'log-full') }),
  fc.record({ kind: fc.constant('cap-output-tokens'), max: one(100, 1000) }),
  fc.record({ kind: fc.constant('force-mode'), mode: one(...modes.slice(0, 2)) }),
  fc.record({ kind: fc.constant('terminate-at'), at: edge }),
  fc.record({ kind: fc.constant('recheck-every'), seconds: one(1, 3600) }),
)
export const obligations: fc.Arbitrary<readonly DirectiveObligation[]> = fc.oneof(
  { weight: 3, arbitrary: fc.constant([]) },
  { weight: 1, arbitrary: few(obligation) },
)
