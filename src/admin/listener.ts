// The admin listener: its own port, never reachable through the data port. Everything but liveness, readiness and metrics asks for
// a Bearer token of a configured issuer with a mapped role. Start-up fails if a route says neither who may call it nor that all may.
import type { FastifyInstance } from 'fastify'
import { evaluate, type Gate } from '../enforcement/index.ts'
import { type Asker, askerOf, malformedHead, refuse } from './admission.ts'
import { type Asked, answerOf, configuration, readBatch, readEvaluation } from './authzen.ts'
import { createBareListener } from './bare-listener.ts'
import { addDecisionRoutes } from './decisions.ts'
import type { Check } from './readiness.ts'
import { addRevocationRoutes } from './revocations.ts'
import { assertServed, route } from './routes.ts'
import { addSuspensionRoutes } from './suspensions.ts'

export interface AdminParts {
  readonly gate: Gate
  readonly checks: () => readonly Check[] | Promise<readonly Check[]>
  readonly metricsText: () => Promise<string>
  readonly metricsContentType: string
}

/** @param server options of node's server, `http` or `https` */
export function createAdminListener(server: object, parts: AdminParts): FastifyInstance {
  const { gate } = parts
  const app = createBareListener({ server, parts: gate })

  app.route({ ...route('GET /livez'), handler: async () => ({ status: 'alive' }) })
  app.route({
    ...route('GET /readyz'),
    handler: async (_request, reply) => {
      const checks = await parts.checks()
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
