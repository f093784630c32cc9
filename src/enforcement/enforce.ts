// The life of a request, steps 1 to 7, top-down. Steps 8 and 9 (watch, outcome) belong to the open answer: src/gateway/relay.ts.
//
// Invariant: every way out has its record on disk before it is returned; only `forward` carries a permit.
import { readCredential } from '../identity/index.ts'
import { clientAddress } from '../location/index.ts'
import { resourcesOf } from '../policy/index.ts'
import { findRoute, readHead, readOperation } from '../request/index.ts'
import type { Facts } from '../vocabulary/decision.ts'
import type { Reason } from '../vocabulary/reason.ts'
import type { Arrival } from './arrival.ts'
import { decideShared } from './decide.ts'
import { type Exchange, openExchange } from './exchange.ts'
import type { Gate } from './gate.ts'
import { answerModels } from './models.ts'
import type { Passage } from './passage.ts'
import { planDispatch } from './plan.ts'
import { recordPermit } from './record.ts'
import { refuseDecision, refuseStop, type Stop } from './refusing.ts'

/** Takes one request as it arrived and says, on record, what becomes of it. Never throws: a fault inside is a refusal. */
export async function enforce(gate: Gate, arrival: Arrival): Promise<Passage> {
  const exchange = openExchange(gate.newId(), gate.clock.now(), arrival)
  try {
    return await pass(gate, arrival, exchange)
  } catch (error) {
    return refuseStop(gate, exchange, { reason: faultReason(error), detail: String(error), closeConnection: true })
  }
}

async function pass(gate: Gate, arrival: Arrival, exchange: Exchange): Promise<Passage> {
  // 1 accept: malformed HTTP goes first; the route only lends its dialect to refusals until its turn comes
  const head = readHead(arrival)
  const route = findRoute(arrival)
  exchange.dialect = route.dialect
  if (head.kind === 'refused') return refuseStop(gate, exchange, { ...stopOf(head), closeConnection: true })
  if (arrival.overloaded) {
    const detail = 'more requests are under way than `limits.in-flight` allows'
    return refuseStop(gate, exchange, { reason: 'overloaded', detail, closeConnection: true })
  }

  // 2 locate
  const client = clientAddress(arrival.peer, arrival.rawHeaders, gate.trustedProxies)
  const place = gate.location.locate(client)
  exchange.place = place

  // 3 identify
  const credential = readCredential(arrival.rawHeaders)
  if (credential.kind === 'refused') return refuseStop(gate, exchange, { ...stopOf(credential), closeConnection: true })
  const identified = await gate.identity.identify(credential.token)
  if (identified.kind === 'refused') {
    return refuseStop(gate, exchange, { reason: identified.reason, detail: identified.detail, closeConnection: true })
  }
  exchange.caller = identified.caller

  // 4 read: the whole body, and every model that it names
  if (route.kind === 'refused') return refuseStop(gate, exchange, { ...stopOf(route), closeConnection: true })
  exchange.operationId = route.route.id
  const body = await arrival.readBody(gate.settings.limits.bodyBytes)
  if (body.kind === 'refused') {
    return refuseStop(gate, exchange, { reason: body.reason, detail: body.detail, closeConnection: true })
  }
  exchange.length = body.bytes.length
  const reading = readOperation(route, body.bytes)
  if (reading.kind === 'refused') return refuseStop(gate, exchange, stopOf(reading))
  const operation = reading.operation
  exchange.operation = operation

  // 5 decide: for the instant at which the request was whole, however long its body took
  exchange.instant = gate.clock.now()
  const active = gate.policies.current()
  if (active === undefined)
    return refuseStop(gate, exchange, { reason: 'policy_unavailable', detail: 'no policy is loaded' })
  exchange.active = active
  const facts: Facts = { caller: identified.caller, place, operation }
  if (operation.action === 'list-models') return answerModels(gate, exchange, active, facts, route)
  const resolved = resourcesOf(active.policy, operation)
  if (resolved.kind === 'unknown')
    return refuseStop(gate, exchange, {
      reason: 'model_unknown',
      detail: 'a name that the request carries is not in the catalogue',
    })
  exchange.resources = resolved.resources
  const { decision, cache } = await decideShared(gate, active, facts, exchange.instant, exchange.id)
  if (decision.effect === 'deny') return refuseDecision(gate, exchange, decision, cache)

  // what would go upstream: the bytes that were read, with the decision's edits, read again
  const plan = planDispatch(gate, { match: route, operation, body: body.bytes, active, decision })
  if (plan.kind === 'refused') return refuseStop(gate, exchange, { reason: plan.reason, detail: plan.detail })

  // 6 record, 7 forward
  const permit = await recordPermit(
    gate,
    exchange,
    { effect: 'permit', reason: decision.reason, decision, cache, told: null, detail: null, via: 'data' },
    plan.dispatch,
  )
  gate.observe.decided(decision, cache.state)
  return {
    kind: 'forward',
    id: exchange.id,
    permit,
    dialect: exchange.dialect,
    operationId: route.route.id,
    facts,
    decision,
    active,
  }
}

/** A room's refusal, as a stop: `detail` is for the record, the caller is told the reason's own sentence. */
function stopOf({
  reason,
  message,
  ...more
}: {
  reason: Reason
  message: string
  status?: number
  allow?: string
}): Stop {
  return { reason, detail: message, ...more }
}

function faultReason(error: unknown): Reason {
  return error instanceof Error && 'code' in error && error.code === 'log_unavailable'
    ? 'log_unavailable'
    : 'evaluation_failed'
}
