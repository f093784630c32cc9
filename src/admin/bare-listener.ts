// What every listener for operators and officers has, whoever it speaks for: strict requests, one shape of refusal, JSON and nothing
// else, and no route without a word on who may call it.
import type { Socket } from 'node:net'
import Fastify, { type FastifyInstance, type FastifyRequest } from 'fastify'
import { readJson } from '../json/index.ts'
import { limits } from '../limits.ts'
import type { AdminRole } from '../vocabulary/settings.ts'
import { type AdminRefusal, type Asker, admit, type Identifies, refuse } from './admission.ts'

declare module 'fastify' {
  interface FastifyContextConfig {
    /** Who may call the route: roles, `anybody` for what carries no secret, or whoever the listener itself knows. */
    readonly access?: readonly AdminRole[] | 'anybody' | 'gates'
  }
  interface FastifyRequest {
    /** Null on a route that needs no role. */
    asker: Asker | null
  }
}

export interface BareListener {
  /** Options of node's server, `http` or `https`. */
  readonly server: object
  /** Who asks, by their token. */
  readonly parts: Identifies
  /** Who calls a route whose access is `gates`; null: one of them. Nobody is unless given. */
  readonly admitGate?: (request: FastifyRequest) => AdminRefusal | null
}

/** Without a route. */
export function createBareListener({ server, parts, admitGate = () => noGate }: BareListener): FastifyInstance {
  const app: FastifyInstance = Fastify({
    logger: false,
    bodyLimit: limits.adminBodyBytes,
    exposeHeadRoutes: false,
    clientErrorHandler: refuseProtocolError,
    frameworkErrors: (_error, _request, reply) => void refuse(reply, unreadable('the request target cannot be read')),
    ...server,
  })

  app.addHook('onRoute', ({ config, method, url }) => {
    if (config?.access === undefined) throw new Error(`admin route without access: ${String(method)} ${url}`)
  })
  app.decorateRequest('asker', null)
  app.addHook('onRequest', async (request, reply) => {
    const { access = [] } = request.routeOptions.config
    if (access === 'anybody' || request.is404) return
    if (access === 'gates') {
      const refusal = admitGate(request)
      if (refusal !== null) await refuse(reply, refusal)
      return
    }
    const admitted = await admit(parts, request, access)
    if ('status' in admitted) await refuse(reply, admitted)
    else request.asker = admitted
  })
  app.removeAllContentTypeParsers()
  app.addContentTypeParser('application/json', { parseAs: 'buffer' }, (_request, body, done) => {
    const reading = readJson(body as Buffer)
    if (reading.kind === 'value') done(null, reading.value)
    else done(Object.assign(new Error(reading.message), { statusCode: 400, code: reading.reason }))
  })
  app.setErrorHandler((error: FoundError, _request, reply) => refuse(reply, refusalOf(error)))
  app.setNotFoundHandler((_request, reply) =>
    refuse(reply, { status: 404, code: 'route_unknown', message: 'there is no such page here' }),
  )
  return app
}

const noGate: AdminRefusal = { status: 401, code: 'token_absent', message: 'no gate is asked for here' }

type FoundError = Error & { readonly statusCode?: number; readonly code?: string }

const unreadable = (message: string): AdminRefusal => ({ status: 400, code: 'request_unreadable', message })

/** Ours say what is wrong; Fastify's are told in our words, and a defect in none. */
function refusalOf({ code, statusCode = 500, message }: FoundError): AdminRefusal {
  if (code === 'log_unavailable') return { status: 503, code, message }
  if (code === 'request_unreadable' || code === 'request_ambiguous' || code === 'too_large')
    return { status: statusCode, code, message }
  if (statusCode === 413) return { status: 413, code: 'too_large', message: 'the body is too large' }
  if (statusCode === 415) return { status: 415, code: 'media_type', message: 'the body must be `application/json`' }
  if (statusCode < 500) return unreadable('the request cannot be read')
  return { status: 500, code: 'fault', message: 'the request ended in a fault' }
}

const protocolErrors: Readonly<Record<string, readonly [line: string, code: string]>> = {
  HPE_HEADER_OVERFLOW: ['431 Request Header Fields Too Large', 'too_large'],
  ERR_HTTP_REQUEST_TIMEOUT: ['408 Request Timeout', 'timeout'],
}

/** What is not HTTP/1.1 is answered in the same shape, and the connection closed. */
function refuseProtocolError(error: NodeJS.ErrnoException, socket: Socket): void {
  if (error.code === 'ECONNRESET' || !socket.writable) return void socket.destroy()
  const [line, code] = protocolErrors[error.code ?? ''] ?? ['400 Bad Request', 'request_unreadable']
  const body = JSON.stringify({ error: { code, message: 'this is no request of HTTP/1.1 that is read here' } })
  socket.end(
    `HTTP/1.1 ${line}\r\nConnection: close\r\nContent-Type: application/json\r\nCache-Control: no-store\r\nContent-Length: ${body.length}\r\n\r\n${body}`,
  )
}
