// The life of a request, steps 1 to 7, top-down. Steps 8 and 9 (watch, outcome) belong to the open answer: src/gateway/relay.ts.
//
// Invariant: every way out has its record on disk before it is returned; only `forward` carries a permit.
import { readCredential } from '../identity/index.ts'
import { clientAddress } from '../location/index.ts'
import { resourcesOf } from '../policy/index.ts'
import { bodyLimit, dialects, findRoute, pathEscapes, readHead, readOperation } from '../request/index.ts'
import type { Facts } from '../vocabulary/decision.ts'
import type { Arrival } from './arrival.ts'
import { decideShared } from './decide.ts'
import { type Exchange, openExchange } from './exchange.ts'
import type { Gate } from './gate.ts'
import { answerModels } from './models.ts'
import type { Passage, Refused } from './passage.ts'
import { misplaced, planDispatch, upstreamOf } from './plan.ts'
import { permitVerdict, recordPermit } from './record.ts'
import { refuseDecision, refuseFault, refuseStop, type Stop } from './refusing.ts'

/** Takes one request as it arrived and says, on record, what becomes of it. Never throws: a fault inside is a refusal. */
export async function enforce(gate: Gate, arrival: Arrival): Promise<Passage> {
  const exchange = openExchange(gate.newId(), gate.clock.now(), arrival)
  try {
    return await pass(gate, arrival, exchange)
  } catch (error) {
    return refuseFault(gate, exchange, error)
  }
}

async function pass(gate: Gate, arrival: Arrival, exchange: Exchange): Promise<Passage> {
  const stop = (why: Stop): Promise<Refused> => refuseStop(gate, exchange, why)

  // 1 accept: malformed HTTP goes first; the route only lends its dialect to refusals until its turn comes
  const head = readHead(arrival, pathEscapes)
  const match = findRoute(arrival)
  exchange.dialect = match.dialect
  if (head.kind === 'refused') return stop(head)
  exchange.bodyPending = head.hasBody

  // 2 locate
  const client = clientAddress(arrival.peer, arrival.rawHeaders, gate.trustedProxies)
  const place = gate.location.locate(client)
  exchange.place = place

  // 3 identify
  const credential = readCredential(arrival.rawHeaders)
  if (credential.kind === 'refused') return stop(credential)
  if (!dialects[match.dialect].credentialPlaces.includes(credential.place)) return stop(credentialElsewhere)
  const identified = await gate.identity.identify(credential.token)
  if (identified.kind === 'refused') return stop({ reason: identified.reason, message: identified.detail })
  const { caller } = identified
  exchange.caller = caller
  // Places are for callers who are known: nobody else can fill them.
  if (!arrival.admit()) return stop({ reason: 'overloaded', message: '`limits.in-flight` requests are under way' })

  // 4 read: the whole body, and every model that it names
  if (match.kind === 'refused') return stop(match)
  exchange.operationId = match.route.id
  const body = await arrival.readBody(bodyLimit(match, gate.settings.limits), match.media === 'multipart' ? 2 : 1)
  if (body.kind === 'refused') return stop(body)
  exchange.length = body.bytes.length
  exchange.bodyPending = false
  const reading = readOperation(match, body.bytes)
  if (reading.kind === 'refused') return stop(reading)
  const { operation, inserted } = reading
  exchange.operation = operation

  // The body took its time: the token must still be good.
  const again = await gate.identity.identify(credential.token)
  if (again.kind === 'refused') return stop({ reason: again.reason, message: again.detail })

  // 5 decide: for the instant at which the request was whole, however long its body took
  exchange.instant = gate.clock.now()
  const active = gate.policies.current()
  if (active === undefined) return stop({ reason: 'policy_unavailable', message: 'no policy was loaded yet' })
  exchange.active = active
  // Nothing is handed out to this gate yet: whatever a license limits in amount, nothing is left of it here.
  const facts: Facts = { caller, place, operation, remaining: {} }
  if (operation.action === 'list-models') return answerModels(gate, exchange, active, facts, match)
  const resolved = resourcesOf(active.policy, operation)
  if (resolved.kind === 'unknown')
    return stop({ reason: 'model_unknown', message: 'no model of the catalogue has this name' })
  exchange.resources = resolved.resources
  const upstream = upstreamOf(gate, operation.dialect, resolved.resources)
  if (upstream === null)
    return stop({ reason: 'model_unknown', message: 'no model API serves what is named in this dialect' })
  const elsewhere = misplaced(match, upstream)
  if (elsewhere !== null)
    return stop({
      reason: 'reference_unknown',
      message: `\`{${elsewhere}}\` of the path is not where this model is served`,
    })
  const { decision, cache, share } = await decideShared(gate, active, facts, exchange)
  if (decision.effect === 'deny') {
    const refused = await refuseDecision(gate, exchange, decision, cache)
    if (refused.recorded !== null) share()
    return refused
  }

  // what goes upstream: the bytes that were read, with the decision's edits, read again
  const boundary = `portcullis-${exchange.id}`
  const plan = planDispatch({ match, operation, inserted, body: body.bytes, active, decision, upstream, boundary })
  if (plan.kind === 'unenforceable') return refuseDecision(gate, exchange, plan.denial, cache, plan.detail)

  // 6 record, 7 forward
  const permit = await recordPermit(gate, exchange, permitVerdict(decision, cache), plan.dispatch)
  share()
  gate.observe.decided(decision, cache.state)
  const { id, dialect, operationId } = exchange
  return { kind: 'forward', id, permit, dialect, operationId, facts, decision, active }
}

const credentialElsewhere: Stop = { reason: 'token_absent', message: 'the credential stands where this API takes none' }
