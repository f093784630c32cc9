// The models list: answered by the gate from the catalogue, each model decided for this caller, here and now. What a caller may not
// use, the list does not show; asked for by name, it is refused like any request for it.
import type { ActivePolicy } from '../directives/index.ts'
import { catalogueOf, exhaustedQuantities, resourcesOf } from '../policy/index.ts'
import { dialects, type ListedModel, type RouteMatch } from '../request/index.ts'
import type { Facts } from '../vocabulary/decision.ts'
import { decideAmount } from './amounts.ts'
import { decideShared, type SharedDecision } from './decide.ts'
import type { Exchange } from './exchange.ts'
import type { Gate } from './gate.ts'
import type { Passage } from './passage.ts'
import { upstreamOf } from './plan.ts'
import { notAsked, permitVerdict, recordDecision } from './record.ts'
import { refuseDecision, refuseStop } from './refusing.ts'

export async function answerModels(
  gate: Gate,
  exchange: Exchange,
  active: ActivePolicy,
  facts: Facts,
  match: RouteMatch,
): Promise<Passage> {
  const [asked] = facts.operation.models
  if (asked === undefined) return answerList(gate, exchange, active, facts, match)
  const { dialect } = match
  const resolved = resourcesOf(active.policy, facts.operation)
  if (resolved.kind === 'unknown' || upstreamOf(gate, dialect, resolved.resources) === null) {
    return refuseStop(gate, exchange, { reason: 'model_unknown', message: 'the path names no model that is offered' })
  }
  exchange.resources = resolved.resources
  const { decision, cache, share } = await decideShown(gate, active, asInference(facts, asked.name), exchange)
  if (decision.effect === 'deny') return refuseDecision(gate, exchange, decision, cache)
  await recordDecision(gate, exchange, permitVerdict(decision, cache))
  share()
  gate.observe.decided(decision, cache.state)
  return { kind: 'answer', id: exchange.id, body: dialects[dialect].modelObject(listed(asked.name)) }
}

async function answerList(
  gate: Gate,
  exchange: Exchange,
  active: ActivePolicy,
  facts: Facts,
  { dialect, query }: RouteMatch,
): Promise<Passage> {
  const permitted: string[] = []
  for (const { id, listing } of catalogueOf(active.policy)) {
    if (listing !== 'shown' || gate.upstreamFor(dialect, id) === undefined) continue
    const { decision } = await decideShown(gate, active, asInference(facts, id), exchange)
    if (decision.effect === 'permit') permitted.push(id)
  }
  const detail = `listed: ${permitted.join(' ')}`
  const verdict = {
    effect: 'permit',
    reason: 'permitted',
    decision: null,
    cache: notAsked,
    told: null,
    detail,
    via: 'data',
  } as const
  await recordDecision(gate, exchange, verdict)
  gate.observe.decided({ effect: 'permit', basis: 'permit', reason: 'permitted' }, 'none')
  return { kind: 'answer', id: exchange.id, body: dialects[dialect].modelsList(permitted.map(listed), query) }
}

/** With what is left of a licensed amount; to be shown a model uses none of it. */
async function decideShown(
  gate: Gate,
  active: ActivePolicy,
  facts: Facts,
  exchange: Exchange,
): Promise<SharedDecision> {
  const shared = await decideShared(gate, active, facts, exchange)
  const { decision: before } = shared
  const quantities = exhaustedQuantities(active.policy, before)
  if (quantities.length === 0) return shared
  const amount = await decideAmount(gate, active, facts, { quantities, before, exchange })
  amount.reservation?.settle(0)
  return { decision: amount.decision, cache: { state: 'computed', of: null }, share: () => {} }
}

const listed = (name: string): ListedModel => ({ name, title: null, createdS: null })

/** A request may still choose: a model is on the list where any of its modes is permitted. */
const leftOpen = { field: 'mode', value: null } as const

/** What a request for this model would be decided as. */
function asInference(facts: Facts, name: string): Facts {
  const operation = {
    ...facts.operation,
    action: 'infer',
    models: [{ pointer: 'path:model', name, mode: leftOpen }],
  } as const
  return { ...facts, operation }
}
