// Close codes of a WebSocket (RFC 6455 §7.4.1, IANA registry): from a reason of ours, from a fault of the client's, from what the model
// API said.
import { type Reason, reasons } from '../vocabulary/reason.ts'

/** The code with which a refusal closes the client's socket. */
export function closeCodeOf(reason: Reason): number {
  if (reason === 'request_unreadable') return 1007
  if (reason === 'too_large') return 1009
  if (reason === 'overloaded') return 1013
  if (reason === 'model_mismatch') return 1008
  return reasons[reason].basis === 'system' ? 1011 : 1008
}

/** What `ws`, or the end that is read, calls a fault of the client's; for the outcome. */
export function reasonOfFault(code: string): Reason {
  if (code === 'WS_ERR_NO_MEMORY') return 'overloaded'
  if (code === 'WS_ERR_TIMEOUT') return 'timeout'
  return /TOO_(?:BIG|MANY)|UNSUPPORTED_MESSAGE_LENGTH/.test(code) ? 'too_large' : 'request_unreadable'
}

/** Whether the peer said goodbye in order: it may also say nothing (1005) or go away (1001). */
export const isOrderly = (code: number): boolean => code === 1000 || code === 1001 || code === 1005

const passed: ReadonlySet<number> = new Set([1000, 1001, 1007, 1008, 1009, 1011, 1012, 1013])

/** The code under which the client hears that the model API closed; its words stay behind, as its headers do. */
export function passedCode(code: number): number {
  if (code === 1005) return 1000
  return passed.has(code) || (code >= 3000 && code <= 4999) ? code : 1011
}
