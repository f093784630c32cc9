// Why a text is refused, and where. Messages never quote the text: they may end up in a record.

export type JsonFaultReason = 'request_unreadable' | 'request_ambiguous' | 'too_large'

export interface JsonFault {
  readonly kind: 'fault'
  readonly reason: JsonFaultReason
  readonly message: string
  /** Byte at which reading stopped. */
  readonly offset: number
}

/** Thrown inside the reader alone, which gives it back as a JsonFault. */
export class FoundFault extends Error {
  readonly reason: JsonFaultReason
  readonly at: number
  constructor(reason: JsonFaultReason, message: string, at: number) {
    super(message)
    this.reason = reason
    this.at = at
  }
}

export function unreadable(message: string, at: number): FoundFault {
  return new FoundFault('request_unreadable', message, at)
}
