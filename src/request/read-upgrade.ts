// The opening handshake of a WebSocket (RFC 6455 §4.2.1): accepted by an operation that is a WebSocket and by nothing else (threat S6).
// Any other wish to leave HTTP stays a wish: the request is answered in HTTP/1.1, and none of it goes on (RFC 9110 §7.8). No extension
// is agreed on, so that a compressed frame ends the connection.

import { type RequestStart, soleValueOf, valuesOf } from './header-fields.ts'
import { type Refused, refused } from './refused.ts'
import type { SocketShape } from './sockets/socket-shape.ts'

export interface Upgrade {
  readonly kind: 'upgrade'
  /** The subprotocol that is answered; null: none was offered. */
  readonly protocol: string | null
}

const keyPattern = /^[+/0-9A-Za-z]{22}==$/
const tokenPattern = /^[!#$%&'*+.^_`|~0-9A-Za-z-]+$/
/** Where OpenAI's SDK for browsers puts its key. */
const keyProtocol = 'openai-insecure-api-key.'
/** What it says there of the account, which is the gateway's, and of operations that the route table lacks: left out. */
const leftOut = /^openai-(?:organization|project|beta)\./

/** Whether the request asks to become a WebSocket: it is then handed over with its bare connection. */
export function asksForSocket({ method, rawHeaders }: Pick<RequestStart, 'method' | 'rawHeaders'>): boolean {
  if (method !== 'GET' || soleValueOf(rawHeaders, 'upgrade')?.toLowerCase() !== 'websocket') return false
  return valuesOf(rawHeaders, 'connection').some((value) =>
    value.split(',').some((option) => option.trim().toLowerCase() === 'upgrade'),
  )
}

/** Takes what the route says of its socket; gives what was agreed on, null where the route is none and none is asked for. Pure. */
export function readUpgrade(
  socket: SocketShape | null,
  start: Pick<RequestStart, 'method' | 'rawHeaders'>,
): Upgrade | Refused | null {
  const { rawHeaders } = start
  const asks = asksForSocket(start)
  if (socket === null) return asks ? refused('request_unreadable', 'this operation takes no upgrade') : null
  if (!asks) return refused('request_unreadable', 'this operation is a WebSocket: ask for the upgrade to `websocket`')
  if (soleValueOf(rawHeaders, 'sec-websocket-version') !== '13') {
    return refused('request_unreadable', 'the WebSocket version is 13')
  }
  if (!keyPattern.test(soleValueOf(rawHeaders, 'sec-websocket-key') ?? '')) {
    return refused('request_unreadable', 'the header `sec-websocket-key` is missing or malformed')
  }
  return readProtocols(socket, rawHeaders)
}

/** A client that offers subprotocols needs one of them answered; the one that carries its credential never is. */
function readProtocols({ protocols }: SocketShape, rawHeaders: readonly string[]): Upgrade | Refused {
  const value = soleValueOf(rawHeaders, 'sec-websocket-protocol')
  if (value === null) return { kind: 'upgrade', protocol: null }
  const offered = value.split(',').map((each) => each.trim())
  if (offered.some((each) => !tokenPattern.test(each)) || new Set(offered).size !== offered.length) {
    return refused('request_unreadable', 'the header `sec-websocket-protocol` is malformed')
  }
  const said = offered.filter((each) => !each.startsWith(keyProtocol) && !leftOut.test(each))
  const [protocol] = said
  if (protocol === undefined || said.some((each) => !protocols.includes(each))) {
    return refused('request_unreadable', 'the header `sec-websocket-protocol` offers no protocol that is spoken here')
  }
  return { kind: 'upgrade', protocol }
}
