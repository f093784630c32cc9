// foreign-by-status: whether a person is foreign by what is said of their standing toward the United States.
//
// Asymmetry: an adverse statement (every standing that it leaves is foreign) counts at any assurance and age, a favourable one (none
// is) only at the directive's. Two favourable statements that differ are both favourable: together they prove nothing adverse.
// Conflict only where semantics lists one; what merely differs is weighed statement by statement.

import type { Evidence, EvidenceState, NationalitiesEvidence } from '../../../vocabulary/evidence.ts'
import type { EvidenceDemand } from '../../bundle/bundle.ts'
import { areApart, citizen, isWithin, type Standings } from '../definitions/standing.ts'
import { gapOf, isGood, stateUnder, used } from '../evidence-state.ts'
import { type Finding, flagged, known, type UsedEvidence, unknown } from '../finding.ts'
import type { SubjectParty } from '../parties.ts'
import { setAside } from '../prevailing.ts'
import { firstGap, type Gap } from '../reason-order.ts'
import { isOwn } from '../situation.ts'
import { haveTwoCompleteLists, turnsOnCitizenship } from '../statements.ts'
import type { Horizon } from '../valid-until.ts'

/** @param admits standings that are not foreign */
export function foreignByStatus(
  party: SubjectParty,
  admits: Standings,
  demand: EvidenceDemand,
  horizon: Horizon,
  label: string,
): Finding {
  const all = weigh(party, demand, horizon)
  const lost = setAside(all.filter(isComparable), demand.whenConflicting, conflicts)
  const weighed = lost.length === 0 ? all : all.filter((one) => !lost.includes(one as Said))
  const record = all.map((one) => used(one.evidence, weighed.includes(one) ? one.state : 'conflicting'))
  const own = isOwn(party)
  const said = weighed.filter(isSaid)
  const words = said.filter(({ evidence }) => evidence.name !== 'immigration-status')
  const excludes = ({ standings }: Said): boolean => areApart(standings, admits)
  const conflict = (): Finding => unknown(label, gapOf('conflicting', own), record)

  // A status that excludes the person settles it beside anything else; and where every word does, it does not matter which is true.
  if (said.some((one) => one.evidence.name === 'immigration-status' && excludes(one))) {
    return adverse(label, said.filter(excludes), record)
  }
  if (words.length > 0 && words.every(excludes)) return adverse(label, words, record)
  if (haveContradiction(words)) return conflict()

  // Lists that contradict each other are worth nothing. What else is said may settle it, unless one of them is adverse.
  const listsConflict = haveConflictingLists(said, admits)
  const believable = listsConflict ? said.filter(({ evidence }) => evidence.name !== 'nationalities') : said
  const excluding = believable.filter(excludes)
  if (excluding.length > 0) return adverse(label, excluding, record)
  if (said.some(excludes)) return conflict()

  const spoilt = spoiltBy(weighed, admits, own)
  if (spoilt !== null) return unknown(label, spoilt, record)
  // A word of no US person under another definition may not exclude the person here, and yet gainsay a status.
  if (haveContradiction(said)) return conflict()
  const admitting = believable.filter(({ standings }) => isWithin(standings, admits))
  if (admitting.some(({ state }) => isGood(state))) return known(label, false, record)
  // Enough is said, but not well enough.
  if (admitting.length > 0) return unknown(label, firstGap(admitting.flatMap((one) => weakness(one, own))), record)
  return listsConflict ? conflict() : unknown(label, whyOpen(weighed, admits, own), record)
}

/** One piece of evidence under this directive's demand. `standings` is null where it carries no usable value. */
interface Weighed {
  readonly evidence: Evidence
  readonly state: EvidenceState
  readonly standings: Standings | null
}

interface Said extends Weighed {
  readonly standings: Standings
}

const isSaid = (one: Weighed): one is Said => one.standings !== null

function weigh({ subject, statements }: SubjectParty, demand: EvidenceDemand, horizon: Horizon): readonly Weighed[] {
  const weighed: Weighed[] = []
  subject.evidence.forEach((evidence, index) => {
    if (evidence.name === 'residence') return
    const state = stateUnder(evidence, demand, horizon)
    const standings = statements[index] ?? null
    // A value that contradicts itself is as good as none.
    weighed.push({ evidence, state: standings === null && isGood(state) ? 'invalid' : state, standings })
  })
  return weighed
}

/** A status settles things by itself: beside another statement it is no conflict. */
const isComparable = (one: Weighed): one is Said => isSaid(one) && one.evidence.name !== 'immigration-status'

const conflicts = (one: Said, other: Said): boolean =>
  contradicts(one, other) || contradicts(other, one) || areConflictingLists([one, other])

function adverse(label: string, excluding: readonly Said[], record: readonly UsedEvidence[]): Finding {
  const finding = known(label, true, record)
  return excluding.some(({ state }) => isGood(state)) ? finding : flagged(finding, 'adverse_assertion')
}

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
function haveConflictingLists(said: readonly Said[], admits: Standings): boolean {
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

/** Evidence that was taken back or cannot be read. Nationality is looked at only where it can settle the definition. */
function spoiltBy(weighed: readonly Weighed[], admits: Standings, own: boolean): Gap | null {
  const gaps: Gap[] = []
  for (const { evidence, state } of weighed) {
    if (state !== 'invalid' && state !== 'revoked') continue
    if (evidence.name !== 'nationalities' || turnsOnCitizenship(admits)) gaps.push(gapOf(state, own))
  }
  return gaps.length === 0 ? null : firstGap(gaps)
}

const weakness = ({ state }: Weighed, own: boolean): readonly Gap[] => (isGood(state) ? [] : [gapOf(state, own)])

function whyOpen(weighed: readonly Weighed[], admits: Standings, own: boolean): Gap {
  const without = weighed.flatMap((one) => (one.standings === null ? weakness(one, own) : []))
  if (without.length > 0) return firstGap(without)
  // Something is said of the very fact, but it does not reach this definition: it needs a basis, or a complete list.
  const touches = weighed.some(
    ({ evidence }) =>
      evidence.name === 'us-person' || (evidence.name === 'nationalities' && turnsOnCitizenship(admits)),
  )
  return gapOf(touches ? 'insufficient' : 'missing', own)
}
