// The two handshakes of a relayed WebSocket: ours with the client, and ours with the model API. Neither agrees on an extension: a
// frame that is compressed all the same breaks the protocol and ends its connection.
import type { IncomingMessage } from 'node:http'
import type { Socket } from 'node:net'
import { WebSocket, WebSocketServer } from 'ws'
import type { Dispatch } from '../enforcement/index.ts'
import { limits } from '../limits.ts'

export interface Shaken {
  readonly ws: WebSocket
  readonly connection: Socket
}

/** Of both ends. Invalid UTF-8 in a text is refused by `ws` itself (1007), a masked or reserved bit out of place as well (1002). */
const strict = {
  perMessageDeflate: false,
  skipUTF8Validation: false,
  autoPong: true,
  maxFragments: limits.socketFragments,
  closeTimeout: limits.drainLastMs,
} as const

export interface ClientHandshake {
  readonly request: IncomingMessage
  readonly connection: Socket
  /** What was read behind the request's head. */
  readonly head: Buffer
  /** Decision id of the upgrade. */
  readonly id: string
  readonly protocol: string | null
  readonly maxPayload: number
}

/** @returns null where the client has left meanwhile */
export function acceptClient(handshake: ClientHandshake): Promise<Shaken | null> {
  const { request, connection, head, id, protocol, maxPayload } = handshake
  const server = new WebSocketServer({
    ...strict,
    noServer: true,
    clientTracking: false,
    maxPayload,
    // Never the first that is offered: that may be the credential.
    handleProtocols: () => protocol ?? false,
  })
  server.on('headers', (headers) => headers.push(`Portcullis-Decision: ${id}`))
  return new Promise((resolve) => {
    if (connection.destroyed) return resolve(null)
    connection.once('close', () => resolve(null))
    server.handleUpgrade(request, connection, head, (ws) => {
      // Nothing is read before somebody listens.
      ws.pause()
      resolve({ ws, connection })
    })
  })
}

/** A model API that did not open a WebSocket, and the status that it answered instead; null: none. */
export class HandshakeFailed extends Error {
  readonly status: number | null

  constructor(message: string, status: number | null) {
    super(message)
    this.status = status
  }
}

/** TLS verified, no redirects, no extension, no subprotocol, nothing retried. @throws HandshakeFailed */
export function connectUpstream({ upstream, path, headers }: Dispatch, signal: AbortSignal): Promise<Shaken> {
  const { protocol, host, pathname } = new URL(upstream.url)
  const scheme = protocol === 'https:' ? 'wss:' : 'ws:'
  const ws = new WebSocket(`${scheme}//${host}${pathname.replace(/\/$/, '')}${path}`, [], {
    ...strict,
    headers: Object.fromEntries(headers),
    followRedirects: false,
    handshakeTimeout: limits.socketHandshakeMs,
    maxPayload: limits.socketMessageBytes,
    rejectUnauthorized: true,
  })
  const { promise, resolve, reject } = Promise.withResolvers<Shaken>()
  const fail = (message: string, status: number | null = null): void => {
    reject(new HandshakeFailed(message, status))
    ws.terminate()
  }
  const failWith = (error: Error): void => fail(error.message)
  const leave = (): void => fail('the conversation ended before it was open')
  let connection: Socket | undefined
  signal.addEventListener('abort', leave)
  ws.on('error', failWith)
  ws.once('unexpected-response', (request, { statusCode = null }) => {
    fail(`it answered ${statusCode} to the upgrade`, statusCode)
    request.destroy()
  })
  ws.once('upgrade', ({ socket }) => {
    connection = socket
  })
  ws.once('open', () => {
    signal.removeEventListener('abort', leave)
    ws.off('error', failWith)
    // Nothing is read before somebody listens.
    ws.pause()
    if (connection !== undefined) resolve({ ws, connection })
  })
  return promise
}
