// semantics.md §7: "Combine: any violated → deny; else any indeterminate → deny `evidence`; else permit with the union of obligations;
// obligations that cannot hold together, or that the gate cannot enforce here → deny `obligation_unenforceable`."

import type { Obligation } from '../../vocabulary/decision.ts'
import type { Reason } from '../../vocabulary/reason.ts'
import type { NamedResource } from './catalogue.ts'
import type { Finding } from './determine.ts'
import { firstGap, firstReason } from './reasons.ts'
import type { Situation } from './situation.ts'
import { hasTerminated, isInTheWay, type Verdict } from './verdict.ts'

export interface Combined {
  readonly reason: Reason
  readonly isPermit: boolean
  /** Whether an instrument that gives the reason lets it be told. */
  readonly isTold: boolean
  readonly stepUp: boolean
  readonly obligations: readonly Obligation[]
}

export interface Judged {
  readonly named: NamedResource
  readonly verdict: Verdict
}

export function combine(judged: readonly Judged[], situation: Situation): Combined {
  const counted = judged.flatMap(({ verdict }) => verdict.counted)
  const obstacles = counted.filter(isInTheWay)
  const violated = obstacles.filter(({ result }) => result === 'violated')
  if (violated.length > 0) return prohibited(violated)
  if (obstacles.length > 0) return open(obstacles, situation)

  const terminated = counted.filter((one) => hasTerminated(one, situation))
  const unenforceable = [...judged.flatMap(({ verdict }) => verdict.unenforceable), ...terminated]
  if (unenforceable.length > 0) {
    return denial(
      'obligation_unenforceable',
      unenforceable.some(({ tellsReason }) => tellsReason),
    )
  }
  const isGranted = counted.some(
    ({ reportOnly, limbs }) =>
      !reportOnly && limbs.some(({ grants }) => grants.some(({ result }) => result === 'discharged')),
  )
  const isUntouched = judged.every(({ verdict }) => verdict.recorded.length === 0)
  return {
    reason: isUntouched ? 'no_directive_applies' : isGranted ? 'permitted_under_grant' : 'permitted',
    isPermit: true,
    isTold: true,
    stepUp: false,
    obligations: unionOf(judged, situation),
  }
}

const denial = (reason: Reason, isTold: boolean, stepUp = false): Combined => ({
  reason,
  isPermit: false,
  isTold,
  stepUp,
  obligations: [],
})

function prohibited(violated: readonly Finding[]): Combined {
  const reasonsOf = ({ limbs }: Finding): readonly Reason[] =>
    limbs.flatMap(({ value, reason }) => (value === 'true' && reason !== null ? [reason] : []))
  const reason = firstReason(violated.flatMap(reasonsOf))
  return denial(
    reason,
    // Told if an instrument that gives this very reason, as the first of its own, lets it be told.
    violated.some((one) => one.tellsReason && firstReason(reasonsOf(one)) === reason),
  )
}

/** "`on-unknown`: deny > review > step-up" */
function open(indeterminate: readonly Finding[], { facts }: Situation): Combined {
  const gapsOf = ({ limbs }: Finding) => limbs.flatMap(({ gaps }) => gaps)
  const words = indeterminate.map(({ onUnknown }) => onUnknown)
  if (words.includes('review') && !words.includes('deny')) {
    return denial(
      'pending_review',
      indeterminate.some((one) => one.onUnknown === 'review' && one.tellsReason),
    )
  }
  const gaps = indeterminate.flatMap(gapsOf)
  const reason = firstGap(gaps)
  // "`step-up` answers 401 only if *every* unknown in the way is the caller's own identity evidence, missing, insufficient or stale,
  // and the issuer's settings have `acr-values`"
  const stepUp =
    words.every((word) => word === 'step-up') &&
    gaps.every(({ mendable }) => mendable) &&
    facts.caller.token.stepUp !== null
  const isTold = indeterminate.some((one) => one.tellsReason && gapsOf(one).some((gap) => gap.reason === reason))
  return denial(reason, isTold, stepUp)
}

/** Each kind once, a forced mode for each resource: the least cap and never more than was named, the earliest end, the shortest time. */
function unionOf(judged: readonly Judged[], { facts }: Situation): readonly Obligation[] {
  const due: Obligation[] = judged.flatMap(({ named, verdict: { forcedMode } }) =>
    forcedMode === null ? [] : [{ kind: 'force-mode', pointer: named.resource.pointer, mode: forcedMode }],
  )
  const all = judged.flatMap(({ verdict }) => verdict.counted.flatMap(({ obligations }) => obligations))
  const caps = all.flatMap((one) => (one.kind === 'cap-output-tokens' ? [one.max] : []))
  const ends = all.flatMap((one) => (one.kind === 'terminate-at' ? [one.at] : []))
  const times = all.flatMap((one) => (one.kind === 'recheck-every' ? [one.seconds] : []))
  const asked = facts.operation.maxOutputTokens
  if (caps.length > 0)
    due.push({ kind: 'cap-output-tokens', max: Math.min(...caps, ...(asked === null ? [] : [asked])) })
  if (ends.length > 0) due.push({ kind: 'terminate-at', at: Math.min(...ends) })
  if (times.length > 0) due.push({ kind: 'recheck-every', seconds: Math.min(...times) })
  for (const kind of ['no-store', 'log-full'] as const) {
    if (all.some((one) => one.kind === kind)) due.push({ kind })
  }
  return due
}
