// The listener of a fleet's control: officers publish, suspend and revoke, operators and auditors look, gates report and fetch.
import type { FastifyInstance } from 'fastify'
import { z } from 'zod'
import {
  type AdminRefusal,
  addRevocationRoutes,
  addSuspensionRoutes,
  createBareListener,
  officerOf,
  refuse,
  unwritten,
} from '../admin/index.ts'
import type { DecisionLog } from '../decision-log/index.ts'
import { allotmentRequestSchema, type Farewell, gateCredentialCheck, type Report } from '../fleet/index.ts'
import { fleetLimits } from '../fleet-limits.ts'
import type { Identity } from '../identity/index.ts'
import { isJsonObject, type JsonObject, readJson } from '../json/index.ts'
import { limits } from '../limits.ts'
import type { ControlSettings } from '../vocabulary/settings.ts'
import type { Authority } from './authority.ts'
import type { Gates } from './gates.ts'
import { clockUnsteady, type Publication, type Sent } from './publishing.ts'
import { controlRoute } from './routes.ts'
import { statusOf } from './status.ts'

export interface ControlParts {
  readonly settings: ControlSettings
  readonly authority: Authority
  readonly identity: Identity
  readonly log: Pick<DecisionLog, 'status'>
  readonly gates: Gates
  /** Hears what could not be written down and was answered to nobody. */
  readonly onFault: (error: unknown) => void
  /** Hears of a gate that cannot be listed. */
  readonly onUnlisted: (gate: string) => void
}

const count = z.int().min(0)
const gateName = z.string().min(1).max(256)
const farewellSchema: z.ZodType<Farewell> = z.strictObject({ gate: gateName })
const reportSchema: z.ZodType<Report> = z.strictObject({
  gate: gateName,
  policySerial: count,
  registerSerial: count,
  policyDigest: z.string().max(80).nullable(),
  suspensionDigest: z.string().max(80),
  revocationDigest: z.string().max(80),
  since: z.int().nullable(),
  confirmedUntil: z.number().nullable(),
})

export function createControlListener(server: object, parts: ControlParts): FastifyInstance {
  const { settings, authority, identity, log, gates, onFault, onUnlisted } = parts
  const { clock, journal } = authority
  const isGate = gateCredentialCheck(settings.fleet)
  const app = createBareListener({
    server,
    parts: { identity },
    admitGate: ({ headers }) => (isGate(headers.authorization) ? null : noGate),
  })
  // A bundle is read as what its file holds, by the code that reads files.
  const publishing = { bodyLimit: 2 * limits.bundleBytes }

  app.route({ ...controlRoute('GET /livez'), handler: async () => ({ status: 'alive' }) })
  app.route({
    ...controlRoute('GET /readyz'),
    handler: async (_request, reply) => {
      const { policies, suspensions, revocations } = authority
      const [policy, records, issuers] = [policies.status(), log.status(), identity.ready()]
      const checks = [
        { name: 'policy', ok: policy.ok, detail: policy.detail },
        ...policy.checks,
        { name: 'journal', ...journal.status() },
        { name: 'log', ok: records.ok, detail: records.detail },
        { name: 'identity', ok: issuers.ok, detail: issuers.detail },
        { name: 'suspensions', ...suspensions.status() },
        { name: 'revocations', ...revocations.status() },
        { name: 'gates', ...listedGates() },
        { name: 'clock', ...authority.steadiness.status() },
      ]
      const ready = checks.every(({ ok }) => ok)
      return reply.code(ready ? 200 : 503).send({ status: ready ? 'ready' : 'not ready', checks })
    },
  })

  void app.register(async (scope) => {
    scope.removeAllContentTypeParsers()
    scope.addContentTypeParser('application/json', { parseAs: 'buffer' }, (_request, body, done) => {
      const reading = readJson(body as Buffer, { nodes: 2 * limits.bundleNodes, newKeys: 2 * limits.bundleNodes })
      if (reading.kind === 'value') done(null, reading.value)
      else done(Object.assign(new Error(reading.message), { statusCode: 400, code: reading.reason }))
    })
    scope.route({
      ...controlRoute('POST /v1/policy/publications'),
      ...publishing,
      handler: async (request, reply) => {
        const asked = partsOf(request.body)
        if ('status' in asked) return refuse(reply, asked)
        const publication = await authority.publish(asked, officerOf(request))
        const refusal = refusalOf(publication)
        try {
          await publication.written
        } catch (error) {
          return refuse(
            reply,
            unwritten(error, { ...saidOf(publication.ended, refusal), unkept: 'publication_unkept' }),
          )
        }
        if (refusal !== null) return refuse(reply, refusal)
        return reply.header('cache-control', 'no-store').send(statusOf(parts))
      },
    })
  })

  app.route({
    ...controlRoute('GET /v1/policy/status'),
    handler: async (_request, reply) => {
      // Nothing is signed meanwhile, so that nobody can say what gates lack.
      if (!authority.steadiness.isStable()) return refuse(reply, unsteady)
      return reply.header('cache-control', 'no-store').send(statusOf(parts))
    },
  })
  app.route({
    ...controlRoute('POST /v1/fleet/reports'),
    handler: async (request, reply) => {
      const report = reportSchema.safeParse(request.body)
      if (!report.success) return refuse(reply, unreadable('it is no report of a gate'))
      const { gate } = report.data
      const now = clock.now()
      const heard = gates.heard(report.data, now)
      if (heard === 'note') journal.add({ act: 'gate', at: now, gate }).catch(onFault)
      if (heard === 'full') onUnlisted(gate)
      if (!authority.steadiness.isStable()) return refuse(reply, unsteady)
      const said = authority.freshStatement()
      return said === null ? refuse(reply, nothingPublished) : reply.send({ statement: said.text })
    },
  })
  app.route({
    ...controlRoute('POST /v1/fleet/farewells'),
    handler: async (request, reply) => {
      const farewell = farewellSchema.safeParse(request.body)
      if (!farewell.success) return refuse(reply, unreadable('it is no farewell of a gate'))
      const { gate } = farewell.data
      const wanted = authority.statement()?.statement.policyDigest ?? null
      if (gates.left(gate, wanted, clock.now())) journal.forget(gate).catch(onFault)
      return reply.code(204).send()
    },
  })
  app.route({
    ...controlRoute('GET /v1/fleet/bundles/:kind'),
    handler: async (request, reply) => {
      const { kind } = request.params as { readonly kind: string }
      const text = kind === 'policy' || kind === 'registers' ? authority.bundle(kind) : null
      if (text === null) return refuse(reply, { status: 404, code: 'bundle_unknown', message: 'there is none' })
      return reply.type('application/json').send(text)
    },
  })
  app.route({
    ...controlRoute('GET /v1/fleet/suspensions'),
    handler: async (_request, reply) => {
      if (!authority.steadiness.isStable()) return refuse(reply, unsteady)
      const said = authority.statement()
      if (said === null) return refuse(reply, nothingPublished)
      return reply.send({ statement: said.text, suspensions: authority.suspensions.standing() })
    },
  })
  app.route({
    ...controlRoute('GET /v1/fleet/revocations'),
    handler: async (_request, reply) => {
      if (!authority.steadiness.isStable()) return refuse(reply, unsteady)
      const said = authority.statement()
      if (said === null) return refuse(reply, nothingPublished)
      return reply.type('application/x-ndjson').send(`${said.text}\n${authority.revokedList().text}`)
    },
  })
  app.route({
    ...controlRoute('POST /v1/fleet/allotments'),
    handler: async (request, reply) => {
      const asked = allotmentRequestSchema.safeParse(request.body)
      if (!asked.success) return refuse(reply, unreadable('it asks for no allotment'))
      try {
        const allotment = await authority.allot(asked.data)
        return allotment === null ? await refuse(reply, lateCall) : await reply.send({ allotment })
      } catch (error) {
        onFault(error)
        return refuse(reply, nothingHandedOut)
      }
    },
  })
  addSuspensionRoutes(app, authority)
  addRevocationRoutes(app, authority)
  return app

  function listedGates(): { readonly ok: boolean; readonly detail: string } {
    const isFull = gates.isFull(clock.now(), settings.fleet.leaseMs)
    return { ok: !isFull, detail: isFull ? unlisted : 'every gate that reports is listed' }
  }
}

const unlisted = `more than ${fleetLimits.gates} gates report: nobody can say of the others what they enforce`

const noGate: AdminRefusal = {
  status: 401,
  code: 'token_invalid',
  message: 'this is for gates of the fleet: `fleet.key` must be the same there and here',
}

const nothingPublished: AdminRefusal = {
  status: 503,
  code: 'policy_unavailable',
  message: 'no policy was published yet: `portcullis policy publish`',
}

/** A list beside a statement of before would be another one than it names. */
const unsteady: AdminRefusal = { status: 503, code: clockUnsteady.code, message: clockUnsteady.reasons[0] }

const nothingHandedOut: AdminRefusal = {
  status: 503,
  code: 'fault',
  message: 'what is handed out could not be written down, so that nothing was',
}

const lateCall: AdminRefusal = {
  status: 409,
  code: 'call_late',
  message: 'this gate was answered a later call: two gates may have one name',
}

const unreadable = (message: string): AdminRefusal => ({ status: 400, code: 'request_unreadable', message })

function refusalOf({ refusals }: Publication): AdminRefusal | null {
  const [first] = refusals
  if (first === undefined) return null
  const message = refusals.flatMap(({ reasons }) => reasons).join('; ')
  const status = first.code === clockUnsteady.code || first.code === 'log_unavailable' ? 503 : 409
  return { status, code: first.code, message: message.slice(0, 4_000) }
}

/** What is so, where it could not be written down who brought it about. */
function saidOf(ended: Publication['ended'], refusal: AdminRefusal | null): { what: string; holds: boolean } {
  switch (ended) {
    case 'in_force':
      return { what: 'it is in force from now on, but who published it', holds: true }
    case 'approved':
      return { what: 'the approvals count from now on, but who sent them', holds: true }
    case 'unchanged':
      return { what: 'it was in force before; who sent it', holds: true }
    case 'refused':
      return { what: `it was refused (${refusal?.code}: ${refusal?.message}), and that`, holds: false }
  }
}

/** `policy`, `registers` or both, each the document of a bundle file. */
function partsOf(body: unknown): Sent | AdminRefusal {
  if (!isJsonObject(body as JsonObject)) return unreadable('it must hold `policy`, `registers` or both')
  const { policy = null, registers = null, ...rest } = body as JsonObject
  if (Object.keys(rest).length > 0 || (policy === null && registers === null))
    return unreadable('it must hold `policy`, `registers` or both, and nothing else')
  return { policy, registers }
}
