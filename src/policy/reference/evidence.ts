// semantics.md §2: the state of a piece of evidence under one directive's demand, and which pieces contradict each other.

import { readCountry } from '../../vocabulary/country.ts'
import type { Assurance, Evidence, NationalitiesEvidence } from '../../vocabulary/evidence.ts'
import type { Reason } from '../../vocabulary/reason.ts'
import type { EvidenceDemand } from '../bundle/bundle.ts'
import { citizens } from './definitions.ts'
import { type Gap, gap } from './kleene.ts'
import { areAmong, areApart, saysOfStanding } from './statements.ts'

/** Why the evidence is of no use; null: it is as good as demanded. */
export type Fault = Extract<
  Reason,
  'evidence_invalid' | 'evidence_revoked' | 'identity_unavailable' | 'evidence_insufficient' | 'evidence_stale'
> | null

const atLeast: Readonly<Record<Assurance, readonly string[]>> = {
  verified: ['verified'],
  asserted: ['verified', 'asserted'],
  inferred: ['verified', 'asserted', 'inferred'],
}

export function faultOf({ state, verifiedAt }: Evidence, demand: EvidenceDemand, instant: number): Fault {
  if (state === 'invalid') return 'evidence_invalid'
  if (state === 'revoked') return 'evidence_revoked'
  if (state === 'unavailable') return 'identity_unavailable'
  // "what is below the least assurance is `insufficient`, whatever its age"
  if (!atLeast[demand.atLeast].includes(state)) return 'evidence_insufficient'
  if (demand.notOlderThan === null) return null
  // "evidence is stale at age ≥ limit; without a time it is stale wherever a limit is set"
  if (verifiedAt === null || instant - verifiedAt >= demand.notOlderThan) return 'evidence_stale'
  return null
}

/** It carries a value, however weak or old: enough for a statement against its own interest. */
export const hasValue = ({ state }: Evidence): boolean =>
  state === 'verified' || state === 'asserted' || state === 'inferred'

/** @param isOwn of the subject themselves: a step-up could bring what is missing, too weak or too old */
export const gapOf = (reason: Reason, isOwn: boolean): Gap =>
  gap(reason, isOwn && ['evidence_missing', 'evidence_insufficient', 'evidence_stale'].includes(reason))

/**
 * §2, "Conflict only where both cannot be true": a word of a US person and a word of none; a word of none and a list that names US;
 * a word that rests on citizenship, or a list that names US, and a complete list without; two complete lists that differ.
 */
export function cannotBothBeTrue(one: Evidence, other: Evidence): boolean {
  return gainsays(one, other) || gainsays(other, one)
}

function gainsays(one: Evidence, other: Evidence): boolean {
  const [said, against] = [saysOfStanding(one), saysOfStanding(other)]
  if (said === null || against === null) return false
  if (one.name === 'us-person' && other.name === 'us-person') return !one.value.value && areApart(said, against)
  if (other.name !== 'nationalities') return false
  if (one.name === 'us-person' && !one.value.value) return areApart(said, against)
  if (one.name === 'nationalities' && differ([one, other])) return true
  // A list that is complete, or that says that there is none at all.
  const isWithoutUs = areApart(against, citizens)
  return isWithoutUs && (one.name === 'us-person' || one.name === 'nationalities') && areAmong(said, citizens)
}

/** Two lists that both say that they are complete, and differ. */
export function differ(lists: readonly NationalitiesEvidence[]): boolean {
  const complete = lists
    .filter((one) => one.complete)
    .map(({ value }) => [...new Set(value.map(meaning))].sort().join())
  return new Set(complete).size > 1
}

function meaning(raw: string): string {
  const reading = readCountry(raw)
  return reading.kind === 'country' ? reading.code : `?${raw}`
}

/**
 * What the directive reads of one party's statements. "Neither newer nor better wins unless the directive says so"; if it does, what
 * cannot be true beside a newer (a better) one that is read is set aside, also where it is adverse.
 */
export function readUnder<One extends Evidence>(
  all: readonly One[],
  { whenConflicting }: EvidenceDemand,
  conflict: (one: One, other: One) => boolean,
): readonly One[] {
  if (whenConflicting === 'unknown') return all
  const rank = ({ state, verifiedAt }: Evidence): number | null =>
    whenConflicting === 'newer-wins' ? verifiedAt : ['inferred', 'asserted', 'verified'].indexOf(state)
  const ranked = all.filter((one) => hasValue(one) && rank(one) !== null)
  const ranks = [...new Set(ranked.map((one) => rank(one) ?? 0))].sort((a, b) => b - a)
  const read: One[] = []
  for (const next of ranks) {
    const beaten = (one: One): boolean => read.some((winner) => conflict(winner, one))
    read.push(...ranked.filter((one) => rank(one) === next).filter((one) => !beaten(one)))
  }
  // In the order in which they were given; what has no rank is always read.
  return all.filter((one) => !ranked.includes(one) || read.includes(one))
}
