// Break-glass on the admin listener: an officer closes a model, a family or everything for everyone; two officers open it again.
import type { FastifyInstance } from 'fastify'
import { z } from 'zod'
import { keptClosed, readSuspensionName, type Standing } from '../directives/index.ts'
import type { Gate } from '../enforcement/index.ts'
import { limits } from '../limits.ts'
import { timestamp } from '../vocabulary/clock.ts'
import { type AdminRefusal, refuse } from './admission.ts'
import {
  cutIn,
  elsewhere,
  liftSchema,
  type OfFleet,
  officerOf,
  sameOfficer,
  shownLift,
  unreadable,
  unwritten,
  why,
} from './officers.ts'
import { route } from './routes.ts'

const beginSchema = z.strictObject({ of: z.string().min(1).max(limits.modelNameBytes), why })

const unkept = 'suspension_unkept'

/** Whose suspensions they are: a gate's, or a fleet's. */
export type Suspends = Pick<Gate, 'suspensions' | 'policies' | 'clock'> & OfFleet

export function addSuspensionRoutes(app: FastifyInstance, gate: Suspends): void {
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
      if (gate.fleet) return refuse(reply, elsewhere(gate.fleet))
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
        const what = `${begun.standing.name} is closed from now on, but that`
        return refuse(reply, unwritten(error, { what, holds: true, unkept }))
      }
      const { standing, isNew, cut } = begun
      return reply
        .code(isNew ? 201 : 200)
        .header('cache-control', 'no-store')
        .send({ suspension: shownOf(gate, standing), begun: isNew, cut: cutIn(gate, await cut) })
    },
  })

  app.route({
    ...route('POST /v1/policy/suspensions/:id/lift'),
    handler: async (request, reply) => {
      if (gate.fleet) return refuse(reply, elsewhere(gate.fleet))
      const asked = liftSchema.safeParse(request.body)
      if (!asked.success) return refuse(reply, unreadable(asked.error))
      const { id } = request.params as { readonly id: string }
      const known = suspensions.standing().find((one) => one.id === id)
      const closed = known === undefined ? [] : closedBy(gate, known)
      let lift: Awaited<ReturnType<typeof suspensions.askLift>>
      try {
        lift = await suspensions.askLift({ id, why: asked.data.why, by: officerOf(request) })
      } catch (error) {
        return refuse(reply, unwritten(error, { what: 'your word', holds: false, unkept }))
      }
      if (lift.kind === 'unknown') return refuse(reply, unknownOf(suspensions.standing()))
      if (lift.kind === 'same-officer')
        return refuse(reply, sameOfficer(lift.standing, gate.clock.now(), `${lift.standing.name} stays closed`))
      const isLifted = lift.kind === 'lifted'
      try {
        if (lift.kind === 'lifted') await lift.written
      } catch (error) {
        const what = `${lift.standing.name} is lifted from now on, but that`
        return refuse(reply, unwritten(error, { what, holds: true, unkept }))
      }
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

const closedBy = (gate: Suspends, one: Standing): readonly string[] => {
  const active = gate.policies.current()
  return active === undefined ? one.models.map(({ id }) => id) : keptClosed(active.policy, one)
}

function shownOf(gate: Suspends, one: Standing): object {
  const { id, name, why, by, since } = one
  return {
    id,
    of: name,
    /** Canonical ids of what it closes under the policy in force; none: the catalogue has nothing of that name any more. */
    models: closedBy(gate, one),
    why,
    by,
    since: timestamp(since),
    lift: shownLift(one, gate.clock.now()),
  }
}

function unknownOf(standing: readonly Standing[]): AdminRefusal {
  const known = standing.map(({ id, name }) => `${name} (${id})`).join(', ')
  const message = `there is no such suspension; ${known === '' ? 'nothing is suspended' : `suspended: ${known}`}`
  return { status: 404, code: 'suspension_unknown', message }
}
