// The models list: answered by the gate from the catalogue, each model decided for this caller, here and now. What a caller may not
// use, the list does not show; asked for by name, it is refused like any request for it.
import type { ActivePolicy } from '../directives/index.ts'
import { catalogueOf, resourcesOf } from '../policy/index.ts'
import { dialects, type ListedModel, type RouteMatch } from '../request/index.ts'
import type { Facts } from '../vocabulary/decision.ts'
import { decideShared } from './decide.ts'
import type { Exchange } from './exchange.ts'
import type { Gate } from './gate.ts'
import type { Passage } from './passage.ts'
import { recordDecision } from './record.ts'
import { refuseDecision, refuseStop } from './refusing.ts'

export async function answerModels(
  gate: Gate,
  exchange: Exchange,
  active: ActivePolicy,
  facts: Facts,
  match: RouteMatch,
): Promise<Passage> {
  const { dialect } = match
  const [asked] = facts.operation.models
  if (asked !== undefined) {
    const resolved = resourcesOf(active.policy, facts.operation)
    const offered =
      resolved.kind === 'resources' && resolved.resources.every(({ model }) => gate.upstreamFor(dialect, model))
    if (!offered)
      return refuseStop(gate, exchange, { reason: 'model_unknown', detail: 'the path names no model that is offered' })
    exchange.resources = resolved.resources
    const { decision, cache } = await decideShared(
      gate,
      active,
      asInference(facts, asked.name),
      exchange.instant,
      exchange.id,
    )
    if (decision.effect === 'deny') return refuseDecision(gate, exchange, decision, cache)
    await recordDecision(gate, exchange, {
      effect: 'permit',
      reason: decision.reason,
      decision,
      cache,
      told: null,
      detail: null,
      via: 'data',
    })
    gate.observe.decided(decision, cache.state)
    return { kind: 'answer', id: exchange.id, body: dialects[dialect].modelObject(listed(asked.name)) }
  }

  const permitted: string[] = []
  for (const { id, listing } of catalogueOf(active.policy)) {
    if (listing !== 'shown' || gate.upstreamFor(dialect, id) === undefined) continue
    const { decision } = await decideShared(gate, active, asInference(facts, id), exchange.instant, exchange.id)
    if (decision.effect === 'permit') permitted.push(id)
  }
  await recordDecision(gate, exchange, {
    effect: 'permit',
    reason: 'permitted',
    decision: null,
    cache: { state: 'computed', of: null },
    told: null,
    detail: `listed: ${permitted.join(' ')}`,
    via: 'data',
  })
  gate.observe.decided({ effect: 'permit', basis: 'permit', reason: 'permitted' }, 'none')
  return { kind: 'answer', id: exchange.id, body: dialects[dialect].modelsList(permitted.map(listed), match.query) }
}

const listed = (name: string): ListedModel => ({ name, title: null, createdS: null })

/** What a request for this model would be decided as. */
function asInference(facts: Facts, name: string): Facts {
  const operation = {
    ...facts.operation,
    action: 'infer',
    models: [{ pointer: 'path:model', name, mode: null }],
  } as const
  return { ...facts, operation }
}
