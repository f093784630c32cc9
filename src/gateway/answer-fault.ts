// Why an answer of the model API cannot be relayed, by its head alone: it leads elsewhere, speaks of the gateway's own credential, or
// its bytes are not what they would be taken for (threats H10, S8).
import type { IncomingHttpHeaders } from 'node:http'

/**
 * Takes a final status, the fields as undici gives them, repeated ones as lists, and whether the operation has answers of its media type;
 * null: it can be relayed.
 */
export function answerFault(status: number, headers: IncomingHttpHeaders, isOfType: boolean): string | null {
  if (status > 599) return `it answered ${status}, which is no status of HTTP`
  if (status >= 300 && status < 400) return 'it redirected'
  // Nothing that a caller could mend, or should read.
  if (status === 401 || status === 403 || status === 407) return `it answered ${status} to the gateway's own credential`
  const coding = headers['content-encoding']
  if (coding !== undefined && coding !== 'identity') return 'it answered in a coding that was not asked for'
  // undici takes the end of the connection for the end of such an answer, and hands its bytes over coded.
  const transfer = headers['transfer-encoding']
  if (transfer !== undefined && transfer.toLowerCase() !== 'chunked') return 'it answered in an unknown transfer coding'
  if (Array.isArray(headers['content-type'])) return 'it named two content types'
  return status < 300 && !isOfType ? 'it answered in a media type that this operation does not have' : null
}

/** Without parameters, in small letters; empty where there is none. */
export function mediaTypeOf(headers: IncomingHttpHeaders): string {
  const { 'content-type': type = '' } = headers
  return type === 'application/json' ? type : (type.split(';')[0] ?? '').trim().toLowerCase()
}
