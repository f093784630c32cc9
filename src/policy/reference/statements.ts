// semantics.md §2 and §3: what each piece of evidence says of a person, as the standings among which it says that they are.
// "Status and nationality are two facts": no list of nationalities says who is a permanent resident.

import { readCountry, unitedStatesPlaces } from '../../vocabulary/country.ts'
import type { Evidence, UsPersonValue } from '../../vocabulary/evidence.ts'
import {
  citizens,
  definitionCalled,
  definitions,
  protectedIndividuals,
  type Standing,
  standings,
} from './definitions.ts'

/** null: it carries no value, contradicts itself, or cannot be said of a person. */
export function saysOfStanding(evidence: Evidence): readonly Standing[] | null {
  if (evidence.state === 'invalid' || evidence.state === 'revoked' || evidence.state === 'unavailable') return null
  switch (evidence.name) {
    case 'us-person':
      return ofWord(evidence.value)
    case 'immigration-status':
      return ofStatus(evidence.value)
    case 'nationalities':
      return ofList(evidence.value, evidence.complete)
    case 'residence':
      return standings
  }
}

const bases: Readonly<Record<NonNullable<UsPersonValue['basis']>, readonly Standing[]>> = {
  'citizen-or-national': citizens,
  'permanent-resident': ['permanent-resident'],
  protected: protectedIndividuals,
  entity: [],
  none: ['none'],
}

/** "Value alone serves EAR and ITAR; other definitions need basis". A definition that the claim names narrows it as well. */
function ofWord({ value, definition: word, basis }: UsPersonValue): readonly Standing[] | null {
  const definition = word === null ? definitions['ear-772.1-foreign-person'] : definitionCalled(word)
  const ofBasis = basis === null ? standings : bases[basis]
  if (value) {
    // Under a definition that we do not know, or that presence alone meets, the word is good and says nothing but its basis.
    const isOpen = definition === null || definition.presenceSuffices
    if (isOpen && basis === null) return standings
    const said = isOpen ? ofBasis : ofBasis.filter((one) => definition.notForeign.includes(one))
    // Nothing left, or `none` of a US person: it contradicts itself.
    return said.every((one) => one === 'none') ? null : said
  }
  // No US person, and we do not know by which measure: by every one.
  if (definition === null) return ['none']
  const excluded = standings.filter((one) => !definition.notForeign.includes(one))
  const said = excluded.filter((one) => ofBasis.includes(one))
  // An adverse word counts even where its basis contradicts it.
  return said.length === 0 ? excluded : said
}

const statuses: readonly (readonly [string, readonly Standing[]])[] = [
  ['permanent-resident lawful-permanent-resident lpr', ['permanent-resident']],
  ['refugee asylee', ['refugee-or-asylee']],
  ['temporary-resident', ['temporary-resident']],
  // "a status that excludes it (H-1B, F-1, B, TPS, parole, DACA, asylum applicant)": visa classes of 22 CFR 41.12 and the like.
  [
    'tps parole parolee daca deferred-action asylum-applicant none undocumented esta vwp visa-waiver nonimmigrant',
    ['none'],
  ],
  [
    'b b-1 b-2 b-1-b2 b-1-b-2 c-1 d-1 e-1 e-2 e-3 f-1 f-2 g-1 g-4 h-1b h-1b1 h-2a h-2b h-3 h-4 i j-1 j-2 k-1 l-1 l-1a',
    ['none'],
  ],
  ['l-1b l-2 m-1 m-2 n-8 o-1 o-2 o-3 p-1 p-2 p-3 q-1 r-1 r-2 s-5 t-1 tn td u-1 v-1', ['none']],
]

/** A word that stands in no table says nothing. */
function ofStatus(raw: string): readonly Standing[] {
  const hyphened = raw
    .trim()
    .toLowerCase()
    .replace(/[\s_/]+/g, '-')
  // H1B is H-1B.
  const word = hyphened.replace(/^([a-z])(\d)/, '$1-$2')
  return statuses.find(([words]) => words.split(' ').includes(word))?.[1] ?? standings
}

function ofList(raw: readonly string[], complete: boolean): readonly Standing[] {
  // A list that names nothing says nothing, whatever it claims to be.
  if (raw.length === 0) return standings
  const readings = raw.map(readCountry)
  const countries = readings.flatMap((one) => (one.kind === 'country' ? [one.code] : []))
  const holdsUs = countries.includes('US')
  // "A US territory given as a *nationality* leaves status unknown."
  const holdsOther = countries.some((code) => !unitedStatesPlaces.has(code))
  const isTerritory = (code: string): boolean => code !== 'US' && unitedStatesPlaces.has(code)
  const isReadable = readings.every(({ kind }) => kind === 'country' || kind === 'stateless')
  const saysAll = complete && isReadable && !countries.some(isTerritory)
  if (holdsUs) return holdsOther ? ['citizen-of-others-too'] : saysAll ? ['citizen-only'] : citizens
  // "A stateless person has no nationality; it settles `cfius-800` and `nispom-117`."
  const isStateless = readings.every(({ kind }) => kind === 'stateless')
  if (isStateless || saysAll) return standings.filter((one) => !citizens.includes(one))
  return holdsOther ? standings.filter((one) => one !== 'citizen-only') : standings
}

/** Every standing of the one is among the others. */
export const areAmong = (said: readonly Standing[], others: readonly Standing[]): boolean =>
  said.every((one) => others.includes(one))
/** No standing fits both. */
export const areApart = (said: readonly Standing[], others: readonly Standing[]): boolean =>
  !said.some((one) => others.includes(one))
