// Named lists become sets of countries and regions.

import type { Bundle, CodeSet } from '../bundle/bundle.ts'
import type { PlaceSet } from '../engine/predicates/place.ts'

export type Resolver = (codes: CodeSet) => PlaceSet

/** Lists belong to a regime: for EAR groups Hong Kong counts as China, while Macao stays itself. */
export function listResolver(bundle: Bundle): Resolver {
  const members = new Map(
    bundle.lists.map(({ id, regime, members }) => [
      id,
      regime === 'ear' && members.includes('CN') ? [...members, 'HK'] : members,
    ]),
  )
  // Thousands of directives name the same few sets.
  const known = new Map<string, PlaceSet>()
  const resolve = ({ lists, codes }: CodeSet): PlaceSet => {
    const all = [...codes, ...lists.flatMap((id) => members.get(id) ?? [])]
    const countries = new Set(all.filter((code) => code.length === 2))
    const regions = new Set(all.filter((code) => code.length > 2 && !countries.has(code.slice(0, 2))))
    return { countries, regions, partly: new Set([...regions].map((code) => code.slice(0, 2))) }
  }
  return (codes) => {
    const key = JSON.stringify([codes.lists, codes.codes])
    const found = known.get(key) ?? resolve(codes)
    known.set(key, found)
    return found
  }
}
