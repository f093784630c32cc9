// Why an answer of the model API cannot be relayed, by its head alone: it leads elsewhere, speaks of the gateway's own credential, or
// its bytes are not what they would be taken for (threats H10, S8).
import type { AnswerFields } from '../upstream/index.ts'

/**
 * Takes a final status, the fields, repeated ones as lists, and whether the operation has answers of its media type;
 * null: it can be relayed.
 */
export function answerFault(status: number, headers: AnswerFields, isOfType: boolean): string | null {
  if (status > 599) return `it answered ${status}, which is no status of HTTP`
  if (status >= 300 && status < 400) return 'it redirected'
  // Nothing that a caller could mend, or should read.
  if (status === 401 || status === 403 || status === 407) return `it answered ${status} to the gateway's own credential`
  const coding = headers['content-encoding']
  if (coding !== undefined && coding !== 'identity') return 'it answered in a coding that was not asked for'
  if (Array.isArray(headers['content-type'])) return 'it named two content types'
  return status < 300 && !isOfType ? 'it answered in a media type that this operation does not have' : null
}

/** `content-type`, as it came; empty where there is none, or more than one. */
export function typeFieldOf({ 'content-type': type }: AnswerFields): string {
  return typeof type === 'string' ? type : ''
}

/** Without parameters, in small letters; empty where there is none. */
export function mediaTypeOf(headers: AnswerFields): string {
  const type = typeFieldOf(headers)
  return type === 'application/json' ? type : (type.split(';')[0] ?? '').trim().toLowerCase()
}
