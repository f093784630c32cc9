// The subdivisions of ISO 3166-2, so that a region which no database will ever report is refused where it is written.
import { iso31662 } from 'iso-3166'
import { isCountryCode } from '../../../vocabulary/country.ts'

const byCountry: ReadonlyMap<string, readonly string[]> = new Map(
  [...Map.groupBy(iso31662, ({ code }) => code.slice(0, 2))].map(([country, rows]) => [
    country,
    rows.map(({ code }) => code).sort(),
  ]),
)

/** Codes of all its regions, sorted; [] where ISO 3166-2 has none, or the country is none. */
export const regionsOf = (country: string): readonly string[] => byCountry.get(country) ?? []

export const isKnownRegion = (code: string): boolean =>
  isCountryCode(code.slice(0, 2)) && regionsOf(code.slice(0, 2)).includes(code)
