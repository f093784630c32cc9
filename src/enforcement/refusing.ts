// Refusing: record first, then the answer. Where the record cannot be made, the answer says so and carries no id.

import type { ActivePolicy } from '../directives/index.ts'
import { callerTextOf } from '../policy/index.ts'
import type { Decision } from '../vocabulary/decision.ts'
import type { Dialect } from '../vocabulary/operation.ts'
import type { TokenFacts } from '../vocabulary/party.ts'
import { type Reason, reasons } from '../vocabulary/reason.ts'
import type { DecisionRecord } from '../vocabulary/record.ts'
import { type Told, tellDecision, tellReason } from './answer-code.ts'
import type { Exchange } from './exchange.ts'
import type { Gate } from './gate.ts'
import type { Forwarding, Opened, Refused } from './passage.ts'
import { notAsked, recordDecision, type Verdict } from './record.ts'

/** Why an exchange ends before the policy was asked. */
export interface Stop {
  readonly reason: Reason
  /** One sentence that quotes no value: kept in the record, and told to the caller where the request is theirs to mend. */
  readonly message: string
  /** Where it differs from the reason table's: 414, 431, 505. */
  readonly status?: number
  readonly allow?: string
}

/** Ends an exchange that the policy was not asked about. Never throws. */
export async function refuseStop(gate: Gate, exchange: Exchange, stop: Stop): Promise<Refused> {
  const { reason, message } = stop
  const { basis } = reasons[reason]
  // A model that is hidden from the caller is unknown in the same words as one that is not (threat B16).
  const isTold = basis === 'request' && reason !== 'model_unknown'
  const told = tellReason(reason, stop.status, isTold ? message : undefined)
  // Whatever somebody unknown can bring about without end shares its records (threat L11).
  const counts = basis === 'session' || basis === 'request' || exchange.caller === null || reason === 'overloaded'
  const counted = counts ? gate.refusalCounts.count(reason, sourceOf(gate, exchange)) : null
  const verdict: Verdict = {
    effect: 'deny',
    reason,
    decision: null,
    cache: notAsked,
    told: told.code,
    detail: message,
    via: 'data',
  }
  try {
    await (counted === null ? recordDecision(gate, exchange, verdict) : counted.written)
  } catch (error) {
    return withoutRecord(gate, exchange, error)
  }
  gate.observe.decided({ effect: 'deny', basis, reason }, 'none')
  const challenge = told.status === 401 ? sessionChallenge(reason) : null
  const { allow = null } = stop
  if (counted === null) return refused(exchange, exchange.id, told, { reason, recorded: exchange.id, challenge, allow })
  return refused(exchange, counted.id, told, { reason, recorded: null, challenge, allow })
}

/**
 * Ends an exchange that the policy denied, or whose permit cannot be enforced. Never throws.
 * @param detail one more sentence for the record
 */
export async function refuseDecision(
  gate: Gate,
  exchange: Exchange,
  decision: Decision,
  cache: DecisionRecord['cache'],
  detail: string | null = null,
): Promise<Refused> {
  const { reason } = decision
  const told = tellDecided(gate, exchange.active, decision)
  const verdict: Verdict = { effect: 'deny', reason, decision, cache, told: told.code, detail, via: 'data' }
  try {
    await recordDecision(gate, exchange, verdict)
  } catch (error) {
    return withoutRecord(gate, exchange, error)
  }
  gate.observe.decided(decision, cache.state)
  const challenge = decision.stepUp && exchange.caller !== null ? stepUpChallenge(exchange.caller.token) : null
  return refused(exchange, exchange.id, told, { reason, recorded: exchange.id, challenge })
}

/** Ends an exchange in which something threw. A record that could not be made is not tried again: no id gets two decisions. */
export async function refuseFault(gate: Gate, exchange: Exchange, error: unknown): Promise<Refused> {
  if (isLogUnavailable(error)) return withoutRecord(gate, exchange, error)
  gate.observe.fault(error, 'a request ended in a fault inside the gate')
  return refuseStop(gate, exchange, { reason: 'evaluation_failed', message: String(error) })
}

/** The refusal that ends an answer whose permit was spent: cut by a decision, failed upstream, or another model than decided. */
export function refusedAfterPermit(
  gate: Gate,
  passage: Forwarding | Opened,
  reason: Reason,
  decision?: Decision,
): Refused {
  const { caller } = passage.kind === 'open' ? passage.conversation : passage.facts
  const told =
    decision === undefined ? tellReason(reason) : tellDecided(gate, gate.policies.current() ?? null, decision)
  const isSession = reasons[reason].basis === 'session'
  const challenge = decision?.stepUp ? stepUpChallenge(caller.token) : isSession ? sessionChallenge(reason) : null
  return refused(passage, passage.id, told, { reason, recorded: null, challenge })
}

function tellDecided(gate: Gate, active: ActivePolicy | null, decision: Decision): Told {
  const callerText = active === null ? null : callerTextOf(active.policy, decision)
  return tellDecision(decision, gate.settings.listen.use451, callerText)
}

/** `log_unavailable`: the only refusal without a record, and it says so. */
function withoutRecord(gate: Gate, exchange: Exchange, error: unknown): Refused {
  if (!isLogUnavailable(error)) gate.observe.fault(error, 'a record could not be made')
  gate.observe.decided({ effect: 'deny', basis: 'system', reason: 'log_unavailable' }, 'none')
  return refused(exchange, null, tellReason('log_unavailable'), {
    reason: 'log_unavailable',
    recorded: null,
    challenge: null,
  })
}

const isLogUnavailable = (error: unknown): boolean =>
  error instanceof Error && 'code' in error && error.code === 'log_unavailable'

function refused(
  from: { readonly dialect: Dialect; readonly bodyPending?: boolean },
  decisionId: string | null,
  told: Told,
  more: {
    readonly reason: Reason
    readonly recorded: string | null
    readonly challenge: string | null
    readonly allow?: string | null
  },
): Refused {
  return {
    kind: 'refuse',
    reason: more.reason,
    refusal: { ...told, decisionId },
    dialect: from.dialect,
    recorded: more.recorded,
    challenge: more.challenge,
    allow: more.allow ?? null,
    closeConnection: from.bodyPending ?? false,
  }
}

/** RFC 6750 §3: no error code where no credential was sent. */
function sessionChallenge(reason: Reason): string {
  return reason === 'token_absent' ? 'Bearer realm="portcullis"' : 'Bearer realm="portcullis", error="invalid_token"'
}

/** RFC 9470 §3. */
function stepUpChallenge(token: TokenFacts): string {
  const acrValues = token.stepUp?.acrValues.join(' ') ?? ''
  return `Bearer realm="portcullis", error="insufficient_user_authentication", acr_values="${acrValues}"`
}

function sourceOf(gate: Gate, exchange: Exchange): string | null {
  const address = exchange.place?.address ?? null
  return address === null ? null : gate.log.pseudonym('address', address)
}
