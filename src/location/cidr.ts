// Address ranges in CIDR notation, tested by Node's own BlockList. IPv4 and IPv6 are kept apart on purpose: a BlockList matches
// IPv4 addresses against mapped IPv6 ranges, so that `::/0` in a list of trusted proxies would trust all of IPv4.
import { BlockList, isIPv4, isIPv6 } from 'node:net'
import { familyOf, groupsOf } from './address.ts'

export interface Cidr {
  readonly network: string
  readonly length: number
  readonly family: 'ipv4' | 'ipv6'
}

/** A set of address ranges. `has` takes canonical addresses only. */
export interface CidrSet {
  has(address: string): boolean
}

/** Reads `network/length`. Throws a RangeError that names what is wrong: no length, host bits, a mapped or zoned network. */
export function readCidr(text: string): Cidr {
  const [network = '', digits, ...rest] = text.split('/')
  const family = isIPv4(network) ? 'ipv4' : isIPv6(network) && !network.includes('%') ? 'ipv6' : undefined
  if (family === undefined)
    throw new RangeError(`\`${text}\` is not an address range: \`${network}\` is not an address`)
  if (digits === undefined || rest.length > 0 || !/^(0|[1-9]\d{0,2})$/.test(digits))
    throw new RangeError(`\`${text}\` is not an address range: write it as network/length`)
  const length = Number(digits)
  if (length > (family === 'ipv4' ? 32 : 128))
    throw new RangeError(`\`${text}\` is not an address range: the length is above ${family === 'ipv4' ? 32 : 128}`)
  const bits = bitsOf(network, family)
  if (bits.slice(length).includes('1')) throw new RangeError(`\`${text}\` has bits set beyond its length`)
  // A mapped address never reaches a test (it is IPv4 by then): such a range would silently match nothing.
  if (family === 'ipv6' && length >= 96 && bits.startsWith(mappedPrefix))
    throw new RangeError(`\`${text}\` is an IPv4-mapped range: write it as IPv4`)
  return { network, length, family }
}

const mappedPrefix = '0'.repeat(80) + '1'.repeat(16)

function bitsOf(address: string, family: 'ipv4' | 'ipv6'): string {
  const parts = family === 'ipv4' ? address.split('.').map(Number) : groupsOf(address)
  return parts.map((part) => part.toString(2).padStart(family === 'ipv4' ? 8 : 16, '0')).join('')
}

/** The same range has the same key, however it is spelled. */
export function keyOf(cidr: Cidr): string {
  return `${cidr.family}:${bitsOf(cidr.network, cidr.family).slice(0, cidr.length)}`
}

/** A set of ranges from their texts. Throws as `readCidr` does. */
export function cidrSet(texts: readonly string[]): CidrSet {
  const lists = { ipv4: new BlockList(), ipv6: new BlockList() }
  for (const text of texts) {
    const { network, length, family } = readCidr(text)
    lists[family].addSubnet(network, length, family)
  }
  return {
    has(address) {
      const family = familyOf(address)
      return lists[family].check(address, family)
    },
  }
}
