// A conversation: one WebSocket, from its upgrade on. Every message of its client comes through here before it goes on. What names a
// model, chooses a mode or has to do with what is stored is one more request of this caller: decided and recorded for itself, beside
// the upgrade, by the same steps.
import { limits } from '../limits.ts'
import { type Frame, type FrameRead, type RouteMatch, readFrame } from '../request/index.ts'
import type { Caller } from '../vocabulary/party.ts'
import type { Place } from '../vocabulary/place.ts'
import type { UpstreamSettings } from '../vocabulary/settings.ts'
import type { StoredModel } from '../vocabulary/stored-object.ts'
import { lastUseOf } from './decide.ts'
import { type Exchange, openExchange } from './exchange.ts'
import type { Gate } from './gate.ts'
import { inTurns } from './in-turns.ts'
import { partsOf } from './keeping.ts'
import type { Forwarding, Opened, Refused } from './passage.ts'
import { notAsked, recordDecision } from './record.ts'
import type { Known } from './references.ts'
import { refuseFault, refuseStop } from './refusing.ts'
import { type Identify, makeReady, settle } from './settle.ts'

export interface Upgraded {
  /** Decision id of the upgrade. */
  readonly id: string
  /** Of its instant. */
  readonly anchor: number
  readonly match: RouteMatch
  readonly caller: Caller
  readonly place: Place
  readonly identify: Identify
}

export interface Conversation extends Upgraded {
  /** Every model that was permitted on it so far. */
  readonly models: StoredModel[]
  /** Conversations at the provider to which its latest frames referred. */
  readonly known: Known[]
}

/** `goes-on`: it says nothing that must be decided, and goes on as it was read. */
export type FramePassage = Forwarding | Refused | { readonly kind: 'goes-on' }

export function converse(upgraded: Upgraded): Conversation {
  return { ...upgraded, models: [], known: [] }
}

/** What was permitted, as a part of the conversation. */
export function admitTo(conversation: Conversation, forwarding: Forwarding): Forwarding {
  const { models } = conversation
  const known = new Set(models.map((part) => JSON.stringify(part)))
  // Each once: a socket may take frames for hours, and all of this is gone through for each.
  models.push(...partsOf(forwarding.decision).filter((part) => !known.has(JSON.stringify(part))))
  return { ...forwarding, conversation }
}

/** An upgrade that names no model: open to its client, on record, and to nobody else before a frame is permitted. */
export async function openConversation(gate: Gate, exchange: Exchange, conversation: Conversation): Promise<Opened> {
  await recordDecision(gate, exchange, {
    effect: 'permit',
    reason: 'permitted',
    decision: null,
    cache: notAsked,
    told: null,
    detail: 'a socket whose frames name the models: each of them is decided',
    via: 'data',
  })
  gate.observe.decided({ effect: 'permit', basis: 'permit', reason: 'permitted' }, 'none')
  return { kind: 'open', id: exchange.id, dialect: exchange.dialect, operationId: exchange.operationId, conversation }
}

/**
 * @param connected the model API that the socket is connected to; null: none yet, so that the frame has to name a model
 * @returns never throws: a fault inside is a refusal. A frame that is refused is on record, and ends the conversation.
 */
export async function enforceFrame(
  gate: Gate,
  conversation: Conversation,
  frame: Frame,
  connected: UpstreamSettings | null,
): Promise<FramePassage> {
  const framed = await inTurns(readFrame(conversation.match, frame, gate.pinned), () => false)
  const exchange = openFrame(gate, conversation, frame)
  try {
    if (framed.kind === 'refused') return await refuseStop(gate, exchange, framed)
    // By the clock that the upgrade began with: the wall clock may have been set back since, and the token would live anew.
    if (gate.steadiness.since(conversation.anchor) >= lastUseOf(gate, conversation.caller.token))
      return await refuseStop(gate, exchange, { reason: 'token_invalid', message: 'the token ended on this socket' })
    if (framed.decides || connected === null) {
      return await passFrame(gate, conversation, exchange, { framed, frame, connected })
    }
    // What was permitted still is, or the socket would be closed; with each frame something new may begin, for a token that is good.
    const again = await conversation.identify()
    if (again.kind === 'refused') {
      return await refuseStop(gate, exchange, { reason: again.reason, message: again.detail })
    }
    return { kind: 'goes-on' }
  } catch (error) {
    return refuseFault(gate, exchange, error)
  }
}

async function passFrame(
  gate: Gate,
  conversation: Conversation,
  exchange: Exchange,
  { framed, frame, connected }: { framed: FrameRead; frame: Frame; connected: UpstreamSettings | null },
): Promise<Forwarding | Refused> {
  const { caller, place, identify, models, known } = conversation
  const { match, reading, decides } = framed
  exchange.operationId = reading.operation.id
  exchange.operation = reading.operation
  if (!decides) {
    const message = 'the first frame must name the model of the conversation'
    return refuseStop(gate, exchange, { reason: 'model_absent', message })
  }
  const ready = await makeReady(gate, exchange, caller, { reading, identify })
  if (ready.kind === 'stop') return refuseStop(gate, exchange, ready)
  const own = { caller, place, operation: reading.operation, remaining: {} }
  const { active } = ready
  const socket = { connected, models, known }
  const isGone = (): boolean => false
  const settled = await settle(gate, exchange, { active, match, reading, own, body: frame.bytes, isGone, socket })
  if (settled.kind === 'refuse') return settled
  known.push(...exchange.references.filter(({ reference }) => reference.kind === 'conversation'))
  known.splice(0, known.length - limits.socketDecisions)
  return admitTo(conversation, settled)
}

function openFrame(gate: Gate, { id, match, caller, place }: Conversation, { bytes }: Frame): Exchange {
  const exchange = openExchange(gate.newId(), gate.clock.now(), match.route)
  exchange.dialect = match.dialect
  exchange.operationId = match.route.id
  exchange.socket = id
  exchange.length = bytes.length
  exchange.bodyPending = false
  exchange.caller = caller
  exchange.place = place
  return exchange
}
