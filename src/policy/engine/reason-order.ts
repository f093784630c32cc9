// The fixed order of reasons (design, semantics §7): a decision shows the first of all that stand in its way.

import type { Reason } from '../../vocabulary/reason.ts'

/** One table, first shown first. A reason that is not here is never given by a determination. */
const order = [
  'embargoed_location',
  'embargoed_resident',
  'person_restricted',
  'destination_restricted',
  'mode_restricted',
  'tier_restricted',
  'model_suspended',
  'membership_ended',
  'membership_absent',
  'evaluation_closed',
  'model_unreleased',
  'grant_expired',
  'grant_exhausted',
  'grant_revoked',
  'grant_scope_mismatch',
  'policy_stale',
  'pending_review',
  'evidence_conflict',
  'evidence_invalid',
  'evidence_revoked',
  'geo_unavailable',
  'identity_unavailable',
  'anonymizer',
  'location_unknown',
  'evidence_stale',
  'evidence_insufficient',
  'evidence_missing',
  'obligation_unenforceable',
] as const

export type DeterminationReason = Extract<Reason, (typeof order)[number]>

export const reasonOrder: readonly DeterminationReason[] = order

const ranks = new Map<Reason, number>(order.map((reason, rank) => [reason, rank]))

/** Why a value is unknown, and whether the caller could mend it by showing better evidence of themselves. */
export interface Gap {
  readonly reason: DeterminationReason
  readonly mendable: boolean
}

/** The one of two that is shown; null: none. */
export function firstReason(
  one: DeterminationReason | null,
  other: DeterminationReason | null,
): DeterminationReason | null {
  if (one === null || other === null) return one ?? other
  return rankOf(other) < rankOf(one) ? other : one
}

/** The one of a non-empty list that is shown. Among unknowns: first those that the caller cannot mend, each group in the order of the table. */
export const firstGap = (found: readonly Gap[]): Gap => found.reduce<Gap | null>(earlierGap, null) as Gap

/** The one of two that is shown; null: none yet. */
export function earlierGap(first: Gap | null, next: Gap): Gap {
  if (first === null) return next
  if (next.mendable !== first.mendable) return first.mendable ? next : first
  return rankOf(next.reason) < rankOf(first.reason) ? next : first
}

function rankOf(reason: Reason): number {
  return ranks.get(reason) ?? ranks.size
}
