// What a database's record says of a place. Two shapes: MaxMind's nested one (`country.iso_code`, `subdivisions`) and the flat
// one (`country_code`). Never read: `registered_country` (where the network was registered), `represented_country` (a base or
// an embassy is where it stands), the continent, and `is_anonymous`, which is set for plain hosting.
// A record of another form throws: it is corrupt, and the caller must not take it for "names no country".
import type { Anonymizer } from '../vocabulary/place.ts'

export type Shape = 'nested' | 'flat'

export interface NamedPlace {
  readonly country: string | null
  /** ISO 3166-2, of the largest subdivision. */
  readonly region: string | null
}

export class RecordFault extends Error {
  readonly code = 'geo_record_invalid'
}

const nowhere: NamedPlace = { country: null, region: null }

/** Codes that registries and old databases use for "no country": Europe, Asia/Pacific, unknown. */
const noCountry = new Set(['EU', 'AP', 'ZZ', 'XX'])

/** @param record what the reader returned: null where the address is not in the database */
export function placeOf(record: unknown, shape: Shape): NamedPlace {
  if (record === null || record === undefined) return nowhere
  if (!isMap(record)) throw new RecordFault('a record is not a map')
  if (shape === 'flat') {
    const country = record['country_code']
    // Flat databases write an empty text or a dash where they know nothing.
    return country === '' || country === '-' ? nowhere : { country: countryCode(country), region: null }
  }
  const country = record['country']
  if (country === undefined) return nowhere
  if (!isMap(country)) throw new RecordFault('`country` is not a map')
  const code = countryCode(country['iso_code'])
  return { country: code, region: code === null ? null : regionOf(code, record['subdivisions']) }
}

function countryCode(value: unknown): string | null {
  if (value === undefined) return null
  if (typeof value !== 'string' || !/^[A-Z]{2}$/.test(value)) throw new RecordFault('a country code is not two letters')
  return noCountry.has(value) ? null : value
}

function regionOf(country: string, subdivisions: unknown): string | null {
  if (subdivisions === undefined) return null
  if (!Array.isArray(subdivisions)) throw new RecordFault('`subdivisions` is not an array')
  // Largest first: for Crimea [{ iso_code: "43" }], for Westminster [{ iso_code: "ENG" }, { iso_code: "WSM" }].
  const largest: unknown = subdivisions[0]
  if (largest === undefined) return null
  if (!isMap(largest)) throw new RecordFault('a subdivision is not a map')
  const code = largest['iso_code']
  if (code === undefined) return null
  if (typeof code !== 'string' || !/^[A-Z0-9]{1,3}$/.test(code))
    throw new RecordFault('a subdivision code is not one to three letters or digits')
  return `${country}-${code}`
}

/** In order of how certain they hide a person: the first flag that is set names the place. */
const flags: readonly (readonly [string, Anonymizer])[] = [
  ['is_tor_exit_node', 'tor'],
  ['is_anonymous_vpn', 'vpn'],
  ['is_public_proxy', 'public-proxy'],
  ['is_residential_proxy', 'residential-proxy'],
]

/** @param record from an anonymizer database; null (not listed) is `none` */
export function anonymizerOf(record: unknown): Anonymizer {
  if (record === null || record === undefined) return 'none'
  if (!isMap(record)) throw new RecordFault('a record is not a map')
  let found: Anonymizer = 'none'
  for (const [flag, anonymizer] of flags) {
    const value = record[flag]
    if (value !== undefined && typeof value !== 'boolean') throw new RecordFault(`\`${flag}\` is not a boolean`)
    if (value === true && found === 'none') found = anonymizer
  }
  return found
}

function isMap(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value) && !ArrayBuffer.isView(value)
}
