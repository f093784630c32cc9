// What is asked, decided: the models that the request names together with those of everything stored that it refers to, at the one
// model API that serves and stores them all.
import type { ActivePolicy } from '../directives/index.ts'
import { exhaustedQuantities, resourcesOf } from '../policy/index.ts'
import type { Reservation } from '../quantities/index.ts'
import type { RouteMatch } from '../request/index.ts'
import type { Facts } from '../vocabulary/decision.ts'
import type { ModelReference } from '../vocabulary/operation.ts'
import type { UpstreamSettings } from '../vocabulary/settings.ts'
import { decideAmount } from './amounts.ts'
import { decideAny } from './any-model.ts'
import { decideShared, type SharedDecision } from './decide.ts'
import type { Exchange } from './exchange.ts'
import type { Gate } from './gate.ts'
import { misplaced, upstreamOf } from './plan.ts'
import { storedModels } from './references.ts'
import type { Stop } from './refusing.ts'

export interface Asked extends SharedDecision {
  readonly kind: 'decided'
  /** With every model that was decided. */
  readonly facts: Facts
  /** Models that the request does not name itself. */
  readonly joined: readonly ModelReference[]
  readonly upstream: UpstreamSettings
  /** Of licensed amounts; whoever gets it settles it. */
  readonly reservation: Reservation | null
}

/** @param about the route that was matched, and the facts with what the request itself names */
export async function decideAsked(
  gate: Gate,
  exchange: Exchange,
  active: ActivePolicy,
  { match, own }: { readonly match: RouteMatch; readonly own: Facts },
): Promise<Asked | (Stop & { readonly kind: 'stop' })> {
  const no = (stop: Stop) => ({ kind: 'stop', ...stop }) as const
  const joined = exchange.references.length === 0 ? [] : storedModels(active.policy, exchange.references)
  const facts = joined.length === 0 ? own : withModels(own, joined)
  const { operation } = facts
  const { dialect } = operation
  const storedAt = exchange.references[0]?.object?.upstream
  if (operation.models.length === 0) {
    const upstreams = gate.upstreamsOf(dialect).filter(({ name }) => storedAt === undefined || name === storedAt)
    const [upstream] = upstreams
    if (upstream === undefined || upstreams.length > 1) return no(nowhere)
    const decided = await decideAny(gate, active, facts, { exchange, upstream: upstream.name })
    if (decided === null) return no(nowhere)
    noteModels(exchange, active, decided.facts)
    return { kind: 'decided', ...decided, joined: decided.facts.operation.models, upstream, reservation: null }
  }
  if (!noteModels(exchange, active, facts)) {
    return no({ reason: 'model_unknown', message: 'no model of the catalogue has this name' })
  }
  const upstream = upstreamOf(gate, dialect, exchange.resources)
  if (upstream === null) {
    return no({ reason: 'model_unknown', message: 'no model API serves what is named in this dialect' })
  }
  const sharing = decideShared(gate, active, facts, exchange)
  const shared = sharing instanceof Promise ? await sharing : sharing
  const quantities = exhaustedQuantities(active.policy, shared.decision)
  const decided =
    quantities.length === 0
      ? { ...shared, facts, reservation: null }
      : { ...computed, ...(await decideAmount(gate, active, facts, { quantities, before: shared.decision, exchange })) }
  if (decided.decision.effect === 'permit') exchange.resources = decided.decision.resources
  // Where a model is served is told to whoever may use it, and to nobody else.
  const elsewhere = decided.decision.effect === 'permit' ? servedElsewhere(match, upstream, storedAt) : null
  if (elsewhere !== null) {
    decided.reservation?.settle(0)
    return no({ reason: 'reference_unknown', message: elsewhere })
  }
  return { kind: 'decided', ...decided, joined, upstream }
}

/** What holds for an amount holds for nobody else. */
const computed = { cache: { state: 'computed', of: null }, share: (): void => {} } as const

function servedElsewhere(match: RouteMatch, upstream: UpstreamSettings, storedAt: string | undefined): string | null {
  const elsewhere = misplaced(match, upstream)
  if (elsewhere !== null) return `\`{${elsewhere}}\` of the path is not where this model is served`
  const isStoredElsewhere = storedAt !== undefined && storedAt !== upstream.name
  return isStoredElsewhere ? 'what is referred to is not stored where the model is served' : null
}

function withModels(own: Facts, joined: readonly ModelReference[]): Facts {
  return { ...own, operation: { ...own.operation, models: [...own.operation.models, ...joined] } }
}

/** What the record says of models is what was decided. False: the catalogue does not know one. */
function noteModels(exchange: Exchange, { policy }: ActivePolicy, { operation }: Facts): boolean {
  const resolved = resourcesOf(policy, operation)
  if (resolved.kind === 'unknown') return false
  exchange.operation = operation
  exchange.resources = resolved.resources
  return true
}

const nowhere: Stop = {
  reason: 'model_unknown',
  message: 'this names no model, and not one model API alone could be meant',
}
