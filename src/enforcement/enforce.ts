// The life of a request, steps 1 to 7, top-down. Steps 8 and 9 (watch, outcome) belong to the open answer: src/gateway/relay.ts.
//
// Invariant: every way out has its record on disk before it is returned; only `forward` carries a permit.
import { readCredential } from '../identity/index.ts'
import { clientAddress } from '../location/index.ts'
import {
  asksForSocket,
  bodyLimit,
  credentialPlaces,
  findRoute,
  pathEscapes,
  readHead,
  readingOperation,
} from '../request/index.ts'
import type { Facts } from '../vocabulary/decision.ts'
import type { Arrival } from './arrival.ts'
import { admitTo, converse, openConversation } from './conversation.ts'
import { type Exchange, openExchange } from './exchange.ts'
import type { Gate } from './gate.ts'
import { inTurns } from './in-turns.ts'
import { answerModels } from './models.ts'
import type { Passage, Refused } from './passage.ts'
import { refuseFault, refuseStop, type Stop } from './refusing.ts'
import { makeReady, settle } from './settle.ts'

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
  const credential = readCredential(arrival.rawHeaders, asksForSocket(arrival) ? arrival.target : null)
  if (credential.kind === 'refused') return stop(credential)
  if (!credentialPlaces(match).includes(credential.place)) return stop(credentialElsewhere)
  const identifying = gate.identity.identify(credential.token)
  const identified = identifying instanceof Promise ? await identifying : identifying
  exchange.caller = identified.caller
  if (identified.kind === 'refused') return stop({ reason: identified.reason, message: identified.detail })
  const { caller } = identified
  // Places are for callers who are known: nobody else can fill them.
  if (!arrival.admit()) return stop({ reason: 'overloaded', message: '`limits.in-flight` requests are under way' })

  const isGone = (): boolean => arrival.isGone()

  // 4 read: the whole body, and every model that it names
  if (match.kind === 'refused') return stop(match)
  exchange.operationId = match.route.id
  const body = await arrival.readBody(bodyLimit(match, gate.settings.limits), match.media === 'multipart' ? 2 : 1)
  if (body.kind === 'refused') return stop(body)
  exchange.length = body.bytes.length
  exchange.bodyPending = false
  const inSteps = inTurns(readingOperation(match, body.bytes, { pinned: gate.pinned }), isGone)
  const reading = inSteps instanceof Promise ? await inSteps : inSteps
  if (reading.kind === 'refused') return stop(reading)
  const identify = () => gate.identity.identify(credential.token)
  const ready = await makeReady(gate, exchange, caller, { reading, identify })
  if (ready.kind === 'stop') return stop(ready)
  const { active } = ready
  // As if nothing were left of any licensed amount: amounts.ts asks for it where it makes a difference.
  const own: Facts = { caller, place, operation: reading.operation, remaining: {} }
  if (own.operation.action === 'list-models') return answerModels(gate, exchange, active, own, match)

  // a WebSocket whose frames name the models is opened to its client, and each frame comes the same way for itself
  const { id, anchor } = exchange
  const conversation = match.route.socket === null ? null : converse({ id, anchor, match, caller, place, identify })
  if (conversation !== null && own.operation.models.length === 0) return openConversation(gate, exchange, conversation)

  // 5 decide, 6 record, 7 forward
  const settled = await settle(gate, exchange, {
    active,
    match,
    reading,
    own,
    body: body.bytes,
    isGone,
    socket: null,
  })
  return settled.kind === 'refuse' || conversation === null ? settled : admitTo(conversation, settled)
}

const credentialElsewhere: Stop = { reason: 'token_absent', message: 'the credential stands where this API takes none' }
