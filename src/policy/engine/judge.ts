// Judge: one directive's determination on one resource, with what it would mean for the decision.

import type { Determination, LimbFinding } from '../../vocabulary/decision.ts'
import type { Resource } from '../../vocabulary/operation.ts'
import type { InFlight, RestrictingDirective } from '../bundle/bundle.ts'
import type { NamedResource } from './catalogue.ts'
import { both, none } from './finding.ts'
import { evaluateLimb } from './limb.ts'
import { type Outcome, outcomeOf } from './outcome.ts'
import type { CompiledDirective, Rule } from './policy.ts'
import { type DeterminationReason, firstGap, firstReason, type Gap } from './reason-order.ts'
import { covers, coversEveryMode, coversSomeMode } from './scope.ts'
import type { LimbQuestion, Situation } from './situation.ts'
import type { Horizon } from './valid-until.ts'

/** In force, and its scope covers the resource, the operation and its phase. */
export function isInScope(directive: CompiledDirective, resource: Resource, situation: Situation): boolean {
  const { scope, rule } = directive
  const { operation, horizon } = situation
  return (
    covers(scope, resource, operation) &&
    coversSomeMode(scope, resource.modes) &&
    horizon.prohibits(rule.from, rule.to) &&
    !(rule.kind === 'program' && isLeftToEarlier(directive, resource, situation)) &&
    (operation.phase !== 'continue' || reachesOpenAnswers(directive.source.inFlight, horizon))
  )
}

/** Closed by a program that has not begun, though what it replaces is in force and says who is admitted until then. */
const isLeftToEarlier = ({ source, replaces }: CompiledDirective, resource: Resource, situation: Situation): boolean =>
  replaces.length > 0 && isAhead(source, situation.horizon) && isHeldByEarlier(replaces, resource, situation)

const isAhead = ({ effective }: RestrictingDirective, horizon: Horizon): boolean =>
  !horizon.reached(effective - horizon.uncertainty)

/** One of the versions that a program replaces is still in force for all that is asked. */
function isHeldByEarlier(
  replaced: readonly CompiledDirective[],
  resource: Resource,
  { operation, horizon }: Situation,
): boolean {
  return replaced.some(
    ({ scope, rule }) =>
      covers(scope, resource, operation) &&
      scope.models.has(resource.model) &&
      coversEveryMode(scope, resource.modes) &&
      horizon.prohibits(rule.from, rule.to),
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
  const { id, version, rule } = directive
  const { demands } = rule
  const question: LimbQuestion = { situation, demands, modes, resource, maxOutputTokens }
  let limbs: readonly LimbFinding[] = none
  let reason: DeterminationReason | null = null
  let gaps: readonly Gap[] = none
  let { obligations } = rule
  for (let index = 0; index < rule.limbs.length; index += 1) {
    const result = evaluateLimb(directive, index, question)
    limbs = both(limbs, [result.finding])
    reason = firstReason(reason, result.reason)
    gaps = both(gaps, result.gaps)
    obligations = both(obligations, result.obligations)
  }
  if (rule.kind === 'program' && admitsNobodyYet(directive, resource, situation)) {
    // A program closes its resource before it begins, too.
    limbs = [...limbs, notYet]
    reason = firstReason(reason, 'membership_absent')
  }
  const determination: Determination = {
    directive: id,
    version,
    resource: resource.pointer,
    result: reason !== null ? 'violated' : gaps.length > 0 ? 'indeterminate' : 'satisfied',
    limbs,
  }
  const tellReason = rule.tellTheCaller === 'reason'
  const { onUnknown } = rule
  if (isReportOnly(rule, situation.horizon)) {
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

const isReportOnly = ({ reportOnlyUntil }: Rule, horizon: Horizon): boolean =>
  reportOnlyUntil !== null && !horizon.reached(reportOnlyUntil - horizon.uncertainty)

/** Evaluated and recorded, but it denies nothing yet. */
function reported(determination: Determination): Determination {
  if (determination.result === 'satisfied') return determination
  const limbs = determination.limbs.map(
    (limb): LimbFinding => (limb.value === 'false' ? limb : { ...limb, flags: [...limb.flags, 'would_deny'] }),
  )
  return { ...determination, limbs }
}
