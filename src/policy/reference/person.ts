// semantics.md §3: whether a person is foreign under the definition that the directive names.
//
// Asymmetry (§2): an adverse statement (all that it leaves is foreign) counts at any assurance and age, a favourable one (all that it
// leaves is not) only at the directive's. Two favourable statements that differ are both favourable.

import type { Evidence, NationalitiesEvidence } from '../../vocabulary/evidence.ts'
import type { EvidenceDemand } from '../bundle/bundle.ts'
import { citizens, type Definition, type Standing } from './definitions.ts'
import { cannotBothBeTrue, differ, type Fault, faultOf, gapOf, readUnder } from './evidence.ts'
import { type Answer, flagged, no, unknown, yes } from './kleene.ts'
import type { Individual } from './parties.ts'
import { areAmong, areApart, saysOfStanding } from './statements.ts'

interface Said {
  readonly evidence: Evidence
  readonly fault: Fault
  readonly says: readonly Standing[]
}

export function isForeignPerson(
  party: Individual,
  { notForeign }: Definition,
  demand: EvidenceDemand,
  instant: number,
): Answer {
  const isOwn = party.label === 'subject'
  const read = readUnder(party.subject.evidence, demand, cannotBothBeTrue).filter(({ name }) => name !== 'residence')
  const said = read.flatMap((evidence): Said[] => {
    const says = saysOfStanding(evidence)
    return says === null ? [] : [{ evidence, says, fault: faultOf(evidence, demand, instant) }]
  })
  const isAdverse = ({ says }: Said): boolean => areApart(says, notForeign)
  const isStatus = ({ evidence }: Said): boolean => evidence.name === 'immigration-status'
  const isList = ({ evidence }: Said): boolean => evidence.name === 'nationalities'
  const isForeign = (by: readonly Said[]): Answer =>
    by.some(({ fault }) => fault === null) ? yes : flagged(yes, 'adverse_assertion')
  const conflict = unknown(gapOf('evidence_conflict', isOwn))

  // "Proof of *foreign* is `us_person: false`, or a status that excludes it": such a status settles it beside anything else.
  if (said.some((one) => isStatus(one) && isAdverse(one))) return isForeign(said.filter(isAdverse))
  const words = said.filter((one) => !isStatus(one))
  // Where every word is adverse it does not matter which is true.
  if (words.length > 0 && words.every(isAdverse)) return isForeign(words)
  if (contradict(words)) return conflict

  // Lists that contradict each other are worth nothing. What else is said may settle it, unless one of them is adverse.
  const listsConflict = haveConflict(said.filter(isList), notForeign)
  const believed = listsConflict ? said.filter((one) => !isList(one)) : said
  if (believed.some(isAdverse)) return isForeign(believed.filter(isAdverse))
  if (said.some(isAdverse)) return conflict

  // Evidence that was taken back or cannot be read leaves it unknown. Nationality counts only where it could settle the definition.
  const turnsOnCitizenship = areAmong(notForeign, citizens)
  const counts = ({ name }: Evidence): boolean => name !== 'nationalities' || turnsOnCitizenship
  const spoilt = read.filter(counts).flatMap((one) => spoiling(one, demand, instant))
  if (spoilt.length > 0) return unknown(...spoilt.map((reason) => gapOf(reason, isOwn)))
  if (contradict(said)) return conflict

  const favourable = believed.filter(({ says }) => areAmong(says, notForeign))
  if (favourable.some(({ fault }) => fault === null)) return no
  if (favourable.length > 0)
    return unknown(...favourable.flatMap(({ fault }) => (fault === null ? [] : [gapOf(fault, isOwn)])))
  if (listsConflict) return conflict

  const valueless = read.filter((one) => saysOfStanding(one) === null)
  if (valueless.length > 0) {
    return unknown(...valueless.map((one) => gapOf(noValue(one, demand, instant), isOwn)))
  }
  // Something is said of the very fact, but it does not reach this definition: it needs a basis, or a complete list.
  const isTouched = read.some(({ name }) => name === 'us-person' || (name === 'nationalities' && turnsOnCitizenship))
  return unknown(gapOf(isTouched ? 'evidence_insufficient' : 'evidence_missing', isOwn))
}

/** A value that contradicts itself is as good as none. */
const noValue = (evidence: Evidence, demand: EvidenceDemand, instant: number): NonNullable<Fault> =>
  faultOf(evidence, demand, instant) ?? 'evidence_invalid'

function spoiling(evidence: Evidence, demand: EvidenceDemand, instant: number): readonly NonNullable<Fault>[] {
  if (saysOfStanding(evidence) !== null) return []
  const fault = noValue(evidence, demand, instant)
  return fault === 'evidence_invalid' || fault === 'evidence_revoked' ? [fault] : []
}

/** A word of no US person against anything that leaves no room for it; a word of citizenship against a complete list without US. */
function contradict(said: readonly Said[]): boolean {
  return said.some(({ evidence, says }) => {
    if (evidence.name !== 'us-person') return false
    const others = said.filter((other) => areApart(says, other.says))
    if (!evidence.value.value) return others.length > 0
    return (
      areAmong(says, citizens) &&
      others.some((other) => other.evidence.name === 'nationalities' && areApart(other.says, citizens))
    )
  })
}

/** Looked at only where one of the lists would clear the person: otherwise no list can. */
function haveConflict(lists: readonly Said[], notForeign: readonly Standing[]): boolean {
  if (!lists.some(({ says }) => areAmong(says, notForeign))) return false
  const namesUs = lists.some(({ says }) => areAmong(says, citizens))
  const isWithoutUs = lists.some(({ says }) => areApart(says, citizens))
  return (namesUs && isWithoutUs) || differ(lists.map(({ evidence }) => evidence as NationalitiesEvidence))
}
