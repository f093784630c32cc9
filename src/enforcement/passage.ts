// Passage: the three ways out of the gate.
import type { ActivePolicy } from '../directives/index.ts'
import type { Decision, Facts } from '../vocabulary/decision.ts'
import type { Dialect } from '../vocabulary/operation.ts'
import type { Refusal } from '../vocabulary/refusal.ts'
import type { Keeping } from './keeping.ts'
import type { Permit } from './permit.ts'

export type Passage = Forwarding | Answer | Refused

/** To the model API: its record is on disk. */
export interface Forwarding {
  readonly kind: 'forward'
  readonly id: string
  readonly permit: Permit
  readonly dialect: Dialect
  readonly operationId: string
  /** Media types that its answer may have, beside the dialect's stream. */
  readonly answers: readonly string[]
  readonly facts: Facts
  readonly decision: Decision
  readonly active: ActivePolicy
  /** Null: nothing is stored by it, or deleted. */
  readonly keeping: Keeping | null
}

/** Answered by the gate itself, from the catalogue. Its record is on disk. */
export interface Answer {
  readonly kind: 'answer'
  readonly id: string
  readonly body: unknown
}

export interface Refused {
  readonly kind: 'refuse'
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
