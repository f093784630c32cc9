// How this room says no: data, never an exception that leaves it.

import type { Reason } from '../vocabulary/reason.ts'

export interface Refused {
  readonly kind: 'refused'
  readonly reason: Reason
  /** One sentence that says what to change. It names fields by pointer and never quotes a value of the request. */
  readonly message: string
  /** Where the status differs from the reason's own: 414, 505. */
  readonly status?: number
}

export function refused(reason: Reason, message: string, status?: number): Refused {
  return status === undefined ? { kind: 'refused', reason, message } : { kind: 'refused', reason, message, status }
}
