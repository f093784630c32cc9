// What one value of portcullis.yaml may look like. Every scalar arrives as text; each of these says what it must be and turns it
// into a plain value. A message never holds the text itself: it may have come from the environment (see substitute.ts).
import { BlockList, isIP } from 'node:net'
import { z } from 'zod'

/** A schema that reads text. Its words for people (`shape`) stand in its metadata, for messages and for the settings page. */
export type Scalar<T> = z.ZodType<T, string>

export interface Wrong {
  readonly wrong: string
}

const isWrong = (value: unknown): value is Wrong => typeof value === 'object' && value !== null && 'wrong' in value

/** @param shape says how to write it: "a duration such as `10s`". */
export function scalar<T>(shape: string, read: (text: string) => NoInfer<T> | Wrong): Scalar<T> {
  return z
    .string()
    .transform((text, context): T => {
      const value = read(text)
      if (!isWrong(value)) return value
      context.issues.push({ code: 'custom', message: value.wrong, input: text })
      return z.NEVER
    })
    .meta({ shape })
}

const millisecondsIn: Readonly<Record<string, number>> = { ms: 1, s: 1_000, m: 60_000, h: 3_600_000, d: 86_400_000 }

/** Milliseconds. `least` and `most` are in milliseconds too. */
export function duration(least: number, most: number): Scalar<number> {
  const shape = 'a duration such as `250ms`, `10s`, `5m`, `1h` or `7d`'
  return scalar(shape, (text) => {
    const match = /^(0|[1-9]\d{0,8})(ms|s|m|h|d)$/.exec(text)
    if (match === null) return { wrong: `is no duration: write ${shape}` }
    const value = Number(match[1]) * (millisecondsIn[match[2] ?? ''] ?? Number.NaN)
    if (value < least || value > most) {
      return { wrong: `is out of range: at least ${showDuration(least)}, at most ${showDuration(most)}` }
    }
    return value
  })
}

export function showDuration(ms: number): string {
  const unit = Object.keys(millisecondsIn).findLast((name) => ms % (millisecondsIn[name] ?? 1) === 0 && ms > 0) ?? 'ms'
  return `${ms / (millisecondsIn[unit] ?? 1)}${unit}`
}

export function count(least: number, most: number): Scalar<number> {
  return scalar('a whole number', (text) => {
    if (!/^(0|[1-9]\d{0,14})$/.test(text))
      return { wrong: 'is no whole number: write digits only, without a leading zero' }
    const value = Number(text)
    return value < least || value > most ? { wrong: `is out of range: at least ${least}, at most ${most}` } : value
  })
}

/** Bytes. */
export function size(least: number, most: number): Scalar<number> {
  const factor: Readonly<Record<string, number>> = { '': 1, KiB: 1_024, MiB: 1_048_576, GiB: 1_073_741_824 }
  const shape = 'a number of bytes, or a size such as `512KiB` or `4MiB`'
  return scalar(shape, (text) => {
    const match = /^([1-9]\d{0,11})(KiB|MiB|GiB)?$/.exec(text)
    if (match === null) return { wrong: `is no size: write ${shape}` }
    const value = Number(match[1]) * (factor[match[2] ?? ''] ?? Number.NaN)
    return value < least || value > most
      ? { wrong: `is out of range: at least ${least}, at most ${most} bytes` }
      : value
  })
}

/** A flag is `true` or `false`: `yes`, `on` and `NO` mean different things to different readers of YAML. */
export const flag: Scalar<boolean> = scalar('`true` or `false`', (text) =>
  text === 'true' || text === 'false' ? text === 'true' : { wrong: 'is neither `true` nor `false`' },
)

/** A risk that the operator takes in so many words. */
export const accepted: Scalar<true> = scalar('the word `accepted`, or no such key', (text) =>
  text === 'accepted' ? true : { wrong: 'is not the word `accepted`: write that, or take the key out' },
)

export function word<const W extends string>(...words: readonly W[]): Scalar<W> {
  const shape = words.map((one) => `\`${one}\``).join(', ')
  return scalar(shape, (text) => words.find((one) => one === text) ?? { wrong: `is none of ${shape}` })
}

/** Visible text of one line, as identifiers and claim names are. */
export const identifier: Scalar<string> = scalar('text without blanks', (text) =>
  /^[\x21-\x7e]{1,512}$/.test(text) ? text : { wrong: 'must be 1 to 512 visible ASCII characters without blanks' },
)

/** Goes into a header as it stands, so it must not be able to end one. */
export const headerValue: Scalar<string> = scalar('a key of the model API, by `${NAME}` or `${file:PATH}`', (text) =>
  /^[\x21-\x7e]{1,4096}$/.test(text) ? text : { wrong: 'must be visible ASCII characters without blanks or line ends' },
)

/** `host:port`; IPv6 in brackets. Port 0 lets the system choose. */
export const listenAddress: Scalar<{ readonly host: string; readonly port: number }> = scalar(
  '`host:port`, for example `127.0.0.1:8080` or `[::1]:8080`',
  (text) => {
    const match = /^(?:\[([^\]]+)\]|([^:[\]]+)):(\d{1,5})$/.exec(text)
    const host = match?.[1] ?? match?.[2] ?? ''
    const port = Number(match?.[3] ?? Number.NaN)
    const known = match?.[1] !== undefined ? isIP(host) === 6 : isIP(host) === 4 || host === 'localhost'
    if (!known) return { wrong: 'is no address to listen on: write `IP:port`, IPv6 in brackets' }
    return port <= 65_535 ? { host, port } : { wrong: 'has a port above 65535' }
  },
)

/** One range of addresses; a bare address is a range of one. The host part must be zero, or two readers may disagree on it. */
export const cidr: Scalar<string> = scalar('a range such as `10.0.0.0/8` or `2001:db8::/32`', (text) => {
  const [address = '', length, more] = text.split('/')
  const version = isIP(address)
  if (/^::ffff:/i.test(address)) return { wrong: 'is an IPv4 range in IPv6 dress: write it as IPv4' }
  if (version === 0 || more !== undefined || address.includes('%')) return { wrong: 'is no range of IP addresses' }
  const bits = version === 4 ? 32 : 128
  if (length === undefined) return `${address}/${bits}`
  if (!/^(0|[1-9]\d{0,2})$/.test(length) || Number(length) > bits)
    return { wrong: `has no prefix length of 0 to ${bits}` }
  if (!startsItsRange(address, Number(length), version)) return { wrong: 'has bits set beyond its prefix length' }
  return text
})

function startsItsRange(address: string, length: number, version: number): boolean {
  const bytes = version === 4 ? address.split('.').map(Number) : bytesOf6(address)
  return bytes.every((byte, index) => {
    const kept = Math.min(8, Math.max(0, length - index * 8))
    return (byte & (0xff >> kept)) === 0
  })
}

function bytesOf6(address: string): readonly number[] {
  // The URL parser writes IPv6 in one canonical form, with hexadecimal groups only (WHATWG URL, host serializing).
  const [head = '', tail] = new URL(`http://[${address}]`).hostname.slice(1, -1).split('::')
  const groups = (part: string): number[] =>
    part === '' ? [] : part.split(':').map((group) => Number.parseInt(group, 16))
  const left = groups(head)
  const right = tail === undefined ? [] : groups(tail)
  const all = [...left, ...Array.from({ length: 8 - left.length - right.length }, () => 0), ...right]
  return all.flatMap((group) => [group >> 8, group & 0xff])
}

/** ISO 3166-1 alpha-2 in upper case, by the code that is in force: `UK` and `SU` are aliases that the ICU tables know. */
export const country: Scalar<string> = scalar('an ISO 3166-1 alpha-2 code in upper case, for example `DE`', (text) => {
  const names = new Intl.DisplayNames(['en'], { type: 'region', fallback: 'none' })
  const noCountry = ['AC', 'CP', 'CQ', 'DG', 'EA', 'EU', 'EZ', 'IC', 'QO', 'TA', 'UN', 'XA', 'XB', 'ZZ']
  if (!/^[A-Z]{2}$/.test(text)) return { wrong: 'is no ISO 3166-1 alpha-2 code: write two capital letters' }
  const canonical = new Intl.Locale(`und-${text}`).region
  if (names.of(text) === undefined || noCountry.includes(text)) return { wrong: 'is no country of ISO 3166-1' }
  return canonical === text ? text : { wrong: `is no code of ISO 3166-1: write \`${canonical}\`, or what you mean` }
})

export const region: Scalar<string> = scalar('an ISO 3166-2 code, for example `UA-43`', (text) =>
  /^[A-Z]{2}-[A-Z0-9]{1,3}$/.test(text) ? text : { wrong: 'is no ISO 3166-2 code such as `UA-43`' },
)

/** Loopback by address or by the one name that RFC 6761 §6.3 keeps for it. */
export function isLoopback(host: string): boolean {
  const bare = host.replace(/^\[|\]$/g, '')
  const list = new BlockList()
  list.addSubnet('127.0.0.0', 8, 'ipv4')
  list.addAddress('::1', 'ipv6')
  const version = isIP(bare)
  return version === 0 ? bare === 'localhost' : list.check(bare, version === 6 ? 'ipv6' : 'ipv4')
}

/** An http(s) URL without credentials, query, fragment or trailing slash. Whether plain http is fine, its section says. */
export function webUrl(shape: string): Scalar<string> {
  return scalar(shape, (text) => {
    if (!URL.canParse(text)) return { wrong: 'is no URL' }
    const url = new URL(text)
    if (url.protocol !== 'https:' && url.protocol !== 'http:') return { wrong: 'is no https URL' }
    if (url.username !== '' || url.password !== '') return { wrong: 'holds a user name or password: take it out' }
    if (text.includes('?') || text.includes('#')) return { wrong: 'has a query or a fragment: take it out' }
    if (/[\s\\]/.test(text)) return { wrong: 'holds a blank or a backslash' }
    return text
  })
}
