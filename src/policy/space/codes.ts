// Codes: one country or region for each class of them that a set of predicates can tell apart, "none of these" included.

import { isCountryCode, unitedStatesPlaces } from '../../vocabulary/country.ts'
import { isSubdivisionOf } from '../../vocabulary/subdivision.ts'
import type { PlaceSet } from '../engine/predicates/place.ts'

const letters = [...'ABCDEFGHIJKLMNOPQRSTUVWXYZ']

/** Those that read well in an example come first; the rest in order of the alphabet. */
const countries: readonly string[] = [
  ...new Set([
    ...['US', 'DE', 'IR', 'CN', 'PR', 'IN', 'FR'],
    ...letters.flatMap((first) => letters.map((second) => first + second)).filter(isCountryCode),
  ]),
]

/** As nationalities: the United States, its territories, and the members of each set stand apart. */
export function countryClasses(sets: readonly ReadonlySet<string>[]): readonly string[] {
  return oneOfEach(countries, (code) =>
    [code === 'US', unitedStatesPlaces.has(code), ...sets.map((set) => set.has(code))].join(),
  )
}

/** Countries, regions that a set names, and of each country that is listed in part a region that is not listed and one that is none. */
export function placeClasses(sets: readonly PlaceSet[]): readonly string[] {
  const partly = new Set(sets.flatMap((set) => [...set.partly]))
  const named = [...new Set(sets.flatMap((set) => [...set.regions]))].sort()
  const others = [...partly].sort().flatMap((country) => {
    const codes = letters.concat([...'0123456789']).flatMap((a) => [...'0123456789'].map((b) => `${country}-${a}${b}`))
    const elsewhere = codes.find((code) => isSubdivisionOf(country, code) && !named.includes(code))
    return [...(elsewhere === undefined ? [] : [elsewhere]), `${country}-ZZZ`]
  })
  return oneOfEach([...countries, ...named, ...others], (code) => {
    const country = code.slice(0, 2)
    return [
      code.length > 2 && isSubdivisionOf(country, code),
      ...sets.map((set) => [
        set.countries.has(country),
        set.partly.has(country),
        code.length > 2 && set.regions.has(code),
      ]),
      // A country that some set lists in part stands apart from its regions.
      partly.has(country) ? code.length > 2 : null,
    ].join()
  })
}

function oneOfEach(codes: readonly string[], classOf: (code: string) => string): readonly string[] {
  const found = new Map<string, string>()
  for (const code of codes) {
    const key = classOf(code)
    if (!found.has(key)) found.set(key, code)
  }
  return [...found.values()]
}
