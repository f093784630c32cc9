// place: whether a party is where a limb prohibits. An address lookup gives the probable place of an address; it is evidence, never
// proof of a person.
//
// Asymmetry: a lookup that names a prohibited place is believed even if it is stale, anonymized or from a database of the future; only
// the favourable reading needs a fresh database and no anonymizer. A match by over-inclusion is unknown, flagged, never true.

import { unitedStatesPlaces } from '../../../vocabulary/country.ts'
import type { Place } from '../../../vocabulary/place.ts'
import { isSubdivisionOf } from '../../../vocabulary/subdivision.ts'
import type { Attestation, PlaceDemand } from '../../bundle/bundle.ts'
import { isStale } from '../evidence-state.ts'
import { excusable, type Finding, flagged, known, unknown } from '../finding.ts'
import { type EndUsersParty, eachRunnerAttests, type Party, type SubjectParty } from '../parties.ts'
import type { DeterminationReason } from '../reason-order.ts'
import { demanded, type Question, type Situation, usedPlace } from '../situation.ts'
import type { Horizon } from '../valid-until.ts'

/** Countries and regions that a test names, as the policy's lists resolve them. */
export interface PlaceSet {
  readonly countries: ReadonlySet<string>
  /** ISO 3166-2 codes whose country is not itself in `countries`. */
  readonly regions: ReadonlySet<string>
  /** Countries of `regions`. */
  readonly partly: ReadonlySet<string>
}

export function place(places: PlaceSet, outside: boolean, party: Party, question: Question): Finding {
  const label = party.labels.place
  const demand = demanded(question.demands.place, 'a place')
  if (party.kind === 'end-users') return attestedPlace(places, outside, party, label)
  return addressPlace(places, outside, label, question.situation, demand)
}

export const unitedStates: PlaceSet = { countries: unitedStatesPlaces, regions: new Set(), partly: new Set() }

/** As a part of being foreign. */
export const isOutsideUnitedStates = (party: SubjectParty, question: Question): Finding =>
  place(unitedStates, true, party, question)

function addressPlace(
  places: PlaceSet,
  outside: boolean,
  label: string,
  { place: found, located, horizon }: Situation,
  demand: PlaceDemand,
): Finding {
  if (found.state === 'unavailable') return open(label, 'geo_unavailable', found)
  if (found.state === 'not-found') return open(label, 'location_unknown', found, excusable)
  if (found.state === 'address-unknown' || found.country === null) return open(label, 'location_unknown', found)

  const inside = contains(places, found.country, found.resolvesRegions ? found.region : null)
  if (inside === 'perhaps') {
    const finding = open(label, 'location_unknown', found)
    return demand.whereRegionsAreUnknown === 'whole-country' ? flagged(finding, 'over_included') : finding
  }
  const prohibited = (inside === 'yes') !== outside
  if (prohibited) return known(label, true, located)
  const doubt = doubtOf(found, demand, horizon)
  return doubt === null ? known(label, false, located) : open(label, doubt, found)
}

const open = (label: string, reason: DeterminationReason, found: Place, kind = unknown): Finding =>
  kind(label, { reason, mendable: false }, [usedPlace(found, reason)])

/** Of a country that is listed in part a region proves to be elsewhere only if there is such a region. */
function contains(places: PlaceSet, country: string, region: string | null): 'yes' | 'no' | 'perhaps' {
  if (places.countries.has(country)) return 'yes'
  if (!places.partly.has(country)) return 'no'
  if (region === null) return 'perhaps'
  if (places.regions.has(region)) return 'yes'
  return isSubdivisionOf(country, region) ? 'no' : 'perhaps'
}

/** What stands against believing a favourable place. */
function doubtOf(found: Place, demand: PlaceDemand, horizon: Horizon): DeterminationReason | null {
  // Built after the clock: either is wrong, and nobody can say how old the data is.
  const builtAt = found.source === 'operator' ? null : found.databaseBuiltAt
  if (builtAt !== null && !horizon.reached(builtAt - horizon.uncertainty)) return 'evidence_invalid'
  if (demand.anonymizers === 'unknown') {
    if (found.anonymizer !== null && found.anonymizer !== 'none') return 'anonymizer'
    // An operator who maps their own addresses knows what stands behind them.
    const noData = found.anonymizer === null && found.source !== 'operator'
    if (noData && demand.whereAnonymizersAreUnknown !== 'accept') return 'location_unknown'
  }
  if (found.source !== 'operator' && isStale(found.databaseBuiltAt, demand.databaseNotOlderThan, horizon)) {
    return 'evidence_stale'
  }
  return null
}

/** Where every organization that runs the service attests its end users to be. */
function attestedPlace(places: PlaceSet, outside: boolean, party: EndUsersParty, label: string): Finding {
  const { attestations } = party
  const record = attestations.map(({ id }) => ({
    name: 'attestation',
    state: 'verified',
    source: `register:${id}`,
    verifiedAt: null,
  }))
  const answers = attestations.flatMap((attestation) => attestation.places.map((code) => containsCode(places, code)))
  if (answers.some((answer) => answer === (outside ? 'no' : 'yes'))) return known(label, true, record)
  if (answers.includes('perhaps')) return unknown(label, { reason: 'evidence_insufficient', mendable: false }, record)
  const saysWhere = (said: readonly Attestation[]): boolean => said.some((attestation) => attestation.places.length > 0)
  if (!eachRunnerAttests(party, saysWhere))
    return unknown(label, { reason: 'evidence_missing', mendable: false }, record)
  return known(label, false, record)
}

/** A code of either form: a country, or a region of one. */
export const containsCode = (places: PlaceSet, code: string): 'yes' | 'no' | 'perhaps' =>
  contains(places, code.slice(0, 2), code)
