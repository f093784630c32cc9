// semantics.md §7, "The decision shows the first of": the order of reasons, written down anew from the text.

import type { Reason } from '../../vocabulary/reason.ts'
import type { Gap } from './kleene.ts'

const order: readonly Reason[] = [
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
]

/** @param reasons not empty */
export function firstReason(reasons: readonly Reason[]): Reason {
  const first = order.find((reason) => reasons.includes(reason))
  if (first === undefined) throw new Error(`no such order: ${reasons.join(', ')}`)
  return first
}

/** "Among unknowns, first those that the caller cannot mend, each group in this order." @param gaps not empty */
export function firstGap(gaps: readonly Gap[]): Reason {
  const unmendable = gaps.filter(({ mendable }) => !mendable)
  return firstReason((unmendable.length > 0 ? unmendable : gaps).map(({ reason }) => reason))
}
