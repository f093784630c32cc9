// Break-glass on the admin listener: an officer closes a model, a family or everything for everyone; two officers open it again.
import type { FastifyInstance, FastifyRequest } from 'fastify'
import { z } from 'zod'
import { keptClosed, type Officer, pendingLift, readSuspensionName, type Standing } from '../directives/index.ts'
import type { Gate } from '../enforcement/index.ts'
import { limits } from '../limits.ts'
import { timestamp } from '../vocabulary/clock.ts'
import { type AdminRefusal, askerOf, refuse } from './admission.ts'
import { route } from './routes.ts'

const why = z.string().trim().min(1, 'must say why, in words that an auditor will read').max(limits.officerWhyChars)
const beginSchema = z.strictObject({ of: z.string().min(1).max(limits.modelNameBytes), why })
const liftSchema = z.strictObject({ why })

export function addSuspensionRoutes(app: FastifyInstance, gate: Gate): void {
  const { suspensions } = gate
  app.route({
    ...route('GET /v1/policy/suspensions'),
    handler: async (_request, reply) =>
      reply
        .header('cache-control', 'no-store')
        .send({ suspensions: suspensions.standing().map((one) => shownOf(gate, one)) }),
  })

  app.route({
    ...route('POST /v1/policy/suspensions'),
    handler: async (request, reply) => {
      const asked = beginSchema.safeParse(request.body)
      if (!asked.success) return refuse(reply, unreadable(asked.error))
      const reading = readSuspensionName(gate.policies.current()?.policy ?? null, asked.data.of)
      if (reading.kind === 'unknown')
        return refuse(reply, { status: 404, code: 'model_unknown', message: reading.message })
      const { of, models } = reading
      // Closed from here on; what follows only makes it last.
      const begun = suspensions.begin({ of, models, why: asked.data.why, by: officerOf(request) })
      try {
        await begun.written
      } catch (error) {
        return refuse(reply, unwritten(error, `${begun.standing.name} is closed in this gate from now on, but that`))
      }
      const { standing, isNew, cut } = begun
      return reply
        .code(isNew ? 201 : 200)
        .header('cache-control', 'no-store')
        .send({ suspension: shownOf(gate, standing), begun: isNew, cut })
    },
  })

  app.route({
    ...route('POST /v1/policy/suspensions/:id/lift'),
    handler: async (request, reply) => {
      const asked = liftSchema.safeParse(request.body)
      if (!asked.success) return refuse(reply, unreadable(asked.error))
      const { id } = request.params as { readonly id: string }
      const known = suspensions.standing().find((one) => one.id === id)
      const closed = known === undefined ? [] : closedBy(gate, known)
      let lift: Awaited<ReturnType<typeof suspensions.askLift>>
      try {
        lift = await suspensions.askLift({ id, why: asked.data.why, by: officerOf(request) })
      } catch (error) {
        return refuse(reply, unwritten(error, 'your word'))
      }
      if (lift.kind === 'unknown') return refuse(reply, unknownOf(suspensions.standing()))
      if (lift.kind === 'same-officer') return refuse(reply, sameOfficer(gate, lift.standing))
      const isLifted = lift.kind === 'lifted'
      const left = new Set(suspensions.standing().flatMap((one) => closedBy(gate, one)))
      return reply
        .code(isLifted ? 200 : 202)
        .header('cache-control', 'no-store')
        .send({
          suspension: { ...shownOf(gate, lift.standing), ...(isLifted ? { models: closed } : {}) },
          lifted: isLifted,
          // Open to those whom the directives let in; the rest is closed by another suspension.
          opened: isLifted ? closed.filter((model) => !left.has(model)) : [],
        })
    },
  })
}

const closedBy = (gate: Gate, one: Standing): readonly string[] => {
  const active = gate.policies.current()
  return active === undefined ? one.models.map(({ id }) => id) : keptClosed(active.policy, one)
}

function shownOf(gate: Gate, one: Standing): object {
  const { id, name, why, by, since } = one
  const lift = pendingLift(one, gate.clock.now())
  return {
    id,
    of: name,
    /** Canonical ids of what it closes under the policy in force; none: the catalogue has nothing of that name any more. */
    models: closedBy(gate, one),
    why,
    by,
    since: timestamp(since),
    lift: lift && { by: lift.by, why: lift.why, asked_at: timestamp(lift.at), expires_at: timestamp(lift.until) },
  }
}

/** Never somebody who acts in another's place (RFC 8693), whose token has no role: that would be one officer with two names. */
function officerOf(request: FastifyRequest): Officer {
  const { issuer, subject } = askerOf(request).caller.subject.id
  return { issuer, subject }
}

function unreadable({ issues: [issue] }: z.ZodError): AdminRefusal {
  const at = issue === undefined || issue.path.length === 0 ? '' : `\`${issue.path.join('.')}\`: `
  return { status: 400, code: 'request_unreadable', message: `${at}${issue?.message ?? 'it cannot be read'}` }
}

function unknownOf(standing: readonly Standing[]): AdminRefusal {
  const known = standing.map(({ id, name }) => `${name} (${id})`).join(', ')
  const message = `there is no such suspension; ${known === '' ? 'nothing is suspended' : `suspended: ${known}`}`
  return { status: 404, code: 'suspension_unknown', message }
}

function sameOfficer(gate: Gate, one: Standing): AdminRefusal {
  const lift = pendingLift(one, gate.clock.now())
  const until = lift === null ? '' : `, before ${timestamp(lift.until)}`
  const message = `you have asked for this already; ${one.name} stays closed until a second, different officer asks for it too${until}`
  return { status: 409, code: 'second_officer_needed', message }
}

/** @throws whatever is none of the two known ways to fail */
function unwritten(error: unknown, what: string): AdminRefusal {
  const code = error instanceof Error && 'code' in error ? error.code : null
  if (code === 'suspension_unkept') {
    const message = `${what} could not be kept: a restart would know nothing of it; mend the disk under the decision log, then ask again`
    return { status: 503, code, message }
  }
  if (code === 'log_unavailable') {
    return { status: 503, code, message: `${what} could not be recorded: the decision log cannot be written` }
  }
  throw error
}
