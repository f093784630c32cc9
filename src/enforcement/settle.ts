// From what was read to the permit or the refusal, be it a request or a frame of a WebSocket: every stored object that it refers to,
// the token and the policy of this instant; then steps 5 to 7. There is no other way to a permit that forwards.
import type { ActivePolicy } from '../directives/index.ts'
import type { Identification } from '../identity/index.ts'
import type { OperationRead, RouteMatch } from '../request/index.ts'
import type { Facts } from '../vocabulary/decision.ts'
import type { Caller } from '../vocabulary/party.ts'
import type { UpstreamSettings } from '../vocabulary/settings.ts'
import { type Asked as Decided, decideAsked } from './decide-asked.ts'
import type { Exchange } from './exchange.ts'
import type { Gate } from './gate.ts'
import { inTurns } from './in-turns.ts'
import { type Earlier, keepingOf, storingOf, widen } from './keeping.ts'
import type { Forwarding, Refused } from './passage.ts'
import { planDispatch } from './plan.ts'
import { permitVerdict, recordPermit } from './record.ts'
import { lookUp, referenceFault, tellsOf } from './references.ts'
import { refuseDecision, refuseStop, type Stop } from './refusing.ts'

/** Asks again for the caller's token, which nobody else gets to see. */
export type Identify = () => Identification | Promise<Identification>

export interface Ready {
  readonly kind: 'ready'
  readonly active: ActivePolicy
}

/** What must hold before anything is decided. The request is read whole by now, and its instant is this one. */
export async function makeReady(
  gate: Gate,
  exchange: Exchange,
  caller: Caller,
  { reading, identify }: { readonly reading: OperationRead; readonly identify: Identify },
): Promise<Ready | (Stop & { readonly kind: 'stop' })> {
  const no = (stop: Stop) => ({ kind: 'stop', ...stop }) as const
  exchange.operation = reading.operation

  // every stored object that it refers to
  if (reading.references.length > 0) {
    exchange.references = await lookUp(gate, caller, reading.operation.dialect, reading.references)
    const unknown = referenceFault(exchange.references)
    if (unknown !== null) return no(unknown)
  }

  // It took its time: the token must still be good.
  const identifying = identify()
  const again = identifying instanceof Promise ? await identifying : identifying
  if (again.kind === 'refused') return no({ reason: again.reason, message: again.detail })

  if (!gate.steadiness.isStable()) return no({ reason: 'clock_unsynchronized', message: 'the clock was set just now' })
  exchange.instant = gate.clock.now()
  exchange.anchor = gate.steadiness.anchor(exchange.instant)
  const active = gate.policies.current()
  if (active === undefined) return no({ reason: 'policy_unavailable', message: 'no policy was loaded yet' })
  exchange.active = active
  return { kind: 'ready', active }
}

export interface Asked {
  readonly active: ActivePolicy
  readonly match: RouteMatch
  readonly reading: OperationRead
  /** With the models that the request itself names. */
  readonly own: Facts
  readonly body: Uint8Array
  /** Nobody waits for the answer any more. */
  readonly isGone: () => boolean
  /** Null: a request, or the upgrade of a WebSocket. */
  readonly socket: SocketSoFar | null
}

export interface SocketSoFar extends Earlier {
  /** The model API that it is connected to: no frame can name what another one serves. Null: none yet. */
  readonly connected: UpstreamSettings | null
}

/** Asked once for a request and once for each frame that decides. Its record is on disk when it resolves. */
export async function settle(gate: Gate, exchange: Exchange, input: Asked): Promise<Forwarding | Refused> {
  const { active, match, own } = input
  const stop = (why: Stop): Promise<Refused> => refuseStop(gate, exchange, why)

  // 5 decide
  const asked = await decideAsked(gate, exchange, active, { match, own })
  if (asked.kind === 'stop') return stop(asked)
  const { reservation } = asked
  let isForwarded = false
  try {
    const settled = await settleDecided(gate, exchange, input, asked)
    isForwarded = settled.kind === 'forward'
    return settled
  } finally {
    if (!isForwarded) reservation?.settle(0)
  }
}

async function settleDecided(
  gate: Gate,
  exchange: Exchange,
  { active, match, reading, own, body, isGone, socket }: Asked,
  { decision, cache, share, facts, joined, upstream, reservation }: Decided,
): Promise<Forwarding | Refused> {
  const stop = (why: Stop): Promise<Refused> => refuseStop(gate, exchange, why)
  if (decision.effect === 'deny') {
    const refused = await refuseDecision(gate, exchange, decision, cache)
    if (refused.recorded !== null) share()
    return refused
  }

  if (socket !== null && socket.connected !== null && socket.connected !== upstream) return stop(connectedElsewhere)
  if (reservation !== null && (match.route.socket !== null || socket !== null)) {
    // A frame that nobody decides brings answers too, each up to the cap; and nobody says which answer belongs to which frame.
    const denial = { ...decision, effect: 'deny', basis: 'prohibited', reason: 'obligation_unenforceable' } as const
    return refuseDecision(gate, exchange, denial, cache, 'a licensed amount cannot be kept on a WebSocket')
  }

  // what goes upstream: the bytes that were read, with the decision's edits, read again
  const boundary = `portcullis-${exchange.id}`
  const planning = planDispatch({ match, reading, joined, body, active, decision, upstream, boundary })
  const inSteps = inTurns(planning, isGone)
  const plan = inSteps instanceof Promise ? await inSteps : inSteps
  if (plan.kind === 'refused') return stop(plan)
  if (plan.kind === 'unenforceable') return refuseDecision(gate, exchange, plan.denial, cache, plan.detail)
  const { makes } = plan
  const { caller } = own
  const earlier = socket ?? nothingEarlier
  const isStoring = makes.length > 0 || exchange.references.length > 0 || match.route.stored !== null
  const about = { match, reading, body, upstream, decision, makes, caller, earlier }
  const storing = isStoring ? storingOf(exchange, about) : null
  const unwidened = storing === null ? null : await widen(gate, storing)
  if (unwidened !== null) return stop(unwidened)

  // 6 record, 7 forward
  const permit = await recordPermit(gate, exchange, permitVerdict(decision, cache), plan.dispatch)
  share()
  gate.observe.decided(decision, cache.state)
  const { id, anchor, dialect, operationId } = exchange
  const { answers = ['application/json'], addresses = [] } = match.route
  const keeping = storing && keepingOf(gate, storing)
  const tells = tellsOf(match, exchange.references)
  const told = { id, anchor, permit, dialect, operationId, answers, addresses, tells }
  return { kind: 'forward', ...told, facts, decision, active, keeping, reservation, conversation: null }
}

const nothingEarlier: Earlier = { models: [], known: [] }

const connectedElsewhere: Stop = {
  reason: 'model_unknown',
  message: 'another model API serves what is named: open a socket for it',
}
