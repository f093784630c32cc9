// Prevailing: of statements that cannot both be true, those that are read where a directive says that the newer or the better wins.
// Both exactly as `EvidenceDemand.whenConflicting` says; without such a word neither wins, and nothing is set aside.

import type { Evidence } from '../../vocabulary/evidence.ts'
import type { WhenConflicting } from '../bundle/bundle.ts'
import { assuranceRank, isGood } from './evidence-state.ts'
import { none } from './finding.ts'

interface Statement {
  readonly evidence: Evidence
}

/** How late, or how good; null: nobody can say, so that it neither wins nor loses. */
const rankOf: Readonly<Record<Exclude<WhenConflicting, 'unknown'>, (evidence: Evidence) => number | null>> = {
  'newer-wins': ({ verifiedAt }) => verifiedAt,
  'better-wins': ({ state }) => (isGood(state) ? assuranceRank[state] : null),
}

/**
 * @param statements usable ones of one party
 * @param conflict whether two of them cannot both be true; symmetric
 * @returns those that are set aside
 */
export function setAside<One extends Statement>(
  statements: readonly One[],
  rule: WhenConflicting,
  conflict: (one: One, other: One) => boolean,
): readonly One[] {
  if (rule === 'unknown' || statements.length < 2) return none
  const ranked = statements
    .flatMap((one) => {
      const rank = rankOf[rule](one.evidence)
      return rank === null ? [] : [{ one, rank }]
    })
    .sort((a, b) => b.rank - a.rank)
  const read: { readonly one: One; readonly rank: number }[] = []
  const lost: One[] = []
  for (const next of ranked) {
    if (read.some(({ one, rank }) => rank > next.rank && conflict(one, next.one))) lost.push(next.one)
    else read.push(next)
  }
  return lost
}
