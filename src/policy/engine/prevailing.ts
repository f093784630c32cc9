// Prevailing: of statements that cannot both be true, those that are read where a directive says that the newer or the better wins.
// Both exactly as `EvidenceDemand.whenConflicting` says; without such a word neither wins, and nothing is set aside.

import type { Evidence, EvidenceState } from '../../vocabulary/evidence.ts'
import type { WhenConflicting } from '../bundle/bundle.ts'
import { assuranceRank, isGood, isUsable, used } from './evidence-state.ts'
import { none, type UsedEvidence } from './finding.ts'

/** One piece of evidence, and what it is worth under the directive's demand. */
export interface Statement {
  readonly evidence: Evidence
  readonly state: EvidenceState
}

/** It carries a value, and can be gainsaid. */
export const saysAnything = <One extends Statement>(one: One): one is One => isUsable(one.evidence)

export interface Prevailing<One extends Statement> {
  /** Those that are read. */
  readonly read: readonly One[]
  /** All of them as records tell them, with what was set aside. */
  readonly record: readonly UsedEvidence[]
}

/**
 * @param all of one party and one kind
 * @param isWord it says something that another word could gainsay
 * @param conflict whether two words cannot both be true; symmetric
 */
export function prevailing<One extends Statement, Word extends One>(
  all: readonly One[],
  rule: WhenConflicting,
  isWord: (one: One) => one is Word,
  conflict: (one: Word, other: Word) => boolean,
): Prevailing<One> {
  const lost: readonly One[] = rule === 'unknown' ? none : setAside(all.filter(isWord), rule, conflict)
  const isLost = (one: One): boolean => lost.includes(one)
  return {
    read: lost.length === 0 ? all : all.filter((one) => !isLost(one)),
    record: all.map((one) => used(one.evidence, isLost(one) ? 'conflicting' : one.state)),
  }
}

/** How late, or how good; null: nobody can say, so that it neither wins nor loses. */
const rankOf: Readonly<Record<Exclude<WhenConflicting, 'unknown'>, (evidence: Evidence) => number | null>> = {
  'newer-wins': ({ verifiedAt }) => verifiedAt,
  'better-wins': ({ state }) => (isGood(state) ? assuranceRank[state] : null),
}

function setAside<Word extends Statement>(
  words: readonly Word[],
  rule: Exclude<WhenConflicting, 'unknown'>,
  conflict: (one: Word, other: Word) => boolean,
): readonly Word[] {
  if (words.length < 2) return none
  const ranked = words
    .flatMap((one) => {
      const rank = rankOf[rule](one.evidence)
      return rank === null ? [] : [{ one, rank }]
    })
    .sort((a, b) => b.rank - a.rank)
  const read: { readonly one: Word; readonly rank: number }[] = []
  const lost: Word[] = []
  for (const next of ranked) {
    if (read.some(({ one, rank }) => rank > next.rank && conflict(one, next.one))) lost.push(next.one)
    else read.push(next)
  }
  return lost
}
