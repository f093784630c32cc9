// From a client's address to the one that a database can be asked about. Pure.
// Invariant: an address that was taken out of a tunnel's must be public: 6to4 around 10.0.0.1 must not reach an operator's place
// for 10.0.0.0/8.
import { embeddedIpv4, familyOf, sixToFour } from './address.ts'
import { type Cidr, type CidrSet, cidrSet, readCidr } from './cidr.ts'
import { isReserved } from './reserved.ts'

export interface Nat64 {
  readonly prefixes: readonly { readonly cidr: Cidr; readonly range: CidrSet }[]
}

const lengths = [32, 40, 48, 56, 64, 96]

/** Compiles `geo.nat64-prefixes`. Throws a RangeError for what RFC 6052 §2.2 does not allow. */
export function nat64(prefixes: readonly string[]): Nat64 {
  return {
    prefixes: prefixes.map((text) => {
      const cidr = readCidr(text)
      if (cidr.family !== 'ipv6' || !lengths.includes(cidr.length))
        throw new RangeError(`\`${text}\` is no NAT64 prefix: RFC 6052 has the lengths ${lengths.join(', ')}`)
      return { cidr, range: cidrSet([text]) }
    }),
  }
}

/** The public address that stands for a canonical address, or undefined where it says nothing about a place. */
export function usableAddress(address: string, { prefixes }: Nat64): string | undefined {
  const inner = familyOf(address) === 'ipv6' ? innerAddress(address, prefixes) : undefined
  const asked = inner ?? address
  return isReserved(asked) ? undefined : asked
}

function innerAddress(address: string, prefixes: Nat64['prefixes']): string | undefined {
  const outer = sixToFour(address)
  if (outer !== undefined) return outer
  const prefix = prefixes.find(({ range }) => range.has(address))
  // An address under the prefix that breaks RFC 6052 stays as it is: under 64:ff9b::/96 reserved, under one's own prefix a host.
  return prefix === undefined ? undefined : embeddedIpv4(address, prefix.cidr.length)
}
