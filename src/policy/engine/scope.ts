// Scope: which resources, modes, actions and phases an instrument covers. Models are resolved once against the catalogue, lineage
// included, so that a fine-tune is covered by whatever covers the model that it derives from.

import type { Action, Operation, Resource } from '../../vocabulary/operation.ts'
import type { Scope } from '../bundle/bundle.ts'
import type { CatalogueIndex, Lineage } from './catalogue.ts'
import type { CompiledScope } from './policy.ts'

export function compileScope(scope: Scope, catalogue: CatalogueIndex): CompiledScope {
  const models = new Set<string>()
  for (const { model, lineage } of catalogue.values()) if (coversModel(scope, lineage)) models.add(model.id)
  return {
    models,
    variants: scope.variants === 'any' ? 'any' : new Set(scope.variants),
    modes: scope.modes === 'any' ? 'any' : new Set(scope.modes),
    actions: scope.actions,
    phases: scope.phases,
  }
}

/** Everything but the model, which the index has settled, and the mode, which is asked for one by one. */
export function covers(scope: CompiledScope, resource: Resource, operation: Operation): boolean {
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

function coversModel({ models, risks }: Scope, lineage: Lineage): boolean {
  const named =
    models === 'all' ||
    models.ids.some((id) => lineage.ids.has(id)) ||
    models.families.some((family) => lineage.families.has(family))
  return named && (risks === 'any' || risks.some(({ domain, tier }) => lineage.risks.has(`${domain}/${tier}`)))
}
