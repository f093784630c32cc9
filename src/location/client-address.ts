// Whose address a request comes from. Pure. Invariant: what a client writes is never believed; only what a trusted proxy
// appended on the right of it is, one proxy after the other.
import { LRUCache } from 'lru-cache'
import { limits } from '../limits.ts'
import { canonicalAddress } from './address.ts'
import { cidrSet } from './cidr.ts'
import { forwardedAddress, forwardedForAddress, forwardedForHops, forwardedHops, type Hop } from './forwarded.ts'

export type ClientAddress =
  | {
      readonly kind: 'address'
      readonly address: string
      /** It is one of the trusted proxies: nobody stands behind it, so the address says nothing about a client's place. */
      readonly proxy: boolean
    }
  | { readonly kind: 'unknown'; readonly why: string }

export interface TrustedProxies {
  readonly header: 'x-forwarded-for' | 'forwarded'
  trusts(address: string): boolean
}

/** Compiles `trusted-proxies`. Throws a RangeError for a range that cannot be read. */
export function trustProxies(settings: {
  readonly cidrs: readonly string[]
  readonly header: 'x-forwarded-for' | 'forwarded'
}): TrustedProxies {
  const trusted = cidrSet(settings.cidrs)
  // Node's BlockList takes half a microsecond for an answer, and each request asks it twice.
  const known = new LRUCache<string, boolean>({ max: limits.trustedAddresses })
  const trusts = (address: string): boolean => {
    let answer = known.get(address)
    if (answer === undefined) known.set(address, (answer = trusted.has(address)))
    return answer
  }
  return { header: settings.header, trusts }
}

/**
 * The client of a request.
 * @param peer remote address of the TCP connection, as Node prints it
 * @param rawHeaders names and values in turn, as received: Node's merged view hides repeated fields
 * @param trusted null: no proxy is trusted, headers are ignored
 */
export function clientAddress(
  peer: string,
  rawHeaders: readonly string[],
  trusted: TrustedProxies | null,
): ClientAddress {
  const address = canonicalAddress(peer)
  if (address === undefined) return unknown('the peer has no usable address')
  if (trusted === null || !trusted.trusts(address)) return { kind: 'address', address, proxy: false }
  const hops = hopsOf(rawHeaders, trusted.header)
  if (hops === undefined) return unknown(`the \`${trusted.header}\` header cannot be read`)
  const read = trusted.header === 'forwarded' ? forwardedAddress : forwardedForAddress
  let nearest = address
  let walked = 0
  while (hops.length > 0) {
    const hop = read(hops.pop())
    walked += 1
    if (walked > limits.forwardedHops) return unknown(`more than ${limits.forwardedHops} trusted proxies in a row`)
    if (hop === undefined) return unknown(`an entry of \`${trusted.header}\` is not an address`)
    if (!trusted.trusts(hop)) return { kind: 'address', address: hop, proxy: false }
    nearest = hop
  }
  return { kind: 'address', address: nearest, proxy: true }
}

/** RFC 9110 §5.3: fields of one name are one list, in order. Undefined: the list breaks its grammar. */
function hopsOf(rawHeaders: readonly string[], header: TrustedProxies['header']): Hop[] | undefined {
  const values: string[] = []
  for (let index = 0; index + 1 < rawHeaders.length; index += 2) {
    const name = rawHeaders[index] ?? ''
    if (name.length === header.length && name.toLowerCase() === header) values.push(rawHeaders[index + 1] ?? '')
  }
  if (values.length === 0) return []
  const joined = values.join(', ')
  return header === 'forwarded' ? forwardedHops(joined) : forwardedForHops(joined)
}

function unknown(why: string): ClientAddress {
  return { kind: 'unknown', why }
}
