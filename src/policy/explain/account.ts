// Account: what there is to explain. A decision just made and a record of years ago tell the same things.

import type { Decision, Determination, Facts, Obligation } from '../../vocabulary/decision.ts'
import type { Resource } from '../../vocabulary/operation.ts'
import type { Basis, Reason } from '../../vocabulary/reason.ts'

export interface Account {
  readonly effect: 'permit' | 'deny'
  readonly basis: Basis
  readonly reason: Reason
  readonly determinations: readonly Determination[]
  readonly obligations: readonly Obligation[]
  /** Milliseconds since the epoch, as is `instant`: that which was decided for. */
  readonly validUntil: number | null
  readonly instant: number
  readonly models: readonly AskedModel[]
  /** The code that the caller is sent; null with a permit. */
  readonly told: string | null
  /** The refusal is 401 with a challenge; null: not known here. */
  readonly stepUp: boolean | null
  readonly policy: { readonly digest: string; readonly serial: number } | null
  /** One internal sentence more than the reason says, or null. */
  readonly detail: string | null
  /** Where the request came from, as far as it may be repeated; null: not known here. */
  readonly place: {
    readonly country: string | null
    readonly region: string | null
    readonly anonymizer: string | null
  } | null
  /** The facts themselves: only where somebody typed them in (a case). Never from a record. */
  readonly facts: Facts | null
}

export type AskedModel = Pick<Resource, 'pointer' | 'name' | 'modes'> & {
  /** Null: not in the catalogue. */
  readonly model: string | null
  readonly variant: string | null
}

export interface Decided {
  readonly instant: number
  readonly policy: Account['policy']
  /** With them the explanation shows the values behind the evidence (never a nationality). */
  readonly facts: Facts | null
}

export function accountOf(decision: Decision, { instant, policy, facts }: Decided): Account {
  const { effect, basis, reason, determinations, obligations, validUntil, stepUp } = decision
  const told = effect === 'permit' ? null : decision.tellReason ? reason : 'access_restricted'
  const asked = facts?.operation.models ?? []
  const models: readonly AskedModel[] =
    decision.resources.length > 0
      ? decision.resources
      : asked.map(({ pointer, name }) => ({ pointer, name, model: null, variant: null, modes: [] }))
  return {
    effect,
    basis,
    reason,
    determinations,
    obligations,
    validUntil,
    instant,
    models,
    told,
    stepUp,
    policy,
    detail: null,
    place: facts && facts.place,
    facts,
  }
}
