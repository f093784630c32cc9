// Combine: from the outcomes of every instrument to one answer. Any violated denies; else any indeterminate denies; else it is a
// permit with the union of obligations, or a denial where these cannot hold. Each outcome can only add a denial, so the order of
// directives cannot matter.

import type { Decision, Determination } from '../../vocabulary/decision.ts'
import type { Operation, Resource } from '../../vocabulary/operation.ts'
import type { Caller } from '../../vocabulary/party.ts'
import { type Reason, reasons } from '../../vocabulary/reason.ts'
import { both, none } from './finding.ts'
import { hasTerminated, obligationsOf } from './obligations.ts'
import type { Outcome } from './outcome.ts'
import { type DeterminationReason, earlierGap, firstGap, firstReason } from './reason-order.ts'
import type { Horizon } from './valid-until.ts'

/** What was found of one resource. */
export interface Verdict {
  readonly resource: Resource
  /** Everything that was determined, in the order of the record. */
  readonly recorded: readonly Outcome[]
  /** Those that count for the answer: not what concerns a mode that a forced one avoids. */
  readonly counted: readonly Outcome[]
  readonly forcedMode: string | null
  /** Those whose obligations cannot hold together, or not on this resource; shown only where all else permits. */
  readonly unenforceable: readonly Outcome[]
}

/** How long it holds is the horizon's to say. */
export type Answer = Omit<Decision, 'validUntil'>

export function combine(verdicts: readonly Verdict[], operation: Operation, caller: Caller, horizon: Horizon): Answer {
  const resources = verdicts.map(({ resource }) => resource)
  let determinations: readonly Determination[] = none
  let counted: readonly Outcome[] = none
  for (const verdict of verdicts) {
    determinations = both(
      determinations,
      verdict.recorded.map(({ determination }) => determination),
    )
    counted = both(counted, verdict.counted)
  }
  const inTheWay = counted.filter(({ reason }) => reason !== null)
  if (inTheWay.length > 0) return obstructed(inTheWay, caller, resources, determinations)

  const unenforceable = unenforceableOf(verdicts, horizon)
  if (unenforceable.length > 0) {
    const told = unenforceable.some(({ tellReason }) => tellReason)
    return denial('obligation_unenforceable', told, false, resources, determinations)
  }
  return {
    effect: 'permit',
    basis: 'permit',
    reason:
      determinations.length === 0
        ? 'no_directive_applies'
        : counted.some(restsOnGrant)
          ? 'permitted_under_grant'
          : 'permitted',
    tellReason: true,
    stepUp: false,
    resources,
    determinations,
    obligations: obligationsOf(verdicts, operation, horizon),
  }
}

const restsOnGrant = ({ reportOnly, determination }: Outcome): boolean =>
  !reportOnly && determination.limbs.some(({ grants }) => grants.some(({ result }) => result === 'discharged'))

/** @param inTheWay not empty */
function obstructed(
  inTheWay: readonly Outcome[],
  caller: Caller,
  resources: readonly Resource[],
  determinations: readonly Determination[],
): Answer {
  // What is unknown gives reasons of its own, which come after those of a violation.
  let violation: DeterminationReason | null = null
  for (const { gaps, reason } of inTheWay) if (gaps.length === 0) violation = firstReason(violation, reason)
  if (violation !== null) return denial(violation, isTold(inTheWay, violation), false, resources, determinations)
  // Of what to do about unknowns the strictest word counts: deny, then review, then step-up.
  const isForReview = inTheWay.some(({ onUnknown }) => onUnknown === 'review')
  if (isForReview && !inTheWay.some(({ onUnknown }) => onUnknown === 'deny')) {
    const told = inTheWay.some(({ onUnknown, tellReason }) => onUnknown === 'review' && tellReason)
    return denial('pending_review', told, false, resources, determinations)
  }
  const { reason } = inTheWay.map(({ gaps }) => firstGap(gaps)).reduce(earlierGap)
  return denial(reason, isTold(inTheWay, reason), canStepUp(inTheWay, caller), resources, determinations)
}

/** Where all else permits: conditions that cannot be kept, or after which nothing may flow any more. */
function unenforceableOf(verdicts: readonly Verdict[], horizon: Horizon): readonly Outcome[] {
  let found: readonly Outcome[] = none
  for (const { counted, unenforceable } of verdicts) {
    found = both(found, unenforceable)
    for (const outcome of counted) if (hasTerminated(outcome, horizon)) found = [...found, outcome]
  }
  return found
}

/** A denial before or beside all determinations. */
export const refusal = (reason: Reason): Answer => denial(reason, true, false, none, none)

function denial(
  reason: Reason,
  told: boolean,
  stepUp: boolean,
  resources: readonly Resource[],
  determinations: readonly Determination[],
): Answer {
  const { basis } = reasons[reason]
  // Reasons of basis `request` and `system` are always told: they disclose no instrument.
  const tellReason = told || basis === 'request' || basis === 'system'
  return { effect: 'deny', basis, reason, tellReason, stepUp, resources, determinations, obligations: none }
}

/** Told if an instrument that gives this very reason lets it be told; one that does not is not disclosed by that. */
function isTold(outcomes: readonly Outcome[], reason: DeterminationReason): boolean {
  return outcomes.some(
    (outcome) => outcome.tellReason && (outcome.reason === reason || outcome.gaps.some((gap) => gap.reason === reason)),
  )
}

/** Only if every unknown in the way is the caller's to mend, every directive would have them do it, and the issuer can be asked. */
function canStepUp(open: readonly Outcome[], { token }: Caller): boolean {
  return (
    token.stepUp !== null &&
    open.every(({ gaps, onUnknown }) => onUnknown === 'step-up' && gaps.every(({ mendable }) => mendable))
  )
}
