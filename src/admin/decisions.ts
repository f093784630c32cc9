// `GET /v1/decisions/{id}`: one decision of this gate's own log, with what became of it and why it came out so. Who asked is on record
// before anything is answered.
import type { FastifyInstance, FastifyRequest } from 'fastify'
import type { Gate } from '../enforcement/index.ts'
import { explain, recordedAccount } from '../policy/index.ts'
import { timestamp } from '../vocabulary/clock.ts'
import { type AdminRefusal, askerOf, refuse } from './admission.ts'
import { route } from './routes.ts'

/** As the gate makes them (RFC 9562, version 7): anything else is in no log, and is not looked for. */
const idForm = /^[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}$/

export function addDecisionRoutes(app: FastifyInstance, gate: Gate): void {
  // A look into the log reads its files: one at a time, so that readers never take the disk from the records.
  let isReading = false
  app.route({
    ...route('GET /v1/decisions/:id'),
    handler: async (request, reply) => {
      const { id } = request.params as { readonly id: string }
      if (!idForm.test(id)) return refuse(reply, unknown(gate))
      if (isReading) return refuse(reply, busy).header('retry-after', '1')
      isReading = true
      let found: Awaited<ReturnType<typeof gate.log.find>>
      try {
        found = await gate.log.find(id)
      } finally {
        isReading = false
      }
      await gate.log.append(queryRecord(gate, request, id, found !== undefined))
      if (found === undefined) return refuse(reply, unknown(gate))
      const { decision, outcomes } = found
      return reply.header('cache-control', 'no-store').send({
        origin: decision.origin,
        covered: decision.covered,
        decision: decision.record,
        outcomes: outcomes.map(({ record }) => record),
        explanation: explanationOf(gate, decision.record, outcomes[0]?.record['status']),
      })
    },
  })
}

/** Quoted from the policy in force where it is the one that decided; null: the record is none of a decision. */
function explanationOf(gate: Gate, record: unknown, status: unknown): object | null {
  const account = recordedAccount(record, typeof status === 'number' ? status : null)
  if (account === undefined) return null
  const active = gate.policies.current()
  const isIts = active !== undefined && active.digest === account.policy?.digest
  return explain(account, isIts ? active.policy.bundle : undefined)
}

function queryRecord(
  gate: Gate,
  request: FastifyRequest,
  id: string,
  found: boolean,
): Parameters<Gate['log']['append']>[0] {
  const { caller, roles } = askerOf(request)
  const { issuer, subject } = caller.subject.id
  const by = gate.log.pseudonym('subject', subject, issuer)
  return { k: 'query', at: timestamp(gate.clock.now()), about: { decision: id, found, issuer, subject: by, roles } }
}

const unknown = (gate: Gate): AdminRefusal => ({
  status: 404,
  code: 'decision_unknown',
  message: `the log of this gate (${gate.log.status().origin}) has no decision of this id; other gates have logs of their own`,
})

const busy: AdminRefusal = {
  status: 503,
  code: 'overloaded',
  message: 'the log is being read for somebody else: ask again',
}
