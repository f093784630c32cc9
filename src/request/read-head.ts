// Request line and framing headers: whatever two HTTP parsers could read differently is refused here, before anybody asks
// who is calling. Promises: HTTP/1.1, origin-form target of plain characters, at most one of each header that matters and no
// spelling with `_` beside it, which CGI-like servers fold into the same name.

import { limits } from '../limits.ts'
import { namesOf, type RequestStart, soleValueOf } from './header-fields.ts'
import { asksForSocket } from './read-upgrade.ts'
import { type Refused, refused } from './refused.ts'

export interface RequestHead {
  readonly kind: 'head'
  /** Declared length of the body; null where none is declared. */
  readonly contentLength: number | null
  /** A body is announced, by length or by chunks. */
  readonly hasBody: boolean
}

/** Fields that decide what the request is or who sends it: each may stand once. */
const single: ReadonlySet<string> = new Set([
  'anthropic-beta',
  'anthropic-version',
  'api-key',
  'authorization',
  'content-encoding',
  'content-length',
  'content-type',
  'expect',
  'host',
  'sec-websocket-key',
  'sec-websocket-protocol',
  'sec-websocket-version',
  'transfer-encoding',
  'upgrade',
  'x-api-key',
  'x-goog-api-key',
])
/** Read by src/location, which joins repeated fields; a variant with `_` is still somebody else's reading of them. */
const repeatable: ReadonlySet<string> = new Set(['forwarded', 'x-forwarded-for'])

// The target's own characters (RFC 3986 §3.3, §3.4) without `%`, but for the few escapes that a row of the route table accepts:
// everything that is encoded twice, dotted or backslashed is somebody else's path.
const pathPattern = /^\/[A-Za-z0-9._~:@!$&'()*+,;=/-]*$/
const queryPattern = /^[A-Za-z0-9._~:@!$&'()*+,;=/?%[\]-]*$/
const hostPattern = /^(?:[A-Za-z0-9._-]+|\[[0-9A-Fa-f:.]+\])(?::\d{1,5})?$/
const lengthPattern = /^(?:0|[1-9]\d{0,14})$/
const none: ReadonlySet<string> = new Set()
const visible = /^[\x20-\x7e]*$/

/**
 * Takes the request as received, and the escapes (`%3A`) that a path may hold; gives its head, or the first thing about it that is
 * malformed. Pure and total.
 */
export function readHead(start: RequestStart, escapes: ReadonlySet<string> = none): RequestHead | Refused {
  return lineFault(start, escapes) ?? fieldFault(start.rawHeaders) ?? framing(start.rawHeaders)
}

function lineFault(start: RequestStart, escapes: ReadonlySet<string>): Refused | undefined {
  const { method, target, httpVersion } = start
  if (httpVersion !== '1.1') return refused('request_unreadable', 'only HTTP/1.1 is spoken here', 505)
  if (!/^[A-Z]{1,16}$/.test(method)) return refused('request_unreadable', 'the method is not one of HTTP')
  // A client that cannot set headers on an upgrade has its token in the query.
  const longest = limits.targetBytes + (asksForSocket(start) ? limits.tokenBytes : 0)
  if (target.length > longest) return refused('too_large', 'the request target is too long', 414)
  const mark = target.indexOf('?')
  const whole = mark < 0 ? target : target.slice(0, mark)
  const path =
    escapes.size === 0 || !whole.includes('%')
      ? whole
      : whole.replace(/%../g, (escape) => (escapes.has(escape) ? '' : escape))
  if (!pathPattern.test(path)) {
    return refused('request_unreadable', 'the path must begin with `/` and hold plain characters without `%` or `#`')
  }
  if (mark >= 0 && !queryPattern.test(target.slice(mark + 1))) {
    return refused('request_unreadable', 'the query holds characters that do not belong there')
  }
  return undefined
}

function fieldFault(rawHeaders: readonly string[]): Refused | undefined {
  if (rawHeaders.length > limits.headerCount * 2) return refused('too_large', 'too many header fields', 431)
  const names = namesOf(rawHeaders)
  for (let index = 0; index < names.length; index++) {
    const name = names[index] ?? ''
    const meant = name.includes('_') ? name.replaceAll('_', '-') : name
    if (!single.has(meant)) {
      if (name !== meant && repeatable.has(meant)) return variant(meant)
      continue
    }
    if (name !== meant) return variant(meant)
    if (names.indexOf(name) < index) return refused('request_ambiguous', `the header \`${name}\` stands more than once`)
    if (!visible.test(rawHeaders[2 * index + 1] ?? '')) {
      return refused('request_unreadable', `the header \`${name}\` holds characters that are not visible ASCII`)
    }
  }
  return undefined
}

function variant(name: string): Refused {
  return refused('request_ambiguous', `a variant of the header \`${name}\` is spelt with \`_\``)
}

function framing(rawHeaders: readonly string[]): RequestHead | Refused {
  const host = soleValueOf(rawHeaders, 'host')
  if (host === null || !hostPattern.test(host))
    return refused('request_unreadable', 'one valid `host` header is required')
  const expect = soleValueOf(rawHeaders, 'expect')
  if (expect !== null && expect.toLowerCase() !== '100-continue') {
    return refused('request_unreadable', 'only `100-continue` may be expected')
  }
  const length = soleValueOf(rawHeaders, 'content-length')
  if (length !== null && !lengthPattern.test(length)) {
    return refused('request_unreadable', 'the content length is not a number')
  }
  const coding = soleValueOf(rawHeaders, 'transfer-encoding')
  if (coding !== null && coding.toLowerCase() !== 'chunked') {
    return refused('request_unreadable', 'the only transfer coding is `chunked`')
  }
  if (coding !== null && length !== null) {
    return refused('request_ambiguous', 'a request has a content length or a transfer coding, not both')
  }
  const contentLength = length === null ? null : Number(length)
  return { kind: 'head', contentLength, hasBody: coding !== null || (contentLength ?? 0) > 0 }
}
