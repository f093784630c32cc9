// Situation: what one decision is about, and the question that one directive puts to it.

import type { Place } from '../../vocabulary/place.ts'
import type { EvidenceDemand, PlaceDemand } from '../bundle/bundle.ts'
import type { LimbResult } from './limb.ts'
import type { Parties, Party } from './parties.ts'
import type { RegisterIndex } from './registers.ts'
import type { Horizon } from './valid-until.ts'

export interface Situation {
  readonly parties: Parties
  readonly place: Place
  readonly registers: RegisterIndex
  readonly horizon: Horizon
  /** Limbs that several directives share, by their number (policy.ts), as evaluated for this request. */
  readonly sharedLimbs: Map<number, LimbResult>
}

/** What a directive accepts as evidence; null where none of its limbs looks at such evidence. */
export interface Demands {
  readonly status: EvidenceDemand | null
  readonly residence: EvidenceDemand | null
  readonly place: PlaceDemand | null
}

export interface Question {
  readonly situation: Situation
  readonly demands: Demands
  /** Modes that the request could reach; one at a time where a directive tells modes apart. */
  readonly modes: readonly string[]
}

/** A predicate by the name that records carry: results, never raw values. */
export function labelOf(test: string, party: Party): string {
  return party.kind !== 'organization' && party.kind !== 'end-users' && party.prior
    ? `${test}(prior-actor)`
    : `${test}(${party.role})`
}

/** The evidence is the caller's own: a step-up could bring better. A person who is subject is their own end user too. */
export const isOwn = (party: Party): boolean => party.role === 'subject'

/** A demand that load.ts has seen to be there. */
export function demanded<Demand>(demand: Demand | null, what: string): Demand {
  if (demand === null) throw new Error(`a directive tests ${what} without saying which evidence it accepts`)
  return demand
}
