// Codes: one country or region for each class of them that a set of predicates can tell apart, "none of these" included.

import { isCountryCode, unitedStatesPlaces } from '../../vocabulary/country.ts'
import { isSubdivisionOf } from '../../vocabulary/subdivision.ts'
import type { PlaceSet } from '../engine/predicates/place.ts'
import { firstOfEach } from './first-of-each.ts'

const letters = 'ABCDEFGHIJKLMNOPQRSTUVWXYZ'.split('')
const digits = '0123456789'.split('')

/** Those that read well in an example come first; the rest in order of the alphabet. */
const countries: readonly string[] = [
  ...new Set([
    'US',
    'DE',
    'IR',
    'CN',
    'PR',
    'IN',
    'FR',
    ...letters.flatMap((first) => letters.map((second) => first + second)).filter(isCountryCode),
  ]),
]

/** As nationalities: the United States, its territories, and the members of each set stand apart. Two of those that no set names, since
 * two lists can differ in them. */
export function countryClasses(sets: readonly ReadonlySet<string>[]): readonly string[] {
  const classOf = (code: string): string =>
    [code === 'US', unitedStatesPlaces.has(code), ...sets.map((set) => set.has(code))].join()
  const first = firstOfEach(countries, classOf)
  const others = countries.filter((code) => !unitedStatesPlaces.has(code) && sets.every((set) => !set.has(code)))
  return [...first, ...others.slice(1, 2)]
}

/** Countries, regions that a set names, and of each country that is listed in part a region that is not listed and one that is none. */
export function placeClasses(sets: readonly PlaceSet[]): readonly string[] {
  const partly = new Set(sets.flatMap((set) => [...set.partly]))
  const named = [...new Set(sets.flatMap((set) => [...set.regions]))].sort()
  const others = [...partly].sort().flatMap((country) => {
    const codes = [...letters, ...digits].flatMap((a) => digits.map((b) => `${country}-${a}${b}`))
    const elsewhere = codes.find((code) => isSubdivisionOf(country, code) && !named.includes(code))
    return [...(elsewhere === undefined ? [] : [elsewhere]), `${country}-ZZZ`]
  })
  return firstOfEach([...countries, ...named, ...others], (code) => {
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
