// HTTP/2, where the settings allow it (`listen.http2`): every stream becomes one HTTP/1.1 request, on a connection of its own to this
// very listener. So there is one reading and one set of rules; nothing is decided and nothing is interpreted here.
//
// What makes such a passage dangerous elsewhere is framing (threat S5): a length that the client states and a body of another. Here no
// length and no framing of the client's goes on: the body is what HTTP/2 framed, written anew in chunks.
import { type ClientRequest, type IncomingMessage, request } from 'node:http'
import {
  constants,
  createServer,
  type Http2Session,
  type IncomingHttpHeaders,
  type ServerHttp2Session,
  type ServerHttp2Stream,
} from 'node:http2'
import type { Socket } from 'node:net'
import { type Duplex, duplexPair } from 'node:stream'
import type { FastifyInstance } from 'fastify'
import { limits } from '../limits.ts'

const preface = Buffer.from('PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n')

/**
 * Lets clients of HTTP/2 in: by what they agree on over TLS, and by their first bytes without. To be called before it listens.
 * @param streams open at once on all connections, at most
 */
export function admitHttp2(app: FastifyInstance, isTls: boolean, streams: number): void {
  const node = app.server
  const event = isTls ? 'secureConnection' : 'connection'
  const listeners = node.listeners(event)
  node.removeAllListeners(event)
  const asHttp1 = (connection: Duplex): void => {
    for (const listener of listeners) Reflect.apply(listener, node, [connection])
  }
  /** What is not, or not yet, one of node's own connections; with its session, once it has one. */
  const connections = new Map<Socket, Http2Session | null>()
  let open = 0

  const front = createServer({
    settings: { enablePush: false, maxConcurrentStreams: limits.http2Streams, maxHeaderListSize: limits.headerBytes },
    maxSessionMemory: limits.http2SessionMiB,
  })
  front.on('sessionError', () => {})
  front.on('stream', (stream: ServerHttp2Stream, _: IncomingHttpHeaders, flags: number, raw: readonly string[]) => {
    stream.on('error', () => {})
    if (open >= streams) return stream.close(constants.NGHTTP2_REFUSED_STREAM)
    open += 1
    stream.once('close', () => {
      open -= 1
    })
    pass(stream, raw, (flags & constants.NGHTTP2_FLAG_END_STREAM) !== 0, asHttp1)
  })
  const asHttp2 = (socket: Socket): void => {
    front.once('session', (session: ServerHttp2Session) => {
      connections.set(socket, session)
      session.on('error', () => session.destroy())
      endIdle(session, socket)
    })
    front.emit('connection', socket)
  }

  node.on(event, (socket: Socket & { readonly alpnProtocol?: string | false }) => {
    connections.set(socket, null)
    socket.once('close', () => connections.delete(socket))
    const take = (isHttp2: boolean): void => {
      if (isHttp2) return asHttp2(socket)
      connections.delete(socket)
      asHttp1(socket)
    }
    if (isTls) take(socket.alpnProtocol === 'h2')
    else tellApart(socket, take)
  })
  // No new streams; those that are open may end.
  const endSessions = (): void => {
    for (const session of connections.values()) session?.close()
  }
  node.once('leaving', endSessions)
  app.addHook('preClose', async () => endSessions())
  // A client that takes nothing of its answer, or does not hang up either, holds up nobody's end.
  const { closeAllConnections } = node
  node.closeAllConnections = () => {
    closeAllConnections.call(node)
    setTimeout(() => {
      for (const socket of connections.keys()) socket.destroy()
    }, limits.drainLastMs).unref()
  }
}

/** Whatever else a client sends: without a stream its connection lasts no longer than an idle one of HTTP/1.1. */
function endIdle(session: ServerHttp2Session, socket: Socket): void {
  let open = 0
  const idle = setTimeout(() => {
    if (open > 0) return
    session.close()
    setTimeout(() => socket.destroy(), limits.drainLastMs).unref()
  }, limits.keepAliveMs)
  session.on('stream', (stream) => {
    open += 1
    stream.once('close', () => {
      open -= 1
      idle.refresh()
    })
  })
  socket.once('close', () => clearTimeout(idle))
}

/** By the first bytes of a connection, which are given back to it. */
function tellApart(socket: Socket, tell: (isHttp2: boolean) => void): void {
  const late = setTimeout(() => socket.destroy(), limits.headersTimeoutMs)
  const fail = (): void => void socket.destroy()
  let seen = Buffer.alloc(0)
  const look = (): void => {
    const chunk = socket.read() as Buffer | null
    if (chunk === null) return
    seen = Buffer.concat([seen, chunk])
    const isLike = preface.subarray(0, seen.length).equals(seen.subarray(0, preface.length))
    if (isLike && seen.length < preface.length) return
    clearTimeout(late)
    socket.off('readable', look).off('error', fail).off('end', fail)
    socket.unshift(seen)
    tell(isLike)
  }
  socket.on('readable', look).on('error', fail).on('end', fail)
  socket.once('close', () => clearTimeout(late))
}

/** Headers that say how one connection of HTTP/1.1 is framed and kept, either way. */
const framing: ReadonlySet<string> = new Set([
  'connection',
  'content-length',
  'keep-alive',
  'proxy-connection',
  'transfer-encoding',
  'upgrade',
])

function pass(
  stream: ServerHttp2Stream,
  raw: readonly string[],
  isWhole: boolean,
  asHttp1: (connection: Duplex) => void,
): void {
  const head = headOf(raw, isWhole)
  // A tunnel, or no request of ours.
  if (head === null) return stream.close(constants.NGHTTP2_HTTP_1_1_REQUIRED)
  const [near, far] = duplexPair()
  const { remoteAddress, remotePort } = stream.session?.socket ?? {}
  Object.defineProperties(far, { remoteAddress: { value: remoteAddress }, remotePort: { value: remotePort } })
  let asked: ClientRequest
  try {
    asked = request({ ...head, createConnection: () => near, setHost: false })
  } catch {
    // A character that no HTTP/1.1 has in its first line or a header.
    near.destroy()
    return stream.close(constants.NGHTTP2_PROTOCOL_ERROR)
  }
  const breakOff = (): void => {
    near.destroy()
    if (!stream.closed) stream.close(constants.NGHTTP2_INTERNAL_ERROR)
  }
  near.on('error', () => {})
  near.once('close', () => {
    far.destroy()
    // All was said: who takes none of it, or goes on with a body that nobody reads, is not waited for.
    const late = setTimeout(() => stream.close(constants.NGHTTP2_CANCEL), limits.writeStallMs)
    stream.once('close', () => clearTimeout(late))
  })
  far.once('close', () => near.destroy())
  asked.on('error', breakOff)
  asked.once('response', (answer) => release(answer, stream, breakOff))
  stream.once('aborted', () => near.destroy())
  stream.once('close', () => near.destroy())
  asHttp1(far)
  if (isWhole) asked.end()
  else stream.pipe(asked)
}

interface Head {
  readonly method: string
  readonly path: string
  /** Names and values in turn, as they came. */
  readonly headers: readonly string[]
}

function headOf(raw: readonly string[], isWhole: boolean): Head | null {
  const headers: string[] = []
  let [method, path] = ['', '']
  for (let index = 0; index < raw.length; index += 2) {
    const [name = '', value = ''] = [raw[index], raw[index + 1]]
    if (name === ':method') method = value
    else if (name === ':path') path = value
    else if (name === ':authority') headers.push('host', value)
    else if (!name.startsWith(':') && !framing.has(name)) headers.push(name, value)
  }
  // Node would write it in capitals.
  if (path === '' || !/^[A-Z]+$/.test(method) || method === 'CONNECT') return null
  headers.push('connection', 'close')
  if (!isWhole) headers.push('transfer-encoding', 'chunked')
  return { method, path, headers }
}

/** The answer as it comes. One that breaks off ends in a reset, never like one that is whole. */
function release(answer: IncomingMessage, stream: ServerHttp2Stream, breakOff: () => void): void {
  if (stream.closed || stream.destroyed) return breakOff()
  const headers: Record<string, string | string[]> = { ':status': String(answer.statusCode) }
  for (const [name, value] of Object.entries(answer.headers)) {
    if (value !== undefined && (!framing.has(name) || name === 'content-length')) headers[name] = value
  }
  try {
    stream.respond(headers)
  } catch {
    // A status or a field that HTTP/2 does not have.
    return breakOff()
  }
  // Answered before all of its body was read, as a refusal may be: the rest is not wanted (RFC 9113 §8.1).
  stream.once('finish', () => {
    if (stream.readableEnded) return
    stream.unpipe().resume()
    stream.close(constants.NGHTTP2_NO_ERROR)
  })
  answer.on('error', breakOff)
  answer.once('close', () => {
    if (!answer.complete) breakOff()
  })
  answer.pipe(stream)
}
