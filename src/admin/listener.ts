// The admin listener: its own port, never reachable through the data port. Everything but liveness, readiness and metrics asks for
// a Bearer token of a configured issuer with a mapped role. Start-up fails if a route says neither who may call it nor that all may.
import type { Socket } from 'node:net'
import Fastify, { type FastifyInstance } from 'fastify'
import { evaluate, type Gate } from '../enforcement/index.ts'
import { readJson } from '../json/index.ts'
import { limits } from '../limits.ts'
import type { AdminRole } from '../vocabulary/settings.ts'
import { type AdminRefusal, type Asker, admit, askerOf, malformedHead, refuse } from './admission.ts'
import { type Asked, answerOf, configuration, readBatch, readEvaluation } from './authzen.ts'
import { addDecisionRoutes } from './decisions.ts'
import type { Check } from './readiness.ts'
import { addRevocationRoutes } from './revocations.ts'
import { assertServed, route } from './routes.ts'
import { addSuspensionRoutes } from './suspensions.ts'

export interface AdminParts {
  readonly gate: Gate
  readonly checks: () => readonly Check[]
  readonly metricsText: () => Promise<string>
  readonly metricsContentType: string
}

declare module 'fastify' {
  interface FastifyContextConfig {
    /** Who may call the route: roles, or `anybody` for what carries no secret. */
    readonly access?: readonly AdminRole[] | 'anybody'
  }
  interface FastifyRequest {
    /** Null on a route that anybody may call. */
    asker: Asker | null
  }
}

/** @param server options of node's server, `http` or `https` */
export function createAdminListener(server: object, parts: AdminParts): FastifyInstance {
  const { gate } = parts
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
    const admitted = await admit(gate, request, access)
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

  app.route({ ...route('GET /livez'), handler: async () => ({ status: 'alive' }) })
  app.route({
    ...route('GET /readyz'),
    handler: async (_request, reply) => {
      const checks = parts.checks()
      const ready = checks.every(({ ok }) => ok)
      return reply.code(ready ? 200 : 503).send({ status: ready ? 'ready' : 'not ready', checks })
    },
  })
  app.route({
    ...route('GET /metrics'),
    handler: async (_request, reply) => reply.type(parts.metricsContentType).send(await parts.metricsText()),
  })
  // Its answer names the Host that it was asked under, so this one must be a Host.
  app.route({
    ...route('GET /.well-known/authzen-configuration'),
    handler: async (request, reply) => {
      const malformed = malformedHead(request)
      return malformed === undefined
        ? configuration(`${request.protocol}://${request.headers.host}`)
        : refuse(reply, malformed)
    },
  })
  const answer = async (asked: Asked, asker: Asker): Promise<object> =>
    answerOf(await evaluate(gate, asked.facts, { instant: asked.instant, ...asker }))
  app.route({
    ...route('POST /access/v1/evaluation'),
    handler: async (request, reply) => {
      const asker = askerOf(request)
      const asked = readEvaluation(gate, request.body, asker.roles)
      if (asked.kind === 'fault') return refuse(reply, asked)
      return reply.header('cache-control', 'no-store').send(await answer(asked, asker))
    },
  })
  app.route({
    ...route('POST /access/v1/evaluations'),
    handler: async (request, reply) => {
      const asker = askerOf(request)
      const batch = readBatch(gate, request.body, asker.roles)
      if (batch.kind === 'fault') return refuse(reply, batch)
      const answers =
        batch.kind === 'asked'
          ? await answer(batch, asker)
          : { evaluations: await Promise.all(batch.asked.map((asked) => answer(asked, asker))) }
      return reply.header('cache-control', 'no-store').send(answers)
    },
  })
  addDecisionRoutes(app, gate)
  addSuspensionRoutes(app, gate)
  addRevocationRoutes(app, gate)
  assertServed(app)
  return app
}

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
