// One canonical text per address. Node's own parser is strict (no octal, hexadecimal or short forms, no trailing dot), and its
// SocketAddress prints the RFC 5952 form; what is added here is only what they leave out: zone ids are refused, IPv4-mapped
// addresses become IPv4, and the IPv4 address inside a 6to4 or NAT64 address can be read.
import { isIPv4, isIPv6, SocketAddress } from 'node:net'

/**
 * The canonical text of an address, or undefined for anything else: a name, a port, brackets, a zone id, blanks.
 * `::ffff:a.b.c.d` (RFC 4291 §2.5.5.2) is how a dual-stack socket spells an IPv4 peer, so it is IPv4 here and everywhere.
 */
export function canonicalAddress(text: string): string | undefined {
  if (isIPv4(text)) return text
  // Node's parser accepts a zone id and SocketAddress drops it silently, which would turn a link-local address into another one.
  if (text.includes('%') || !isIPv6(text)) return undefined
  // Only these can be mapped. The first is what Node prints for an IPv4 peer of a dual-stack socket: the common case.
  if (text.startsWith('::ffff:') && isIPv4(text.slice(7))) return text.slice(7)
  if (text.startsWith(':') || text.startsWith('0')) {
    const groups = groupsOf(text)
    if (groups.slice(0, 5).every((group) => group === 0) && groups[5] === 0xffff) return ipv4At(groups, 6)
  }
  return new SocketAddress({ address: text, family: 'ipv6' }).address
}

export function familyOf(address: string): 'ipv4' | 'ipv6' {
  return address.includes(':') ? 'ipv6' : 'ipv4'
}

/** The eight 16-bit groups of a valid IPv6 address without a zone id. */
export function groupsOf(address: string): number[] {
  const [head = '', tail] = address.split('::')
  const before = groupsIn(head)
  if (tail === undefined) return before
  const after = groupsIn(tail)
  return [...before, ...Array.from({ length: 8 - before.length - after.length }, () => 0), ...after]
}

function groupsIn(text: string): number[] {
  if (text === '') return []
  return text.split(':').flatMap((part) => {
    if (!part.includes('.')) return [Number.parseInt(part, 16)]
    const [a = 0, b = 0, c = 0, d = 0] = part.split('.').map(Number)
    return [a * 256 + b, c * 256 + d]
  })
}

function ipv4At(groups: readonly number[], index: number): string {
  const [high = 0, low = 0] = groups.slice(index, index + 2)
  return [high >> 8, high & 255, low >> 8, low & 255].join('.')
}

/** The IPv4 address of a 6to4 address (RFC 3056: 2002:AABB:CCDD::/48), undefined for every other address. */
export function sixToFour(address: string): string | undefined {
  if (!address.startsWith('2002:')) return undefined
  return ipv4At(groupsOf(address), 1)
}

/** The IPv4 address embedded under a NAT64 prefix of this length (RFC 6052 §2.2), undefined if the reserved octet is not zero. */
export function embeddedIpv4(address: string, prefixLength: number): string | undefined {
  const octets = groupsOf(address).flatMap((group) => [group >> 8, group & 255])
  // Bits 64 to 71 ("u") are zero in every such address and no part of the IPv4 address.
  if (prefixLength < 96 && octets[8] !== 0) return undefined
  const start = prefixLength / 8
  const positions = prefixLength === 96 ? [12, 13, 14, 15] : [start, start + 1, start + 2, start + 3]
  let shift = 0
  const bytes = positions.map((position) => {
    if (prefixLength < 96 && position + shift === 8) shift = 1
    return octets[position + shift]
  })
  return bytes.join('.')
}
