// What names no model and holds nothing of one: the caller's own content, to be stored or fetched. It is open to whoever may use some
// model of the catalogue there, and to nobody else: decided as a request for the first model that this caller is permitted.
import type { ActivePolicy } from '../directives/index.ts'
import { catalogueOf } from '../policy/index.ts'
import type { Facts } from '../vocabulary/decision.ts'
import { decideShared, type SharedDecision } from './decide.ts'
import type { Exchange } from './exchange.ts'
import type { Gate } from './gate.ts'

/** Pointer of the model that such a request is decided for. */
export const anyModel = 'any'

export interface AnyDecided extends SharedDecision {
  /** With the model for which it was decided. */
  readonly facts: Facts
}

/** Null: no model of the catalogue is served at this upstream. */
export async function decideAny(
  gate: Gate,
  active: ActivePolicy,
  facts: Facts,
  { exchange, upstream }: { readonly exchange: Exchange; readonly upstream: string },
): Promise<AnyDecided | null> {
  let denied: AnyDecided | null = null
  for (const { id, listing } of catalogueOf(active.policy)) {
    if (listing !== 'shown' || gate.upstreamFor(facts.operation.dialect, id)?.name !== upstream) continue
    // No field of the request chooses a mode, so that every mode must be permitted.
    const models = [{ pointer: anyModel, name: id, mode: null }]
    const asked = { ...facts, operation: { ...facts.operation, models } }
    const decided = { ...(await decideShared(gate, active, asked, exchange)), facts: asked }
    if (decided.decision.effect === 'permit') return decided
    denied ??= decided
  }
  return denied
}
