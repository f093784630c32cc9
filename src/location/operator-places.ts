// `places`: what the operator says of their own networks. The most specific range wins, as in a routing table.
import type { OperatorPlace } from '../vocabulary/settings.ts'
import { type CidrSet, cidrSet, keyOf, readCidr } from './cidr.ts'

export interface OperatorPlaces {
  /** Takes a canonical address. */
  find(address: string): OperatorPlace | undefined
}

/** Throws a RangeError for a range that cannot be read or stands twice. */
export function operatorPlaces(places: readonly OperatorPlace[]): OperatorPlaces {
  const seen = new Set<string>()
  const rows: { place: OperatorPlace; range: CidrSet; length: number }[] = []
  for (const place of places) {
    const cidr = readCidr(place.cidr)
    const key = keyOf(cidr)
    if (seen.has(key)) throw new RangeError(`\`${place.cidr}\` stands twice in \`places\``)
    seen.add(key)
    rows.push({ place, range: cidrSet([place.cidr]), length: cidr.length })
  }
  rows.sort((a, b) => b.length - a.length)
  return { find: (address) => rows.find(({ range }) => range.has(address))?.place }
}
