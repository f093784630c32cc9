// Exchange: what is known so far about one request, filled in step by step, so that a record can be written wherever it ends.
import type { ActivePolicy } from '../directives/index.ts'
import type { Dialect, Operation, Resource } from '../vocabulary/operation.ts'
import type { Caller } from '../vocabulary/party.ts'
import type { Place } from '../vocabulary/place.ts'
import type { Arrival } from './arrival.ts'
import type { Known } from './references.ts'

export interface Exchange {
  /** UUIDv7; becomes the decision id. */
  readonly id: string
  /** The instant that this request is decided for, milliseconds since the epoch: of its arrival until it was read whole. */
  instant: number
  /** Of that instant (`ClockWatch.anchor`): what is permitted for it lives no longer than this says, whatever the clock is set to. */
  anchor: number
  readonly method: string
  /** In whose words a refusal is told; `openai` until the route says better. */
  dialect: Dialect
  /** Operation id of the route table, `unknown` before. */
  operationId: string
  /** Decision id of the upgrade, where this is a frame of its socket. */
  socket: string | null
  /** Bytes of the body as read. */
  length: number
  /** Bytes of this request may still stand on the connection, so that no other may follow on it. */
  bodyPending: boolean
  place: Place | null
  caller: Caller | null
  operation: Operation | null
  resources: readonly Resource[]
  /** What is stored that the request refers to, with what is known of it. */
  references: readonly Known[]
  active: ActivePolicy | null
}

export function openExchange(id: string, instant: number, arrival: Pick<Arrival, 'method'>): Exchange {
  return {
    id,
    instant,
    anchor: Number.NEGATIVE_INFINITY,
    method: arrival.method.slice(0, 16),
    dialect: 'openai',
    operationId: 'unknown',
    socket: null,
    length: 0,
    bodyPending: true,
    place: null,
    caller: null,
    operation: null,
    resources: [],
    references: [],
    active: null,
  }
}
