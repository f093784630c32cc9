// The admin listener: its own port, never reachable through the data port. Everything but liveness, readiness and metrics asks for
// a Bearer token of a configured issuer with a mapped role. Start-up fails if a route says neither who may call it nor that all may.
import type { ServerOptions } from 'node:https'
import Fastify, { type FastifyInstance, type FastifyReply, type FastifyRequest } from 'fastify'
import { evaluate, type Gate } from '../enforcement/index.ts'
import { readCredential } from '../identity/index.ts'
import { readJson } from '../json/index.ts'
import { limits } from '../limits.ts'
import type { AdminRole } from '../vocabulary/settings.ts'
import { type AuthzenFault, answerOf, configuration, readBatch, readEvaluation } from './authzen.ts'
import type { Check } from './readiness.ts'

export interface AdminParts {
  readonly gate: Gate
  /** Options of node:tls, null for plain HTTP. */
  readonly tls: ServerOptions | null
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
    roles: readonly AdminRole[]
  }
}

/** Asking for decisions: an enforcement point for its own requests, officers and auditors for what-ifs. */
const mayEvaluate: readonly AdminRole[] = ['enforcement-point', 'compliance', 'auditor']

export function createAdminListener(parts: AdminParts): FastifyInstance {
  const { gate } = parts
  const app = Fastify({
    logger: false,
    bodyLimit: limits.adminBodyBytes,
    requestTimeout: limits.requestTimeoutMs,
    http: { maxHeaderSize: limits.headerBytes, headersTimeout: limits.headersTimeoutMs },
    exposeHeadRoutes: false,
    https: parts.tls,
  } as Parameters<typeof Fastify>[0]) as unknown as FastifyInstance

  app.addHook('onRoute', (route) => {
    if (route.config?.access === undefined)
      throw new Error(`admin route without access: ${String(route.method)} ${route.url}`)
  })
  app.decorateRequest('roles')
  app.addHook('onRequest', (request, reply) => authorize(gate, request, reply))
  app.removeAllContentTypeParsers()
  app.addContentTypeParser('application/json', { parseAs: 'buffer' }, (_request, body, done) => {
    const reading = readJson(body as Buffer)
    if (reading.kind === 'value') done(null, reading.value)
    else done(Object.assign(new Error(reading.message), { statusCode: 400, code: reading.reason }))
  })
  app.setErrorHandler((error: Error & { statusCode?: number; code?: string }, _request, reply) => {
    const status = error.code === 'log_unavailable' ? 503 : (error.statusCode ?? 500)
    const message = status === 500 ? 'the request ended in a fault' : error.message
    return reply.code(status).send({ error: { code: error.code ?? 'fault', message } })
  })
  app.setNotFoundHandler((_request, reply) =>
    reply.code(404).send({ error: { code: 'route_unknown', message: 'there is no such page here' } }),
  )

  app.get('/livez', { config: { access: 'anybody' } }, async () => ({ status: 'alive' }))
  app.get('/readyz', { config: { access: 'anybody' } }, async (_request, reply) => {
    const checks = parts.checks()
    const ready = checks.every(({ ok }) => ok)
    return reply.code(ready ? 200 : 503).send({ status: ready ? 'ready' : 'not ready', checks })
  })
  app.get('/metrics', { config: { access: 'anybody' } }, async (_request, reply) =>
    reply.type(parts.metricsContentType).send(await parts.metricsText()),
  )
  app.get('/.well-known/authzen-configuration', { config: { access: 'anybody' } }, async (request) =>
    configuration(`${request.protocol}://${request.host}`),
  )
  app.post('/access/v1/evaluation', { config: { access: mayEvaluate } }, async (request, reply) => {
    const asked = readEvaluation(gate, request.body, request.roles)
    if (asked.kind === 'fault') return fault(reply, asked)
    return answerOf(await evaluate(gate, asked.facts, asked.instant))
  })
  app.post('/access/v1/evaluations', { config: { access: mayEvaluate } }, async (request, reply) => {
    const batch = readBatch(gate, request.body, request.roles)
    if (batch.kind === 'fault') return fault(reply, batch)
    const evaluations = await Promise.all(
      batch.asked.map(async ({ facts, instant }) => answerOf(await evaluate(gate, facts, instant))),
    )
    return { evaluations }
  })
  return app
}

function fault(reply: FastifyReply, { status, message }: AuthzenFault): FastifyReply {
  return reply.code(status).send({ error: { code: status === 403 ? 'role_required' : 'request_unreadable', message } })
}

/** Exactly one Bearer credential of a configured issuer, with a role that the route names. */
async function authorize(gate: Gate, request: FastifyRequest, reply: FastifyReply): Promise<void> {
  const { access } = request.routeOptions.config
  if (access === 'anybody' || request.is404) return
  const refuse = (status: number, code: string, message: string): FastifyReply =>
    reply
      .code(status)
      .headers(status === 401 ? { 'www-authenticate': 'Bearer realm="portcullis-admin"' } : {})
      .send({ error: { code, message } })
  const credential = readCredential(request.raw.rawHeaders)
  if (credential.kind === 'refused') {
    await refuse(401, credential.reason, 'send one Bearer token of a configured issuer')
    return
  }
  const identified = await gate.identity.identify(credential.token)
  if (identified.kind === 'refused') {
    const down = identified.reason === 'identity_unavailable'
    await refuse(
      down ? 503 : 401,
      identified.reason,
      down ? 'the identity provider is not available' : 'the credential is not valid',
    )
    return
  }
  const wanted = access ?? []
  if (!identified.roles.some((role) => wanted.includes(role))) {
    await refuse(403, 'role_required', `this needs one of the roles: ${wanted.join(', ')}`)
    return
  }
  request.roles = identified.roles
}
