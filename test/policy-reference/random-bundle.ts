// Random bundles: small, but with everything that a bundle can hold. All that has a time has one of few edges, and all that has a name
// one of few names, so that things meet. Built so that nearly every one loads.

import * as fc from 'fast-check'
import type { Bundle, Directive, Withdrawal } from '../../src/policy/bundle/bundle.ts'
import type { Suspension } from '../../src/policy/index.ts'
import { bundle as bundleOf } from '../policy/small-policy.ts'
import { lists, modelOf } from './random-catalogue.ts'
import { fitted, fittedTo } from './random-fit.ts'
import { directives, grantParts, grantsOf } from './random-instruments.ts'
import { registers } from './random-registers.ts'
import { edge, few, mostly, one } from './random-words.ts'

interface WithdrawalParts {
  /** Which directive, among those that are there. */
  readonly pick: number
  readonly effective: number
}
const withdrawalParts: fc.Arbitrary<WithdrawalParts> = fc.record({ pick: fc.nat(5), effective: edge })

function withdrawalsOf(all: readonly WithdrawalParts[], known: readonly Directive[]): readonly Withdrawal[] {
  return all.flatMap(({ pick, effective }, index) => {
    const named = known[pick % known.length]
    if (named === undefined) return []
    const { id: directive, version, title, about, position } = named
    return [{ id: `x${index + 1}`, title, about, position, directive, versions: [version], effective }]
  })
}

const models = fc.tuple(modelOf('m', []), modelOf('n', ['m']), modelOf('o', ['n', 'm']))

export const randomBundle: fc.Arbitrary<Bundle> = fc
  .record({ models, lists, directives, registers, grants: few(grantParts, 3), withdrawals: few(withdrawalParts, 2) })
  .map(({ models, directives, grants, withdrawals, ...more }) => {
    const fitting = directives.map((one) => fitted(one, directives, models))
    return bundleOf({
      ...more,
      catalogue: { models },
      directives: fitting,
      grants: grantsOf(grants, fitting).map((one) => fittedTo(one, models)),
      withdrawals: withdrawalsOf(withdrawals, fitting),
    })
  })

export const randomSuspensions: fc.Arbitrary<readonly Suspension[]> = mostly(
  [],
  fc
    .oneof(
      fc.record({ kind: fc.constant('all') }),
      fc.record({ kind: fc.constant('family'), family: one('family-m', 'family-n') }),
      fc.record({ kind: fc.constant('model'), model: one('m', 'n', 'o') }),
    )
    .map((of) => [{ id: 's1', of, why: 'w', by: 'b', since: 0 }]),
  8,
)
