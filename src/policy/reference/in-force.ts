// semantics.md §7: "each directive in force whose scope covers resource, operation and phase"; §8: what it does to work begun before.

import type { RestrictingDirective } from '../bundle/bundle.ts'
import type { Asked } from './catalogue.ts'
import type { Question } from './question.ts'
import { covers, coversAll, coversSome } from './scope.ts'
import { hasBegun, mayHaveBegun, mayStillHold, replaces } from './time.ts'

export function concerns(directive: RestrictingDirective, asked: Asked, question: Question): boolean {
  const { operation } = question.facts
  return (
    covers(directive.scope, asked, operation, question.bundle) &&
    coversSome(directive.scope, asked.resource.modes) &&
    isInForce(directive, asked, question) &&
    (operation.phase !== 'continue' || reachesWorkUnderWay(directive, question))
  )
}

function isInForce(directive: RestrictingDirective, asked: Asked, question: Question): boolean {
  if (!mayStillHold(directive, question)) return false
  if (mayHaveBegun(directive.effective, question)) return true
  // §6: "Programs and windows *close* their resource at all times": a program does so before it begins, too, unless an earlier
  // version does it until then.
  return directive.kind === 'program' && !isClosedByEarlier(directive, asked, question)
}

/** A program that has not begun admits nobody, unless an earlier version is still there to say whom. */
export const admitsNobodyYet = (directive: RestrictingDirective, asked: Asked, question: Question): boolean =>
  directive.kind === 'program' &&
  !hasBegun(directive.effective, question) &&
  !isClosedByEarlier(directive, asked, question)

/** A version that it replaces still holds for everything that is asked. */
function isClosedByEarlier(directive: RestrictingDirective, asked: Asked, question: Question): boolean {
  const { operation } = question.facts
  return question.bundle.directives.some(
    (one) =>
      one.kind === 'program' &&
      replaces(directive, one) &&
      covers(one.scope, asked, operation, question.bundle) &&
      (one.scope.modes === 'any' || coversAll(one.scope, asked.resource.modes)) &&
      mayStillHold(one, question),
  )
}

/** §8: "`in-flight: terminate | drain-until | finish-started`": an answer that flows already. */
function reachesWorkUnderWay({ inFlight }: RestrictingDirective, question: Question): boolean {
  switch (inFlight.kind) {
    case 'terminate':
      return true
    case 'drain-until':
      return mayHaveBegun(inFlight.at, question)
    case 'finish-started':
      return false
  }
}
