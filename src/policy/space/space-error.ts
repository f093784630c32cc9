// SpaceError: the requests for a resource cannot be told apart within the bound, so that nothing may be said about all of them.

import { testsPersons } from '../bundle/tests-of.ts'
import type { Concerning } from './predicates.ts'
import type { ResourceClass } from './resources.ts'

export class SpaceError extends Error {
  readonly code = 'space_too_large'
  override readonly name = 'SpaceError'
}

/** @param limbs that test who somebody is: `us-bis-2026-06-12 version 1, limb person` */
export const personsError = (resource: ResourceClass, limbs: readonly string[], mostQuestions: number): SpaceError =>
  new SpaceError(
    `who can ask for \`${resource.resource.model}\` could not be told apart, so that nothing is said of it: ` +
      `these limbs test who somebody is, and together leave more ways to answer than ${mostQuestions} questions to the engine could ` +
      `tell apart: ${limbs.join('; ')}. Let their directives say the same \`status-evidence\` (or \`residence-evidence\`), with ` +
      '`when-conflicting: unknown` wherever it need not be otherwise; that tells far fewer apart',
  )

/** @param ids of grants for a quantity that reach one resource at one time */
export const quantitiesError = (ids: readonly string[], most: number): SpaceError =>
  new SpaceError(
    `more than ${most} grants for a quantity reach one model, and any of them may be used up while others are not, so that nothing is ` +
      `said of it: ${ids.join(', ')}. Withdraw those that are over, or compare fewer at a time`,
  )

/** Limbs that test status, nationality or residence, by the names that records have. */
export function limbsOnPersons(instruments: readonly Concerning[]): readonly string[] {
  const found = instruments.flatMap(({ restricting }) =>
    restricting.flatMap(({ id, version, rule }) =>
      rule.limbs
        .filter(({ source }) => testsPersons(source.is))
        .map(({ source }) => `${id} version ${version}, limb ${source.id}`),
    ),
  )
  return [...new Set(found)]
}
