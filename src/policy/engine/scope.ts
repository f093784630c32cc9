// Scope: which resources, modes, actions and phases an instrument covers. Models are resolved once against the catalogue, lineage
// included, so that a fine-tune is covered by whatever covers the model that it derives from.

import type { Action, Operation, Resource } from '../../vocabulary/operation.ts'
import type { Scope } from '../bundle/bundle.ts'
import type { CatalogueIndex, Lineage } from './catalogue.ts'
import type { CompiledScope } from './policy.ts'

/** Every model, by each id and family that reaches it: a scope looks up what it names, however large the catalogue. */
export interface Reach {
  readonly all: readonly Reached[]
  readonly byId: ReadonlyMap<string, readonly Reached[]>
  readonly byFamily: ReadonlyMap<string, readonly Reached[]>
}

interface Reached {
  readonly id: string
  readonly lineage: Lineage
}

export function indexReach(catalogue: CatalogueIndex): Reach {
  const all = new Map([...catalogue.values()].map(({ model: { id }, lineage }) => [id, { id, lineage }]))
  const byId = new Map<string, Reached[]>()
  const byFamily = new Map<string, Reached[]>()
  const put = (index: Map<string, Reached[]>, key: string, one: Reached): void => {
    const known = index.get(key)
    if (known === undefined) index.set(key, [one])
    else known.push(one)
  }
  for (const one of all.values()) {
    for (const id of one.lineage.ids) put(byId, id, one)
    for (const family of one.lineage.families) put(byFamily, family, one)
  }
  return { all: [...all.values()], byId, byFamily }
}

export function compileScope(scope: Scope, reach: Reach): CompiledScope {
  const models = new Set<string>()
  for (const { id, lineage } of reachedBy(scope, reach)) if (isOfRisk(scope, lineage)) models.add(id)
  const { variants, modes, actions, phases } = scope
  return {
    models,
    isWhole: variants === 'any' && actions === 'any' && phases === 'any',
    variants: variants === 'any' ? 'any' : new Set(variants),
    modes: modes === 'any' ? 'any' : new Set(modes),
    actions,
    phases,
  }
}

/** Everything but the model, which the index has settled, and the mode, which is asked for one by one. */
export function covers(scope: CompiledScope, resource: Resource, operation: Operation): boolean {
  if (scope.isWhole) return true
  return (
    (scope.variants === 'any' || scope.variants.has(resource.variant)) &&
    (scope.actions === 'any' || scope.actions.includes(effectOf(operation.action))) &&
    (scope.phases === 'any' || scope.phases.includes(operation.phase))
  )
}

export function coversSomeMode(scope: CompiledScope, modes: readonly string[]): boolean {
  const { modes: covered } = scope
  return covered === 'any' || modes.some((mode) => covered.has(mode))
}

/** A grant must reach every mode that is asked about. */
export function coversEveryMode(scope: CompiledScope, modes: readonly string[]): boolean {
  const { modes: covered } = scope
  return covered === 'any' || (modes.length > 0 && modes.every((mode) => covered.has(mode)))
}

/** A model is listed for whoever could use it. */
const effectOf = (action: Action): 'infer' | 'count-tokens' => (action === 'count-tokens' ? 'count-tokens' : 'infer')

function reachedBy({ models }: Scope, { all, byId, byFamily }: Reach): readonly Reached[] {
  if (models === 'all') return all
  return [
    ...models.ids.flatMap((id) => byId.get(id) ?? []),
    ...models.families.flatMap((family) => byFamily.get(family) ?? []),
  ]
}

const isOfRisk = ({ risks }: Scope, lineage: Lineage): boolean =>
  risks === 'any' || risks.some(({ domain, tier }) => lineage.risks.has(`${domain}/${tier}`))
