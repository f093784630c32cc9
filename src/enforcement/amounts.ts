// Amounts: what is left of a grant with a quantity is asked for only where a decision turns on it. Every request is decided first as
// if nothing were left, which can be cached and shares nothing; where that shows a grant that is used up, it is decided again with
// what is left, and what it may use is reserved in the same breath.
import type { ActivePolicy } from '../directives/index.ts'
import { offeredModel } from '../policy/index.ts'
import type { Quantity, Reservation } from '../quantities/index.ts'
import type { Decision, Facts } from '../vocabulary/decision.ts'
import type { Resource } from '../vocabulary/operation.ts'
import { decideNow } from './decide.ts'
import type { Exchange } from './exchange.ts'
import type { Gate } from './gate.ts'

export interface Amount {
  readonly decision: Decision
  /** With what was reserved: decided again while its answer is open, it has so much left, and no more. */
  readonly facts: Facts
  /** Null: nothing was reserved. */
  readonly reservation: Reservation | null
}

export interface Exhausted {
  /** `exhaustedQuantities` of it; at least one. */
  readonly quantities: readonly Quantity[]
  /** How it is decided with nothing left. */
  readonly before: Decision
  readonly exchange: Pick<Exchange, 'instant'>
}

/** What holds in its place, with what is left. Never throws. */
export async function decideAmount(
  gate: Gate,
  active: ActivePolicy,
  facts: Facts,
  { quantities, before, exchange }: Exhausted,
): Promise<Amount> {
  const wanted = facts.operation.maxOutputTokens ?? greatestOutput(active, before.resources)
  try {
    return await gate.quantities.with(quantities, wanted, (left, reserve): Amount => {
      const decision = decideNow(gate, active, { ...facts, remaining: left }, exchange.instant)
      const cap = decision.obligations.find(({ kind }) => kind === 'cap-output-tokens')
      const used = decision.effect === 'permit' ? usedBy(decision, quantities) : []
      if (cap?.kind !== 'cap-output-tokens' || used.length === 0) return { decision, facts, reservation: null }
      const reservation = reserve(used, cap.max)
      const remaining = Object.fromEntries(used.map((grant) => [grant, cap.max]))
      return { decision, facts: { ...facts, remaining }, reservation }
    })
  } catch (error) {
    gate.observe.fault(error, 'a licensed amount could not be handed out')
    const failed = { effect: 'deny', basis: 'system', reason: 'evaluation_failed', tellReason: true } as const
    return { decision: { ...before, ...failed, stepUp: false, obligations: [] }, facts, reservation: null }
  }
}

/** What a request that states no limit may bring; of a model whose greatest output the catalogue does not state, all there is. */
function greatestOutput({ policy }: ActivePolicy, resources: readonly Resource[]): number {
  return Math.max(
    ...resources.map(({ model }) => offeredModel(policy, model)?.maxOutputTokens ?? Number.POSITIVE_INFINITY),
  )
}

/** Of these grants, those that discharged something. */
function usedBy({ determinations }: Decision, quantities: readonly Quantity[]): readonly string[] {
  const discharging = new Set(
    determinations.flatMap(({ limbs }) =>
      limbs.flatMap(({ grants }) => grants.flatMap(({ grant, result }) => (result === 'discharged' ? [grant] : []))),
    ),
  )
  return quantities.map(({ grant }) => grant).filter((grant) => discharging.has(grant))
}
