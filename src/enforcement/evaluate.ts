// Evaluate: the decision of the data path, asked for by an enforcement point over AuthZEN. Recorded, never forwarded.
import { resourcesOf } from '../policy/index.ts'
import type { Decision, Facts } from '../vocabulary/decision.ts'
import { type Reason, reasons } from '../vocabulary/reason.ts'
import { decideNow } from './decide.ts'
import { openExchange } from './exchange.ts'
import type { Gate } from './gate.ts'
import { notAsked, recordAnswered, recordDecision } from './record.ts'

export interface Evaluated {
  readonly id: string
  readonly effect: 'permit' | 'deny'
  readonly reason: Reason
  /** Null where the policy was not asked: no policy, or an unknown model. */
  readonly decision: Decision | null
}

/**
 * @param instant what to decide for, milliseconds since the epoch; null: now. Another time than now is recorded as a what-if.
 * @throws LogUnavailable: then there is no answer.
 */
export async function evaluate(gate: Gate, facts: Facts, instant: number | null): Promise<Evaluated> {
  const exchange = openExchange(gate.newId(), instant ?? gate.clock.now(), { method: 'POST' })
  exchange.operationId = facts.operation.id
  exchange.dialect = facts.operation.dialect
  exchange.place = facts.place
  exchange.caller = facts.caller
  exchange.operation = facts.operation
  exchange.active = gate.policies.current() ?? null
  const { active } = exchange
  const resolved = active && resourcesOf(active.policy, facts.operation)
  if (resolved?.kind === 'resources') exchange.resources = resolved.resources
  const decision =
    active === null || resolved?.kind !== 'resources' ? null : decideNow(gate, active, facts, exchange.instant)
  const reason = decision?.reason ?? (active === null ? 'policy_unavailable' : 'model_unknown')
  const effect = decision?.effect ?? 'deny'
  await recordDecision(gate, exchange, {
    effect,
    reason,
    decision,
    cache: decision === null ? notAsked : { state: 'computed', of: null },
    told: effect === 'permit' ? null : reason,
    detail: null,
    via: instant === null ? 'authzen' : 'what-if',
  })
  gate.observe.decided({ effect, basis: reasons[reason].basis, reason }, 'computed')
  await recordAnswered(gate, exchange.id)
  return { id: exchange.id, effect, reason, decision }
}
