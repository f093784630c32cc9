// The two headers by which a proxy says for whom it speaks, read strictly: every form that is not plainly an address is a fault.
// Neither function knows whom to trust; client-address.ts does.
import { canonicalAddress } from './address.ts'

/** One hop as a proxy wrote it, unread: only hops on the way to the client are, so that a client's long list costs nothing. */
export type Hop = string | undefined

/** The hops of X-Forwarded-For, oldest first. */
export function forwardedForHops(value: string): Hop[] {
  return value.split(',')
}

/** The canonical address of a hop of X-Forwarded-For. It may carry a port; for IPv6 only `[v6]:port` can. */
export function forwardedForAddress(hop: Hop): string | undefined {
  return hop === undefined ? undefined : addressWithPort(trimOws(hop), false)
}

/** The canonical address of a hop of Forwarded. */
export function forwardedAddress(hop: Hop): string | undefined {
  return hop === undefined ? undefined : addressWithPort(hop, true)
}

/**
 * The hops of Forwarded (RFC 7239), oldest first; undefined if the field as a whole breaks the grammar. It is read as a whole,
 * because a quoted string may hold commas: a client that opens a quote must not be able to swallow what the proxy appended.
 */
export function forwardedHops(value: string): Hop[] | undefined {
  const hops: Hop[] = []
  let position = 0
  for (;;) {
    const parameters = new Map<string, string>()
    for (;;) {
      pair.lastIndex = position
      const match = pair.exec(value)
      if (match === null) return undefined
      const [whole, name = '', token, quoted] = match
      const key = name.toLowerCase()
      // RFC 7239 §4: each parameter occurs at most once in an element.
      if (parameters.has(key)) return undefined
      parameters.set(key, token ?? (quoted ?? '').replace(/\\(.)/g, '$1'))
      position += whole.length
      if (value[position] !== ';') break
      position += 1
    }
    hops.push(parameters.get('for'))
    separator.lastIndex = position
    const match = separator.exec(value)
    if (match === null) return position === value.length || /^[ \t]+$/.test(value.slice(position)) ? hops : undefined
    position += match[0].length
  }
}

// token and quoted-string of RFC 9110 §5.6.2 and §5.6.4, ASCII only
const token = "[!#$%&'*+.^_`|~0-9A-Za-z-]+"
const pair = new RegExp(`(${token})=(?:(${token})|"((?:[\\t !#-\\[\\]-~]|\\\\[\\t -~])*)")`, 'y')
const separator = /[ \t]*,[ \t]*/y

/**
 * `203.0.113.7`, `203.0.113.7:49152`, `[2001:db8::1]`, `[2001:db8::1]:443`; outside Forwarded also a bare IPv6 address.
 * RFC 7239 §6 demands the brackets, and allows an obfuscated port. `unknown` and `_hidden` are no addresses.
 */
function addressWithPort(text: string, strictBrackets: boolean): string | undefined {
  const bracketed = /^\[([0-9A-Fa-f:.]+)\](?::(.+))?$/.exec(text)
  if (bracketed !== null) {
    const [, address = '', port] = bracketed
    return address.includes(':') && isPort(port, strictBrackets) ? canonicalAddress(address) : undefined
  }
  const colons = text.split(':').length - 1
  if (colons >= 2) return strictBrackets ? undefined : canonicalAddress(text)
  const [address = '', port] = text.split(':')
  return isPort(port, strictBrackets) && !(colons === 1 && port === undefined) ? canonicalAddress(address) : undefined
}

function isPort(port: string | undefined, obfuscated: boolean): boolean {
  if (port === undefined) return true
  if (obfuscated && /^_[A-Za-z0-9._-]+$/.test(port)) return true
  return /^\d{1,5}$/.test(port) && Number(port) <= 65_535
}

/** Optional white space of RFC 9110 §5.6.3: blank and tab only. A loop, because `[ \t]+$` takes quadratic time. */
function trimOws(text: string): string {
  let start = 0
  let end = text.length
  while (start < end && (text[start] === ' ' || text[start] === '\t')) start += 1
  while (end > start && (text[end - 1] === ' ' || text[end - 1] === '\t')) end -= 1
  return text.slice(start, end)
}
