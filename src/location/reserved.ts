// Addresses that say nothing about a place: not globally reachable, or the inside of a tunnel whose other end could be anywhere.
// Sources: IANA IPv4 and IPv6 Special-Purpose Address Registries (RFC 6890 and updates). IPv6 is an allow-list: IANA has only
// ever allocated 2000::/3 as global unicast, so link-local, unique-local, IPv4-compatible, multicast, the NAT64 prefixes and
// whatever is invented next are outside it.
import { familyOf } from './address.ts'
import { cidrSet } from './cidr.ts'

const reserved = cidrSet([
  '0.0.0.0/8', // this network
  '10.0.0.0/8', // private
  '100.64.0.0/10', // carrier-grade NAT
  '127.0.0.0/8', // loopback
  '169.254.0.0/16', // link-local
  '172.16.0.0/12', // private
  '192.0.0.0/24', // IETF protocol assignments
  '192.0.2.0/24', // documentation
  '192.31.196.0/24', // AS112
  '192.52.193.0/24', // AMT
  '192.88.99.0/24', // 6to4 relay anycast
  '192.168.0.0/16', // private
  '192.175.48.0/24', // AS112
  '198.18.0.0/15', // benchmarking
  '198.51.100.0/24', // documentation
  '203.0.113.0/24', // documentation
  '224.0.0.0/4', // multicast
  '240.0.0.0/4', // reserved, broadcast
  '2001::/23', // IETF protocol assignments: Teredo, ORCHID, benchmarking, AMT
  '2001:db8::/32', // documentation
  '2002::/16', // 6to4; whoever can use what is inside has taken it out before asking
  '2620:4f:8000::/48', // AS112
  '3fff::/20', // documentation
])
const globalUnicast = cidrSet(['2000::/3'])

/** Takes a canonical address. */
export function isReserved(address: string): boolean {
  if (reserved.has(address)) return true
  return familyOf(address) === 'ipv6' && !globalUnicast.has(address)
}
