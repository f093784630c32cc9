// Judge: one directive's determination on one resource, with what it would mean for the decision.

import type { Determination, LimbFinding } from '../../vocabulary/decision.ts'
import type { Resource } from '../../vocabulary/operation.ts'
import type { InFlight, RestrictingDirective } from '../bundle/bundle.ts'
import type { NamedResource } from './catalogue.ts'
import { both, none } from './finding.ts'
import { evaluateLimb } from './limb.ts'
import { type Outcome, outcomeOf } from './outcome.ts'
import type { CompiledDirective } from './policy.ts'
import { type DeterminationReason, firstGap, firstReason, type Gap } from './reason-order.ts'
import { covers, coversEveryMode, coversSomeMode } from './scope.ts'
import type { LimbQuestion, Situation } from './situation.ts'
import type { Horizon } from './valid-until.ts'

/** In force, and its scope covers the resource, the operation and its phase. */
export function isInScope(
  { scope, from, to, source, replaces }: CompiledDirective,
  resource: Resource,
  situation: Situation,
): boolean {
  const { operation, horizon } = situation
  return (
    covers(scope, resource, operation) &&
    coversSomeMode(scope, resource.modes) &&
    horizon.prohibits(from, to) &&
    !(replaces.length > 0 && isAhead(source, horizon) && isHeldByEarlier(replaces, resource, situation)) &&
    (operation.phase !== 'continue' || reachesOpenAnswers(source.inFlight, horizon))
  )
}

/** Closed by a program that has not begun, though what it replaces is in force and says who is admitted until then. */
const isAhead = ({ effective }: RestrictingDirective, horizon: Horizon): boolean =>
  !horizon.reached(effective - horizon.uncertainty)

/** One of the versions that a program replaces is still in force for all that is asked. */
function isHeldByEarlier(
  replaced: readonly CompiledDirective[],
  resource: Resource,
  { operation, horizon }: Situation,
): boolean {
  return replaced.some(
    ({ scope, from, to }) =>
      covers(scope, resource, operation) &&
      scope.models.has(resource.model) &&
      coversEveryMode(scope, resource.modes) &&
      horizon.prohibits(from, to),
  )
}

function reachesOpenAnswers(inFlight: InFlight, horizon: Horizon): boolean {
  if (inFlight.kind === 'terminate') return true
  return inFlight.kind === 'drain-until' && horizon.reached(inFlight.at - horizon.uncertainty)
}

/** @param modes those that are asked about: all that the request could reach, or one of them. */
export function judge(
  directive: CompiledDirective,
  { resource, maxOutputTokens }: NamedResource,
  situation: Situation,
  modes: readonly string[],
): Outcome {
  const { source, demands } = directive
  const question: LimbQuestion = { situation, demands, modes, resource, maxOutputTokens }
  let limbs: readonly LimbFinding[] = none
  let reason: DeterminationReason | null = null
  let gaps: readonly Gap[] = none
  let { obligations } = source
  for (const limb of directive.limbs) {
    const result = evaluateLimb(limb, question)
    limbs = both(limbs, [result.finding])
    reason = firstReason(reason, result.reason)
    gaps = both(gaps, result.gaps)
    obligations = both(obligations, result.obligations)
  }
  if (source.kind === 'program' && admitsNobodyYet(directive, resource, situation)) {
    // A program closes its resource before it begins, too.
    limbs = [...limbs, notYet]
    reason = firstReason(reason, 'membership_absent')
  }
  const determination: Determination = {
    directive: source.id,
    version: source.version,
    resource: resource.pointer,
    result: reason !== null ? 'violated' : gaps.length > 0 ? 'indeterminate' : 'satisfied',
    limbs,
  }
  const tellReason = source.tellTheCaller === 'reason'
  const { onUnknown } = source
  if (isReportOnly(source, situation.horizon)) {
    return outcomeOf(reported(determination), null, tellReason, none, none, onUnknown, true)
  }
  if (reason !== null) return outcomeOf(determination, reason, tellReason, none, none, onUnknown)
  const unknown = gaps.length > 0 ? firstGap(gaps).reason : null
  return outcomeOf(determination, unknown, tellReason, obligations, gaps, onUnknown)
}

function admitsNobodyYet({ source, replaces }: CompiledDirective, resource: Resource, situation: Situation): boolean {
  const { horizon } = situation
  return !horizon.reached(source.effective + horizon.uncertainty) && !isHeldByEarlier(replaces, resource, situation)
}

const notYet: LimbFinding = {
  limb: 'admission',
  value: 'true',
  reason: 'membership_absent',
  grants: none,
  flags: none,
  predicates: none,
}

const isReportOnly = ({ reportOnlyUntil }: RestrictingDirective, horizon: Horizon): boolean =>
  reportOnlyUntil !== null && !horizon.reached(reportOnlyUntil - horizon.uncertainty)

/** Evaluated and recorded, but it denies nothing yet. */
function reported(determination: Determination): Determination {
  if (determination.result === 'satisfied') return determination
  const limbs = determination.limbs.map(
    (limb): LimbFinding => (limb.value === 'false' ? limb : { ...limb, flags: [...limb.flags, 'would_deny'] }),
  )
  return { ...determination, limbs }
}
