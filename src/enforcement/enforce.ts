// The life of a request, steps 1 to 7, top-down. Steps 8 and 9 (watch, outcome) belong to the open answer: src/gateway/relay.ts.
//
// Invariant: every way out has its record on disk before it is returned; only `forward` carries a permit.
import { readCredential } from '../identity/index.ts'
import { clientAddress } from '../location/index.ts'
import { bodyLimit, dialects, findRoute, pathEscapes, readHead, readingOperation } from '../request/index.ts'
import type { Facts } from '../vocabulary/decision.ts'
import type { Arrival } from './arrival.ts'
import { decideAsked } from './decide-asked.ts'
import { type Exchange, openExchange } from './exchange.ts'
import type { Gate } from './gate.ts'
import { inTurns } from './in-turns.ts'
import { keepingOf, outgrown, storingOf, widen } from './keeping.ts'
import { answerModels } from './models.ts'
import type { Passage, Refused } from './passage.ts'
import { planDispatch } from './plan.ts'
import { permitVerdict, recordPermit } from './record.ts'
import { lookUp, referenceFault } from './references.ts'
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
  const reading = await inTurns(readingOperation(match, body.bytes, { pinned: gate.pinned }), arrival.isGone)
  if (reading.kind === 'refused') return stop(reading)
  exchange.operation = reading.operation

  // every stored object that it refers to
  exchange.references = await lookUp(gate, caller, match.dialect, reading.references)
  const unknown = referenceFault(exchange.references)
  if (unknown !== null) return stop(unknown)

  // The body took its time: the token must still be good.
  const again = await gate.identity.identify(credential.token)
  if (again.kind === 'refused') return stop({ reason: again.reason, message: again.detail })

  // 5 decide: for the instant at which the request was whole, however long its body took
  exchange.instant = gate.clock.now()
  const active = gate.policies.current()
  if (active === undefined) return stop({ reason: 'policy_unavailable', message: 'no policy was loaded yet' })
  exchange.active = active
  // Nothing is handed out to this gate yet: whatever a license limits in amount, nothing is left of it here.
  const own: Facts = { caller, place, operation: reading.operation, remaining: {} }
  if (own.operation.action === 'list-models') return answerModels(gate, exchange, active, own, match)
  const asked = await decideAsked(gate, exchange, active, { match, own })
  if (asked.kind === 'stop') return stop(asked)
  const { decision, cache, share, facts, joined, upstream } = asked
  if (decision.effect === 'deny') {
    const refused = await refuseDecision(gate, exchange, decision, cache)
    if (refused.recorded !== null) share()
    return refused
  }

  // what goes upstream: the bytes that were read, with the decision's edits, read again
  const boundary = `portcullis-${exchange.id}`
  const planning = planDispatch({ match, reading, joined, body: body.bytes, active, decision, upstream, boundary })
  const plan = await inTurns(planning, arrival.isGone)
  if (plan.kind === 'refused') return stop(plan)
  if (plan.kind === 'unenforceable') return refuseDecision(gate, exchange, plan.denial, cache, plan.detail)
  const storing = storingOf(exchange, {
    match,
    reading,
    body: body.bytes,
    upstream,
    decision,
    makes: plan.makes,
    caller,
  })
  if (!(await widen(gate, storing))) return stop(outgrown)

  // 6 record, 7 forward
  const permit = await recordPermit(gate, exchange, permitVerdict(decision, cache), plan.dispatch)
  share()
  gate.observe.decided(decision, cache.state)
  const { id, dialect, operationId } = exchange
  return {
    kind: 'forward',
    id,
    permit,
    dialect,
    operationId,
    answers: match.route.answers ?? ['application/json'],
    facts,
    decision,
    active,
    keeping: keepingOf(gate, storing),
  }
}

const credentialElsewhere: Stop = { reason: 'token_absent', message: 'the credential stands where this API takes none' }
