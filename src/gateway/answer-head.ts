// The head of an answer: whether it can be relayed, how, and what of it the caller receives.
import type { Forwarding } from '../enforcement/index.ts'
import { dialects } from '../request/index.ts'
import type { AnswerFields } from '../upstream/index.ts'
import { answerFault, mediaTypeOf, typeFieldOf } from './answer-fault.ts'
import { type ReleasedHeaders, releasedHeaders } from './released-headers.ts'

export interface AnswerHead {
  readonly isStream: boolean
  /** `content-type`, as it came. */
  readonly type: string
  readonly headers: ReleasedHeaders
}

/** Takes a final status and the fields; gives the head, or why the answer cannot be relayed. */
export function readAnswerHead(
  status: number,
  fields: AnswerFields,
  { id, dialect, answers, tells }: Forwarding,
): AnswerHead | string {
  const type = mediaTypeOf(fields)
  const isStream = type === dialects[dialect].streamType
  const isOfType = answers.includes(type) || (isStream && tells === 'itself')
  const fault = answerFault(status, fields, isOfType)
  if (fault !== null) return fault
  const headers = releasedHeaders(fields)
  headers['portcullis-decision'] = id
  return { isStream, type: typeFieldOf(fields), headers }
}
