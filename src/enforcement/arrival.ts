// Arrival: one HTTP request as the server hands it over, before anything is believed.
import type { Reason } from '../vocabulary/reason.ts'

export interface Arrival {
  readonly method: string
  /** The request target, byte for byte. */
  readonly target: string
  readonly httpVersion: string
  /** Names and values alternating, as received: duplicates and order included. */
  readonly rawHeaders: readonly string[]
  /** Address of the TCP peer. */
  readonly peer: string
  /** Asks for one of the places for requests under way; false: there is none. A place that was given is freed with the request. */
  readonly admit: () => boolean
  /** The connection is closed: no answer can arrive any more. */
  readonly isGone: () => boolean
  /**
   * Reads the whole body, once. More than `limit` bytes, a break or a time-out is refused; never "the first N bytes". What is
   * written anew before it goes on is held in two copies, and both need memory from the start.
   */
  readonly readBody: (limit: number, copies: 1 | 2) => Promise<BodyReading>
}

export type BodyReading =
  | { readonly kind: 'body'; readonly bytes: Uint8Array }
  | { readonly kind: 'refused'; readonly reason: Reason; readonly message: string }
