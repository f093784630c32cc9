// Combine: from the outcomes of every instrument to one answer. Any violated denies; else any indeterminate denies; else it is a
// permit with the union of obligations. Each outcome can only add a denial, so the order of directives cannot matter.

import type { Decision, Obligation } from '../vocabulary/decision.ts'
import type { Operation } from '../vocabulary/operation.ts'
import type { Caller } from '../vocabulary/party.ts'
import { type Reason, reasons } from '../vocabulary/reason.ts'
import type { DirectiveObligation } from './bundle.ts'
import type { NamedResource } from './catalogue.ts'
import type { Outcome } from './judge.ts'
import { firstGap, firstReason } from './reason-order.ts'

export interface Verdict {
  readonly resource: NamedResource
  /** Those that count for the answer. */
  readonly outcomes: readonly Outcome[]
  /** Outcomes for modes that a forced mode avoids: recorded, but not in the way. */
  readonly avoided: readonly Outcome[]
  readonly forcedMode: string | null
}

/** Null validUntil and resources are the caller's to add. */
export type Answer = Omit<Decision, 'validUntil'>

export function combine(verdicts: readonly Verdict[], operation: Operation, caller: Caller): Answer {
  const outcomes = verdicts.flatMap((verdict) => verdict.outcomes)
  const whole = {
    resources: verdicts.map(({ resource: { named: _, forceable: __, ...resource } }) => resource),
    determinations: verdicts.flatMap(({ outcomes: counted, avoided }) =>
      [...counted, ...avoided].map(({ determination }) => determination),
    ),
  }
  const violated = outcomes.filter(
    ({ determination, reason }) => determination.result === 'violated' && reason !== null,
  )
  if (violated.length > 0) {
    const reason = firstReason(violated.flatMap((outcome) => outcome.reason ?? []))
    return { ...whole, ...denial(reason, isTold(violated, reason)) }
  }
  const open = outcomes.filter(({ gaps }) => gaps.length > 0)
  if (open.length > 0) {
    const { reason } = firstGap(open.flatMap(({ gaps }) => gaps))
    const canMendAll = open.every(({ gaps, onUnknown }) => onUnknown === 'step-up' && gaps.every((gap) => gap.mendable))
    const stepUp = canMendAll && caller.token.stepUp !== null
    return { ...whole, ...denial(reason, isTold(open, reason)), stepUp }
  }
  const granted = whole.determinations.some(({ limbs }) => limbs.some(({ dischargedBy }) => dischargedBy.length > 0))
  return {
    ...whole,
    effect: 'permit',
    basis: 'permit',
    reason:
      whole.determinations.length === 0 ? 'no_directive_applies' : granted ? 'permitted_under_grant' : 'permitted',
    tellReason: true,
    stepUp: false,
    obligations: [...forcedModes(verdicts), ...union(outcomes, operation)],
  }
}

/** A denial before or beside all determinations. */
export function refusal(reason: Reason): Answer {
  return { ...denial(reason, true), resources: [], determinations: [] }
}

function denial(reason: Reason, told: boolean): Omit<Answer, 'resources' | 'determinations'> {
  const { basis } = reasons[reason]
  return {
    effect: 'deny',
    basis,
    reason,
    // Reasons of basis `request` and `system` are always told: they disclose no instrument.
    tellReason: told || basis === 'request' || basis === 'system',
    stepUp: false,
    obligations: [],
  }
}

/** Told if an instrument that gives this very reason lets it be told; one that does not is not disclosed by that. */
function isTold(outcomes: readonly Outcome[], reason: Reason): boolean {
  return outcomes.some(
    (outcome) => outcome.tellReason && (outcome.reason === reason || outcome.gaps.some((gap) => gap.reason === reason)),
  )
}

function forcedModes(verdicts: readonly Verdict[]): readonly Obligation[] {
  return verdicts.flatMap(({ resource: { pointer }, forcedMode }) =>
    forcedMode === null ? [] : [{ kind: 'force-mode', pointer, mode: forcedMode } as const],
  )
}

/** Each kind once; of several caps the least, and never more than was asked. */
function union(outcomes: readonly Outcome[], { maxOutputTokens }: Operation): readonly Obligation[] {
  const all: readonly DirectiveObligation[] = outcomes.flatMap(({ obligations }) => obligations)
  const caps = all.flatMap((obligation) => (obligation.kind === 'cap-output-tokens' ? [obligation.max] : []))
  const union: Obligation[] = []
  if (caps.length > 0) {
    union.push({ kind: 'cap-output-tokens', max: Math.min(...caps, maxOutputTokens ?? Number.POSITIVE_INFINITY) })
  }
  for (const kind of ['no-store', 'log-full'] as const) {
    if (all.some((obligation) => obligation.kind === kind)) union.push({ kind })
  }
  return union
}
