// Statements: what each piece of evidence says of a person's standing toward the United States, as the set of standings that it
// leaves possible. Status and nationality are two facts: no list of nationalities says who is a permanent resident.

import { readCountry, unitedStatesPlaces } from '../../vocabulary/country.ts'
import type { Evidence, NationalitiesEvidence, UsPersonBasis, UsPersonValue } from '../../vocabulary/evidence.ts'
import { definitionOfClaim, definitions } from '../definitions/index.ts'
import {
  anyStanding,
  areApart,
  citizen,
  citizenAndOther,
  citizenOnly,
  isWithin,
  noStanding,
  permanentResident,
  protectedIndividual,
  type Standings,
  standingOfStatus,
} from '../definitions/standing.ts'
import { isUsable } from './evidence-state.ts'

/** The standings that are left; null where the evidence has no usable value, contradicts itself, or cannot be said of a person. */
export function saysOfStanding(evidence: Evidence): Standings | null {
  if (!isUsable(evidence)) return null
  switch (evidence.name) {
    case 'us-person':
      return fromUsPerson(evidence.value)
    case 'immigration-status':
      return standingOfStatus(evidence.value) ?? anyStanding
    case 'nationalities':
      return fromNationalities(evidence)
    case 'residence':
      return anyStanding
  }
}

const standingsOfBasis: Readonly<Record<UsPersonBasis, Standings>> = {
  'citizen-or-national': citizen,
  'permanent-resident': permanentResident,
  protected: protectedIndividual,
  entity: 0,
  none: noStanding,
}

/** The value alone means EAR and ITAR; a basis or another definition narrows it. */
function fromUsPerson({ value, definition: name, basis }: UsPersonValue): Standings | null {
  const definition = name === null ? definitions['ear-772.1-foreign-person'] : definitionOfClaim(name)
  const ofBasis = basis === null ? anyStanding : standingsOfBasis[basis]
  if (value) {
    // Made under a definition that we do not know, or under one that presence alone meets: the word is good, but says nothing here.
    if (definition === undefined || definition.admitsPresence) return basis === null ? anyStanding : nonEmpty(ofBasis)
    return nonEmpty(definition.admits & ofBasis)
  }
  if (definition === undefined) return noStanding
  const excluded = anyStanding & ~definition.admits
  // An adverse word counts even where its basis contradicts it.
  return (excluded & ofBasis) === 0 ? excluded : excluded & ofBasis
}

const nonEmpty = (standings: Standings): Standings | null =>
  standings === 0 || standings === noStanding ? null : standings

function fromNationalities({ value, complete }: NationalitiesEvidence): Standings | null {
  // A list that names nothing says nothing, whatever it claims to be.
  if (value.length === 0) return anyStanding
  let unitedStates = false
  let foreign = false
  let stateless = true
  let clear = complete
  for (const raw of value) {
    const reading = readCountry(raw)
    if (reading.kind !== 'stateless') stateless = false
    if (reading.kind === 'country') {
      if (reading.code === 'US') unitedStates = true
      // A territory as a nationality leaves status open.
      else if (unitedStatesPlaces.has(reading.code)) clear = false
      else foreign = true
    } else if (reading.kind !== 'stateless') clear = false
  }
  if (unitedStates) return foreign ? citizenAndOther : clear ? citizenOnly : citizen
  if (stateless || clear) return anyStanding & ~citizen
  return foreign ? anyStanding & ~citizenOnly : anyStanding
}

/** Two lists that both say that they are complete, and differ. */
export function haveTwoCompleteLists(lists: readonly NationalitiesEvidence[]): boolean {
  const complete = lists.filter((list) => list.complete)
  return (
    complete.length > 1 &&
    new Set(complete.map(({ value }) => value.map(codeOf)).map((codes) => [...new Set(codes)].sort().join())).size > 1
  )
}

/** Two lists that cannot both be true: two complete ones that differ, or one that names US beside a complete one without. */
export function areContrary(one: NationalitiesEvidence, other: NationalitiesEvidence): boolean {
  const [said, against] = [fromNationalities(one) ?? 0, fromNationalities(other) ?? 0]
  const isGainsaid = (a: Standings, b: Standings): boolean => isWithin(a, citizen) && areApart(b, citizen)
  return haveTwoCompleteLists([one, other]) || isGainsaid(said, against) || isGainsaid(against, said)
}

function codeOf(raw: string): string {
  const reading = readCountry(raw)
  return reading.kind === 'country' ? reading.code : `?${raw}`
}

/** Standings under which a definition turns on citizenship alone, so that a list of nationalities can settle it. */
export const turnsOnCitizenship = (admits: Standings): boolean => isWithin(admits, citizen)
