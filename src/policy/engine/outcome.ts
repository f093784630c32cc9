// Outcome: what one instrument's determination on one resource would mean for the decision.

import type { Determination } from '../../vocabulary/decision.ts'
import type { Flag } from '../../vocabulary/flags.ts'
import type { Resource } from '../../vocabulary/operation.ts'
import type { DirectiveObligation, OnUnknown } from '../bundle/bundle.ts'
import { none } from './finding.ts'
import type { DeterminationReason, Gap } from './reason-order.ts'

export interface Outcome {
  readonly determination: Determination
  /** What it shows where it stands in the way; null where it does not. */
  readonly reason: DeterminationReason | null
  readonly tellReason: boolean
  readonly obligations: readonly DirectiveObligation[]
  /** Every unknown in the way; empty unless indeterminate. */
  readonly gaps: readonly Gap[]
  readonly onUnknown: OnUnknown
  /** Recorded only: nothing of the answer rests on it. */
  readonly reportOnly: boolean
}

/** One shape for every outcome, so that the engine's hot path stays monomorphic. */
export function outcomeOf(
  determination: Determination,
  reason: DeterminationReason | null,
  tellReason: boolean,
  obligations: readonly DirectiveObligation[] = none,
  gaps: readonly Gap[] = none,
  onUnknown: OnUnknown = 'deny',
  reportOnly = false,
): Outcome {
  return { determination, reason, tellReason, obligations, gaps, onUnknown, reportOnly }
}

/** What is known of everybody, and stands in the record as one limb. */
export function determinationBy(
  limb: string,
  { id: directive, version }: { readonly id: string; readonly version: number },
  { pointer }: Resource,
  reason: DeterminationReason | null,
  flags: readonly Flag[] = none,
): Determination {
  const value = reason === null ? 'false' : 'true'
  return {
    directive,
    version,
    resource: pointer,
    result: reason === null ? 'satisfied' : 'violated',
    limbs: [{ limb, value, reason, grants: none, flags, predicates: none }],
  }
}
