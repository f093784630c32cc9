// Refusal: what leaves the gate instead of an answer. The dialect gives it its native shape.
import type { AnswerCode } from './reason.ts'

export interface Refusal {
  readonly status: number
  readonly code: AnswerCode
  readonly message: string
  /** Null only with `log_unavailable`: there is no record to point to. */
  readonly decisionId: string | null
}
