// Evaluate: the decision of the data path, asked for by an enforcement point over AuthZEN. Recorded, never forwarded.
import { resourcesOf } from '../policy/index.ts'
import type { Decision, Facts } from '../vocabulary/decision.ts'
import type { Caller } from '../vocabulary/party.ts'
import { type Reason, reasons } from '../vocabulary/reason.ts'
import { decideNow } from './decide.ts'
import { openExchange } from './exchange.ts'
import type { Gate } from './gate.ts'
import { notAsked, recordAnswered, recordDecision, type Verdict } from './record.ts'

export interface Evaluated {
  readonly id: string
  readonly effect: 'permit' | 'deny'
  readonly reason: Reason
  /** Null where the policy was not asked: no policy, or an unknown model. */
  readonly decision: Decision | null
}

export interface Question {
  /** What to decide for, milliseconds since the epoch; null: now. Another time than now is recorded as a what-if. */
  readonly instant: number | null
  /** Who asks, with the roles that let them. */
  readonly caller: Caller
  readonly roles: readonly string[]
}

/** @throws LogUnavailable: then there is no answer. */
export async function evaluate(gate: Gate, facts: Facts, { instant, caller, roles }: Question): Promise<Evaluated> {
  const now = gate.clock.now()
  const decidedFor = instant === now ? null : instant
  const exchange = openExchange(gate.newId(), now, { method: 'POST' })
  exchange.operationId = facts.operation.id
  exchange.dialect = facts.operation.dialect
  exchange.place = facts.place
  exchange.caller = facts.caller
  exchange.operation = facts.operation
  exchange.active = gate.policies.current() ?? null
  const { active } = exchange
  const resolved = active && resourcesOf(active.policy, facts.operation)
  if (resolved?.kind === 'resources') exchange.resources = resolved.resources
  const isSteady = decidedFor !== null || gate.steadiness.isStable()
  const decision =
    !isSteady || active === null || resolved?.kind !== 'resources'
      ? null
      : decideNow(gate, active, facts, decidedFor ?? now)
  const reason =
    decision?.reason ?? (!isSteady ? 'clock_unsynchronized' : active === null ? 'policy_unavailable' : 'model_unknown')
  const effect = decision?.effect ?? 'deny'
  const verdict: Verdict = {
    effect,
    reason,
    decision,
    cache: decision === null ? notAsked : { state: 'computed', of: null },
    told: effect === 'permit' ? null : reason,
    detail: null,
    via: decidedFor === null ? 'authzen' : 'what-if',
  }
  await recordDecision(gate, exchange, verdict, { caller, roles, decidedFor })
  gate.observe.decided({ effect, basis: reasons[reason].basis, reason }, verdict.cache.state)
  recordAnswered(gate, exchange.id)
  return { id: exchange.id, effect, reason, decision }
}
