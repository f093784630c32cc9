// Judge: one directive's determination on one resource, with what it would mean for the decision.

import type { Determination, LimbFinding } from '../../vocabulary/decision.ts'
import type { Operation, Resource } from '../../vocabulary/operation.ts'
import type { DirectiveObligation, InFlight, RestrictingDirective } from '../bundle/bundle.ts'
import { both, none } from './finding.ts'
import type { Asked } from './grants.ts'
import { evaluateLimb } from './limb.ts'
import type { CompiledDirective } from './policy.ts'
import { type DeterminationReason, firstGap, firstReason, type Gap } from './reason-order.ts'
import { covers, coversEveryMode, coversSomeMode } from './scope.ts'
import type { Question, Situation } from './situation.ts'
import type { Horizon } from './valid-until.ts'

export interface Outcome {
  readonly determination: Determination
  /** What it shows where it stands in the way; null where it does not. */
  readonly reason: DeterminationReason | null
  /** Every unknown in the way; empty unless indeterminate. */
  readonly gaps: readonly Gap[]
  readonly onUnknown: RestrictingDirective['onUnknown']
  readonly tellReason: boolean
  /** Recorded only: nothing of the answer rests on it. */
  readonly reportOnly: boolean
  readonly obligations: readonly DirectiveObligation[]
}

/** In force, and its scope covers the resource, the operation and its phase. */
export function isInScope(
  { scope, from, to, source, replaces }: CompiledDirective,
  resource: Resource,
  operation: Operation,
  horizon: Horizon,
): boolean {
  return (
    covers(scope, resource, operation) &&
    coversSomeMode(scope, resource.modes) &&
    horizon.prohibits(from, to) &&
    !(replaces.length > 0 && isAhead(source, horizon) && isHeldByEarlier(replaces, resource, operation, horizon)) &&
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
  operation: Operation,
  horizon: Horizon,
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
  asked: Asked,
  situation: Situation,
  modes: readonly string[],
): Outcome {
  const { source, demands } = directive
  const question: Question = { situation, demands, modes }
  let limbs: readonly LimbFinding[] = none
  let reason: DeterminationReason | null = null
  let gaps: readonly Gap[] = none
  let { obligations } = source
  for (const limb of directive.limbs) {
    const result = evaluateLimb(limb, question, asked)
    limbs = both(limbs, [result.finding])
    reason = firstReason(reason, result.reason)
    gaps = both(gaps, result.gaps)
    obligations = both(obligations, result.obligations)
  }
  if (source.kind === 'program' && admitsNobodyYet(directive, asked, situation.horizon)) {
    // A program closes its resource before it begins, too.
    limbs = [...limbs, notYet]
    reason = firstReason(reason, 'membership_absent')
  }
  const determination: Determination = {
    directive: source.id,
    version: source.version,
    resource: asked.resource.pointer,
    result: reason !== null ? 'violated' : gaps.length > 0 ? 'indeterminate' : 'satisfied',
    limbs,
  }
  const tellReason = source.tellTheCaller === 'reason'
  const { onUnknown } = source
  if (isReportOnly(source, situation.horizon)) {
    return {
      determination: reported(determination),
      reason: null,
      gaps: none,
      onUnknown,
      tellReason,
      reportOnly: true,
      obligations: none,
    }
  }
  const reportOnly = false
  if (reason !== null) {
    return { determination, reason, gaps: none, onUnknown, tellReason, reportOnly, obligations: none }
  }
  const unknown = gaps.length > 0 ? firstGap(gaps).reason : null
  return { determination, reason: unknown, gaps, onUnknown, tellReason, reportOnly, obligations }
}

const admitsNobodyYet = ({ source, replaces }: CompiledDirective, asked: Asked, horizon: Horizon): boolean =>
  !horizon.reached(source.effective + horizon.uncertainty) &&
  !isHeldByEarlier(replaces, asked.resource, asked.operation, horizon)

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
