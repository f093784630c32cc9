// semantics.md §5: "An address lookup gives the probable place of an *address*. It is evidence, never proof of a person."

import type { Place } from '../../vocabulary/place.ts'
import { isSubdivisionOf } from '../../vocabulary/subdivision.ts'
import type { PlaceDemand } from '../bundle/bundle.ts'
import type { CodeSet } from '../bundle/parts.ts'
import { type Answer, excusable, flagged, gap, no, unknown, whether, yes } from './kleene.ts'
import type { EndUsers } from './parties.ts'
import { attestationsOf } from './registers.ts'
import type { Situation } from './situation.ts'

/** Every code of the set. §4: "Lists belong to a regime: for EAR groups HK counts as CN (MO stays itself)". */
export function codesOf(set: CodeSet, { bundle }: Situation): ReadonlySet<string> {
  const codes = new Set(set.codes)
  for (const list of bundle.lists) {
    if (!set.lists.includes(list.id)) continue
    for (const member of list.members) codes.add(member)
    if (list.regime === 'ear' && list.members.includes('CN')) codes.add('HK')
  }
  return codes
}

export type Within = 'inside' | 'outside' | 'perhaps'

/** @param region the whole code (`UA-43`); null: not known */
export function within(country: string, region: string | null, codes: ReadonlySet<string>): Within {
  if (codes.has(country)) return 'inside'
  const isListedInPart = [...codes].some((code) => code.startsWith(`${country}-`))
  if (!isListedInPart) return 'outside'
  if (region !== null && codes.has(region)) return 'inside'
  // A word that is no region of the country may be another spelling of the very one that is listed.
  return region !== null && isSubdivisionOf(country, region) ? 'outside' : 'perhaps'
}

/** Whether the address is where the limb prohibits. @param outside the limb prohibits every place but these */
export function isAddressProhibited(
  codes: ReadonlySet<string>,
  outside: boolean,
  demand: PlaceDemand,
  situation: Situation,
): Answer {
  const { place } = situation.facts
  if (place.state === 'unavailable') return unknown(gap('geo_unavailable'))
  // "a lookup that worked and named no place"
  if (place.state === 'not-found') return excusable(unknown(gap('location_unknown')))
  if (place.state === 'address-unknown' || place.country === null) return unknown(gap('location_unknown'))

  const where = within(place.country, place.resolvesRegions ? place.region : null, codes)
  if (where === 'perhaps') {
    // "A match by over-inclusion is *indeterminate*, flagged `over_included`, never violated"
    const answer = unknown(gap('location_unknown'))
    return demand.whereRegionsAreUnknown === 'whole-country' ? flagged(answer, 'over_included') : answer
  }
  // "believed even if stale or anonymized; only the favourable reading becomes unknown"
  if ((where === 'outside') === outside) return yes
  const doubt = doubtOf(place, demand, situation)
  return doubt === null ? no : unknown(gap(doubt))
}

function doubtOf(place: Place, demand: PlaceDemand, { instant, uncertainty }: Situation) {
  const { source, databaseBuiltAt, anonymizer } = place
  const { databaseNotOlderThan: limit } = demand
  // "A build date after the clock is invalid."
  if (source !== 'operator' && databaseBuiltAt !== null && databaseBuiltAt > instant + uncertainty)
    return 'evidence_invalid'
  if (demand.anonymizers === 'unknown') {
    if (anonymizer !== null && anonymizer !== 'none') return 'anonymizer'
    // An operator who maps their own addresses knows what stands behind them.
    const hasNoData = anonymizer === null && source !== 'operator'
    if (hasNoData && demand.whereAnonymizersAreUnknown !== 'accept') return 'location_unknown'
  }
  if (source === 'operator' || limit === null) return null
  return databaseBuiltAt === null || instant - databaseBuiltAt >= limit ? 'evidence_stale' : null
}

/** §7: "For a service a place limb tests the client address *and* the attested places." */
export function isAttestedPlaceProhibited(
  { service, runners }: EndUsers,
  codes: ReadonlySet<string>,
  outside: boolean,
  situation: Situation,
): Answer {
  const placesOf = (runner: string): readonly string[] =>
    attestationsOf(runner, service, situation).flatMap(({ places }) => places)
  const where = runners.flatMap(placesOf).map((code) => within(code.slice(0, 2), code, codes))
  if (where.some((one) => one !== 'perhaps' && (one === 'outside') === outside)) return yes
  if (where.includes('perhaps')) return unknown(gap('evidence_insufficient'))
  // Each of them has end users of its own: none speaks for those of another.
  const everyoneSays = runners.length > 0 && runners.every((runner) => placesOf(runner).length > 0)
  return everyoneSays ? whether(false) : unknown(gap('evidence_missing'))
}
