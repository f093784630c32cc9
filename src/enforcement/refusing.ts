// Refusing: record first, then the answer. Where the record cannot be made, the answer says so and carries no id.

import type { ActivePolicy } from '../directives/index.ts'
import { callerTextOf } from '../policy/index.ts'
import type { Decision } from '../vocabulary/decision.ts'
import type { TokenFacts } from '../vocabulary/party.ts'
import { type Reason, reasons } from '../vocabulary/reason.ts'
import type { DecisionRecord } from '../vocabulary/record.ts'
import { type Told, tellDecision, tellReason } from './answer-code.ts'
import type { Exchange } from './exchange.ts'
import type { Gate } from './gate.ts'
import type { Forwarding, Refused } from './passage.ts'
import { recordDecision } from './record.ts'

/** Why an exchange ends before the policy was asked. */
export interface Stop {
  readonly reason: Reason
  /** One internal sentence for the record. */
  readonly detail: string
  /** Where it differs from the reason table's: 431, 505. */
  readonly status?: number
  readonly allow?: string
  readonly closeConnection?: boolean
}

const notComputed: DecisionRecord['cache'] = { state: 'computed', of: null }

/** Ends an exchange that the policy was not asked about. Never throws. */
export async function refuseStop(gate: Gate, exchange: Exchange, stop: Stop): Promise<Refused> {
  const { basis } = reasons[stop.reason]
  // A request that cannot be read is the caller's to mend: they are told what is wrong with it (no detail quotes a value).
  const told = tellReason(stop.reason, stop.status, basis === 'request' ? stop.detail : undefined)
  gate.observe.decided({ effect: 'deny', basis, reason: stop.reason }, 'none')
  const counted =
    basis === 'session' || basis === 'request' ? gate.refusalCounts.count(stop.reason, sourceOf(gate, exchange)) : null
  try {
    if (counted !== null) await counted.written
    else
      await recordDecision(gate, exchange, {
        effect: 'deny',
        reason: stop.reason,
        decision: null,
        cache: notComputed,
        told: told.code,
        detail: stop.detail,
        via: 'data',
      })
  } catch {
    return withoutRecord(exchange, stop.closeConnection ?? false)
  }
  const challenge = told.status === 401 ? sessionChallenge(stop.reason) : null
  return refused(exchange, counted?.id ?? exchange.id, told, {
    recorded: counted === null ? exchange.id : null,
    challenge,
    allow: stop.allow,
    closeConnection: stop.closeConnection,
  })
}

/** Ends an exchange that the policy denied. Never throws. */
export async function refuseDecision(
  gate: Gate,
  exchange: Exchange,
  decision: Decision,
  cache: DecisionRecord['cache'],
): Promise<Refused> {
  const told = tellDecided(gate, exchange.active, decision)
  gate.observe.decided(decision, cache.state)
  try {
    await recordDecision(gate, exchange, {
      effect: 'deny',
      reason: decision.reason,
      decision,
      cache,
      told: told.code,
      detail: null,
      via: 'data',
    })
  } catch {
    return withoutRecord(exchange, false)
  }
  const challenge = decision.stepUp && exchange.caller !== null ? stepUpChallenge(exchange.caller.token) : null
  return refused(exchange, exchange.id, told, { recorded: exchange.id, challenge })
}

/** The refusal that ends an answer whose permit was spent: cut by a decision, failed upstream, or another model than decided. */
export function refusedAfterPermit(gate: Gate, forwarding: Forwarding, reason: Reason, decision?: Decision): Refused {
  const told =
    decision === undefined ? tellReason(reason) : tellDecided(gate, gate.policies.current() ?? null, decision)
  const challenge = decision?.stepUp ? stepUpChallenge(forwarding.facts.caller.token) : null
  return refused(forwarding, forwarding.id, told, { recorded: null, challenge })
}

function tellDecided(gate: Gate, active: ActivePolicy | null, decision: Decision): Told {
  const callerText = active === null ? null : callerTextOf(active.policy, decision)
  return tellDecision(decision, gate.settings.listen.use451, callerText)
}

/** `log_unavailable`: the only refusal without a record, and it says so. */
function withoutRecord(exchange: Exchange, closeConnection: boolean): Refused {
  return refused(exchange, null, tellReason('log_unavailable'), { recorded: null, challenge: null, closeConnection })
}

function refused(
  { dialect }: Pick<Exchange, 'dialect'>,
  decisionId: string | null,
  told: Told,
  more: {
    recorded: string | null
    challenge: string | null
    allow?: string | undefined
    closeConnection?: boolean | undefined
  },
): Refused {
  return {
    kind: 'refuse',
    refusal: { ...told, decisionId },
    recorded: more.recorded,
    dialect,
    challenge: more.challenge,
    allow: more.allow ?? null,
    closeConnection: more.closeConnection ?? false,
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
