// Situation: what one decision is about, and the question that one directive puts to it.

import type { Facts } from '../../vocabulary/decision.ts'
import type { Operation, Resource } from '../../vocabulary/operation.ts'
import type { Place } from '../../vocabulary/place.ts'
import type { EvidenceDemand, PlaceDemand } from '../bundle/bundle.ts'
import type { UsedEvidence } from './finding.ts'
import type { LimbResult } from './limb.ts'
import { type Parties, type Party, partiesOf } from './parties.ts'
import type { RegisterIndex } from './registers.ts'
import type { Horizon } from './valid-until.ts'

export interface Situation {
  readonly parties: Parties
  readonly place: Place
  /** That place as records tell it where it is known and believed. */
  readonly located: readonly UsedEvidence[]
  readonly operation: Operation
  readonly registers: RegisterIndex
  readonly horizon: Horizon
  /** Output tokens that are left of each grant's quantity, by grant id. */
  readonly remaining: Facts['remaining']
  /** Limbs that several directives share, by their number (policy.ts), as evaluated for this request. */
  readonly sharedLimbs: Map<number, LimbResult>
}

export function situationOf(
  { caller, place, operation, remaining }: Facts,
  registers: RegisterIndex,
  horizon: Horizon,
): Situation {
  const parties = partiesOf(caller, registers, horizon)
  return {
    parties,
    place,
    located: [usedPlace(place, 'located')],
    operation,
    registers,
    horizon,
    remaining,
    sharedLimbs: new Map(),
  }
}

export const usedPlace = (found: Place, state: string): UsedEvidence => ({
  name: 'place',
  state,
  source: found.source,
  verifiedAt: found.databaseBuiltAt,
})

/** What a directive accepts as evidence; null where none of its limbs looks at such evidence. */
export interface Demands {
  readonly status: EvidenceDemand | null
  readonly residence: EvidenceDemand | null
  readonly place: PlaceDemand | null
}

/** What one test is asked: of a situation, as one directive asks. */
export interface Question {
  readonly situation: Situation
  readonly demands: Demands
  /** Modes that the request could reach; one at a time where a directive tells modes apart. */
  readonly modes: readonly string[]
}

/** What one limb is asked, with all that its grants look at besides. */
export interface LimbQuestion extends Question {
  readonly resource: Resource
  /** What the catalogue says of the model; null: nothing. */
  readonly maxOutputTokens: number | null
}

/** The evidence is the caller's own: a step-up could bring better. A person who is subject is their own end user too. */
export const isOwn = (party: Party): boolean => party.role === 'subject'

/** A demand that load/faults.ts has seen to be there. */
export function demanded<Demand>(demand: Demand | null, what: string): Demand {
  if (demand === null) throw new Error(`a directive tests ${what} without saying which evidence it accepts`)
  return demand
}
