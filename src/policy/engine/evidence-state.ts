// Evidence state: what one piece of evidence is worth under one directive's demand.
// Assurance is tested before age: what is below the least assurance is `insufficient`, whatever its age.

import type { Assurance, Evidence, EvidenceState } from '../../vocabulary/evidence.ts'
import type { EvidenceDemand } from '../bundle/bundle.ts'
import type { UsedEvidence } from './finding.ts'
import type { DeterminationReason, Gap } from './reason-order.ts'
import type { Horizon } from './valid-until.ts'

export const assuranceRank: Readonly<Record<Assurance, number>> = { inferred: 0, asserted: 1, verified: 2 }

/** It is worth nothing to whoever says it. */
type NoValue = Exclude<EvidenceState, Assurance>

/** The reason that each gives. */
const reasonOf: Readonly<Record<NoValue, DeterminationReason>> = {
  missing: 'evidence_missing',
  insufficient: 'evidence_insufficient',
  stale: 'evidence_stale',
  conflicting: 'evidence_conflict',
  invalid: 'evidence_invalid',
  revoked: 'evidence_revoked',
  unavailable: 'identity_unavailable',
}

/** A step-up can bring what is missing, too weak or too old; it cannot mend what contradicts itself or was taken back. */
const mendableStates: ReadonlySet<EvidenceState> = new Set<EvidenceState>(['missing', 'insufficient', 'stale'])

export function stateUnder(evidence: Evidence, demand: EvidenceDemand, horizon: Horizon): EvidenceState {
  const { state } = evidence
  if (state === 'invalid' || state === 'revoked' || state === 'unavailable') return state
  if (assuranceRank[state] < assuranceRank[demand.atLeast]) return 'insufficient'
  return isStale(evidence.verifiedAt, demand.notOlderThan, horizon) ? 'stale' : state
}

/** Stale at age ≥ limit; without a time, wherever a limit is set. */
export function isStale(verifiedAt: number | null, notOlderThan: number | null, horizon: Horizon): boolean {
  if (notOlderThan === null) return false
  return verifiedAt === null || horizon.reached(verifiedAt + notOlderThan)
}

export function isGood(state: EvidenceState): state is Assurance {
  return state === 'verified' || state === 'asserted' || state === 'inferred'
}

/** It carries a value at all, however weak or old: enough for a statement against its own interest. */
export function isUsable(evidence: Evidence): boolean {
  return isGood(evidence.state)
}

const gapsOf = (own: boolean): Readonly<Record<string, Gap>> =>
  Object.fromEntries(
    Object.entries(reasonOf).map(([state, reason]) => [
      state,
      { reason, mendable: own && mendableStates.has(state as NoValue) },
    ]),
  )

const gaps = { own: gapsOf(true), ofOthers: gapsOf(false) }

/** @param own The evidence is about the caller themselves, so that a step-up could bring better. */
export const gapOf = (state: NoValue, own: boolean): Gap => (own ? gaps.own : gaps.ofOthers)[state] as Gap

export function used(evidence: Evidence, state: EvidenceState): UsedEvidence {
  return { name: evidence.name, state, source: evidence.source, verifiedAt: evidence.verifiedAt }
}
