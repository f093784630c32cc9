// Passage: the four ways out of the gate.
import type { ActivePolicy } from '../directives/index.ts'
import type { Reservation } from '../quantities/index.ts'
import type { Decision, Facts } from '../vocabulary/decision.ts'
import type { Dialect } from '../vocabulary/operation.ts'
import type { Reason } from '../vocabulary/reason.ts'
import type { Refusal } from '../vocabulary/refusal.ts'
import type { Conversation } from './conversation.ts'
import type { Keeping } from './keeping.ts'
import type { Permit } from './permit.ts'

/** Where an answer tells which model served it: by itself, in each of its lines (results of a batch), or nowhere (somebody's own file). */
export type Tells = 'itself' | 'each-line' | 'nothing'

export type Passage = Forwarding | Opened | Answer | Refused

/** To the model API: its record is on disk. */
export interface Forwarding {
  readonly kind: 'forward'
  readonly id: string
  /** Of the instant that it was decided for. */
  readonly anchor: number
  readonly permit: Permit
  readonly dialect: Dialect
  readonly operationId: string
  /** Media types that its answer may have, beside the dialect's stream. */
  readonly answers: readonly string[]
  /** Members of a whole answer that hold an address of the model API's own. */
  readonly addresses: readonly string[]
  readonly tells: Tells
  readonly facts: Facts
  readonly decision: Decision
  readonly active: ActivePolicy
  /** Null: nothing is stored by it, or deleted. */
  readonly keeping: Keeping | null
  /** Of licensed amounts: settled with its outcome. Null: none. */
  readonly reservation: Reservation | null
  /** The WebSocket that it opens or is a frame of; null: an ordinary request. */
  readonly conversation: Conversation | null
}

/** A WebSocket that is open to its client alone: nothing goes to a model API before a frame is permitted. Its record is on disk. */
export interface Opened {
  readonly kind: 'open'
  readonly id: string
  readonly dialect: Dialect
  readonly operationId: string
  readonly conversation: Conversation
}

/** Answered by the gate itself, from the catalogue. Its record is on disk. */
export interface Answer {
  readonly kind: 'answer'
  readonly id: string
  readonly body: unknown
}

export interface Refused {
  readonly kind: 'refuse'
  /** As recorded; the refusal may say less. */
  readonly reason: Reason
  readonly refusal: Refusal
  /** Id of the decision record that waits for an outcome; null where the refusal shares a record, or has none. */
  readonly recorded: string | null
  readonly dialect: Dialect
  /** `WWW-Authenticate` of a 401. */
  readonly challenge: string | null
  /** `Allow` of a 405. */
  readonly allow: string | null
  /** The body was not read to its end, so nothing more can be read from this connection. */
  readonly closeConnection: boolean
}
