// From a reason to what the caller is told: code, status and sentence. The only place that hides a reason.

import type { Decision } from '../vocabulary/decision.ts'
import { type AnswerCode, type Reason, reasons } from '../vocabulary/reason.ts'

export interface Told {
  readonly code: AnswerCode
  readonly status: number
  readonly message: string
}

const restricted = 'Access to this model is restricted.'

/** Session reasons are told as three words only, so that nobody learns which check failed (threat J20). */
const sessionTold: Partial<Record<Reason, Reason>> = { token_revoked: 'token_invalid', revoked: 'session_revoked' }

/**
 * For refusals of basis `session`, `request` and `system`: always told.
 * @param status where it differs from the table's (414, 431, 505)
 * @param detail what is wrong with the request, in words that quote none of its values
 */
export function tellReason(reason: Reason, status?: number, detail?: string): Told {
  const code = sessionTold[reason] ?? reason
  const { says } = reasons[code]
  return {
    code,
    status: status ?? reasons[reason].status,
    message: detail === undefined ? says : `${says} (${detail})`,
  }
}

/**
 * For denials on substance: the reason only where the directive says so; 451 for prohibitions where the operator chose it.
 * @param callerText the directive's own text for callers, null where it has none
 */
export function tellDecision(decision: Decision, use451: boolean, callerText: string | null): Told {
  const { basis, status: tableStatus } = reasons[decision.reason]
  if (basis === 'system' || basis === 'request' || basis === 'session') return tellReason(decision.reason)
  const status = decision.stepUp ? 401 : basis === 'prohibited' && use451 ? 451 : tableStatus
  if (!decision.tellReason) return { code: 'access_restricted', status, message: restricted }
  return { code: decision.reason, status, message: callerText ?? reasons[decision.reason].says }
}
