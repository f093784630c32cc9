// Weighing: what a person's evidence of their standing toward the United States is worth under one demand, whatever the definition.
// Directives ask about the same person under several definitions; this is worked out once for a request and a demand.

import type { NationalitiesEvidence } from '../../../vocabulary/evidence.ts'
import type { EvidenceDemand } from '../../bundle/bundle.ts'
import { areApart, citizen, isWithin, type Standings } from '../../definitions/standing.ts'
import { isGood, stateUnder } from '../evidence-state.ts'
import { both, none, type UsedEvidence } from '../finding.ts'
import type { SubjectParty } from '../parties.ts'
import { prevailing, type Statement } from '../prevailing.ts'
import { haveTwoCompleteLists } from '../statements.ts'
import type { Horizon } from '../valid-until.ts'

export interface Weighing {
  readonly demand: EvidenceDemand
  /** Without what the directive sets aside. */
  readonly weighed: readonly Weighed[]
  /** Of these, what says anything. */
  readonly said: readonly Said[]
  /** Of these, the immigration statuses: one settles things by itself, and beside another statement it is no conflict. */
  readonly statuses: readonly Said[]
  /** The others. */
  readonly words: readonly Said[]
  /** Some of them cannot both be true. */
  readonly areWordsContradictory: boolean
  readonly isSaidContradictory: boolean
  /** As records tell it, with what was set aside. */
  readonly record: readonly UsedEvidence[]
}

/** One piece of evidence under this directive's demand. `standings` is null where it carries no usable value. */
export interface Weighed extends Statement {
  readonly standings: Standings | null
}

export interface Said extends Weighed {
  readonly standings: Standings
}

export function weighingOf(party: SubjectParty, demand: EvidenceDemand, horizon: Horizon): Weighing {
  // Equal demands are one object (load/load.ts).
  for (const one of party.weighings) if (one.demand === demand) return one
  const made = weigh(party, demand, horizon)
  party.weighings = both(party.weighings, [made])
  return made
}

function weigh(party: SubjectParty, demand: EvidenceDemand, horizon: Horizon): Weighing {
  const all = eachUnder(party, demand, horizon)
  const { read: weighed, record } = prevailing(all, demand.whenConflicting, isWord, conflicts)
  const said = weighed.filter(isSaid)
  const statuses = said.filter(isStatus)
  const words = statuses.length === 0 ? said : said.filter(isWord)
  return {
    demand,
    weighed,
    said,
    statuses,
    words,
    areWordsContradictory: haveContradiction(words),
    isSaidContradictory: haveContradiction(said),
    record,
  }
}

function eachUnder(
  { subject, standings: said }: SubjectParty,
  demand: EvidenceDemand,
  horizon: Horizon,
): readonly Weighed[] {
  let weighed: readonly Weighed[] = none
  for (const [index, evidence] of subject.evidence.entries()) {
    if (evidence.name === 'residence') continue
    const state = stateUnder(evidence, demand, horizon)
    const standings = said[index] ?? null
    // A value that contradicts itself is as good as none.
    weighed = both(weighed, [{ evidence, state: standings === null && isGood(state) ? 'invalid' : state, standings }])
  }
  return weighed
}

const isSaid = (one: Weighed): one is Said => one.standings !== null

const isStatus = ({ evidence }: Weighed): boolean => evidence.name === 'immigration-status'

const isWord = (one: Weighed): one is Said => isSaid(one) && !isStatus(one)

const conflicts = (one: Said, other: Said): boolean =>
  contradicts(one, other) || contradicts(other, one) || areConflictingLists([one, other])

const haveContradiction = (said: readonly Said[]): boolean =>
  said.length > 1 && said.some((one) => said.some((other) => contradicts(one, other)))

/**
 * Statements that cannot both be true: a word of no US person against one of a US person or against a US nationality, citizenship
 * against a complete list without US. Citizenship beside another standing is none: people are naturalised.
 */
function contradicts(one: Said, other: Said): boolean {
  if (one.evidence.name !== 'us-person' || !areApart(one.standings, other.standings)) return false
  if (!one.evidence.value.value) return true
  return (
    isWithin(one.standings, citizen) && other.evidence.name === 'nationalities' && areApart(other.standings, citizen)
  )
}

/** Looked at only where one of them would clear the person, since otherwise no list can. */
export function haveConflictingLists(said: readonly Said[], admits: Standings): boolean {
  if (said.length < 2) return false
  const lists = said.filter(isList)
  return lists.length > 1 && lists.some(({ standings }) => isWithin(standings, admits)) && areConflictingLists(lists)
}

const isList = ({ evidence }: Said): boolean => evidence.name === 'nationalities'

/** Two different complete lists, or a list that names US against a complete one that does not. */
function areConflictingLists(said: readonly Said[]): boolean {
  const lists = said.filter(isList)
  return (
    haveTwoCompleteLists(lists.map(({ evidence }) => evidence as NationalitiesEvidence)) ||
    (lists.some(({ standings }) => isWithin(standings, citizen)) &&
      lists.some(({ standings }) => areApart(standings, citizen)))
  )
}
