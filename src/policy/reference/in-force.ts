// semantics.md §7: "each directive in force whose scope covers resource, operation and phase"; §8: what it does to work begun before.

import type { RestrictingDirective } from '../bundle/bundle.ts'
import type { NamedResource } from './catalogue.ts'
import { covers, coversAll, coversSome } from './scope.ts'
import type { Situation } from './situation.ts'
import { hasBegun, mayHaveBegun, mayStillHold, replaces } from './time.ts'

export function concerns(directive: RestrictingDirective, named: NamedResource, situation: Situation): boolean {
  const { operation } = situation.facts
  return (
    covers(directive.scope, named, operation, situation.bundle) &&
    coversSome(directive.scope, named.resource.modes) &&
    isInForce(directive, named, situation) &&
    (operation.phase !== 'continue' || reachesWorkUnderWay(directive, situation))
  )
}

function isInForce(directive: RestrictingDirective, named: NamedResource, situation: Situation): boolean {
  if (!mayStillHold(directive, situation)) return false
  if (mayHaveBegun(directive.effective, situation)) return true
  // §6: "Programs and windows *close* their resource at all times": a program does so before it begins, too, unless an earlier
  // version does it until then.
  return directive.kind === 'program' && !isClosedByEarlier(directive, named, situation)
}

/** A program that has not begun admits nobody, unless an earlier version is still there to say whom. */
export const admitsNobodyYet = (directive: RestrictingDirective, named: NamedResource, situation: Situation): boolean =>
  directive.kind === 'program' &&
  !hasBegun(directive.effective, situation) &&
  !isClosedByEarlier(directive, named, situation)

/** A version that it replaces still holds for everything that is named. */
function isClosedByEarlier(directive: RestrictingDirective, named: NamedResource, situation: Situation): boolean {
  const { operation } = situation.facts
  return situation.bundle.directives.some(
    (one) =>
      one.kind === 'program' &&
      replaces(directive, one) &&
      covers(one.scope, named, operation, situation.bundle) &&
      (one.scope.modes === 'any' || coversAll(one.scope, named.resource.modes)) &&
      mayStillHold(one, situation),
  )
}

/** §8: "`in-flight: terminate | drain-until | finish-started`": an answer that flows already. */
function reachesWorkUnderWay({ inFlight }: RestrictingDirective, situation: Situation): boolean {
  switch (inFlight.kind) {
    case 'terminate':
      return true
    case 'drain-until':
      return mayHaveBegun(inFlight.at, situation)
    case 'finish-started':
      return false
  }
}
