// Combine: from the outcomes of every instrument to one answer. Any violated denies; else any indeterminate denies; else it is a
// permit with the union of obligations. Each outcome can only add a denial, so the order of directives cannot matter.

import type { Decision, Determination, GrantFinding, Obligation } from '../../vocabulary/decision.ts'
import type { Operation, Resource } from '../../vocabulary/operation.ts'
import type { Caller } from '../../vocabulary/party.ts'
import { type Reason, reasons } from '../../vocabulary/reason.ts'
import { none } from './finding.ts'
import type { Outcome } from './judge.ts'
import { type DeterminationReason, firstGap, firstReason } from './reason-order.ts'

export interface Verdict {
  readonly resource: Resource
  /** Those that count for the answer. */
  readonly outcomes: readonly Outcome[]
  /** Outcomes for modes that a forced mode avoids: recorded, but not in the way. */
  readonly avoided: readonly Outcome[]
  readonly forcedMode: string | null
}

const isDischarge = ({ result }: GrantFinding): boolean => result === 'discharged'

/** How long it holds is the horizon's to say. */
export type Answer = Omit<Decision, 'validUntil'>

export function combine(verdicts: readonly Verdict[], operation: Operation, caller: Caller): Answer {
  const resources = verdicts.map(({ resource }) => resource)
  const determinations: Determination[] = []
  const inTheWay: Outcome[] = []
  let isGranted = false
  for (const { outcomes, avoided } of verdicts) {
    for (const outcome of outcomes) {
      determinations.push(outcome.determination)
      if (outcome.reason !== null) inTheWay.push(outcome)
      isGranted ||= outcome.determination.limbs.some(({ grants }) => grants.some(isDischarge))
    }
    for (const { determination } of avoided) determinations.push(determination)
  }

  const violated = inTheWay.filter(({ gaps }) => gaps.length === 0)
  if (violated.length > 0) {
    const reason = firstReason(violated.flatMap((outcome) => outcome.reason ?? []))
    return denial(reason, isTold(violated, reason), false, resources, determinations)
  }
  if (inTheWay.length > 0) {
    const { reason } = firstGap(inTheWay.flatMap(({ gaps }) => gaps))
    return denial(reason, isTold(inTheWay, reason), canStepUp(inTheWay, caller), resources, determinations)
  }
  return {
    effect: 'permit',
    basis: 'permit',
    reason: determinations.length === 0 ? 'no_directive_applies' : isGranted ? 'permitted_under_grant' : 'permitted',
    tellReason: true,
    stepUp: false,
    resources,
    determinations,
    obligations: obligationsOf(verdicts, operation),
  }
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

/** Each kind once; of several caps the least, and never more than was asked. */
function obligationsOf(verdicts: readonly Verdict[], { maxOutputTokens }: Operation): readonly Obligation[] {
  const forced: Obligation[] = []
  let cap = Number.POSITIVE_INFINITY
  let noStore = false
  let logFull = false
  for (const { resource, outcomes, forcedMode } of verdicts) {
    if (forcedMode !== null) forced.push({ kind: 'force-mode', pointer: resource.pointer, mode: forcedMode })
    for (const { obligations } of outcomes) {
      for (const obligation of obligations) {
        if (obligation.kind === 'cap-output-tokens') cap = Math.min(cap, obligation.max)
        else if (obligation.kind === 'no-store') noStore = true
        else if (obligation.kind === 'log-full') logFull = true
      }
    }
  }
  if (cap === Number.POSITIVE_INFINITY && !noStore && !logFull) return forced
  if (cap < Number.POSITIVE_INFINITY) {
    forced.push({ kind: 'cap-output-tokens', max: Math.min(cap, maxOutputTokens ?? cap) })
  }
  if (noStore) forced.push({ kind: 'no-store' })
  if (logFull) forced.push({ kind: 'log-full' })
  return forced
}
