// Which models of the catalogue an instrument covers, lineage included.
import type { CatalogueModel, Scope } from '../../bundle/bundle.ts'

/** The model and everything that it derives from, however far back. */
export function lineageOf(model: CatalogueModel, models: readonly CatalogueModel[]): readonly CatalogueModel[] {
  const found = new Set<CatalogueModel>([model])
  for (const one of found) {
    for (const ancestor of models) if (one.derivedFrom.includes(ancestor.id)) found.add(ancestor)
  }
  return [...found]
}

/** By family and id alone. */
export function namedBy({ models: wanted }: Scope, models: readonly CatalogueModel[]): readonly CatalogueModel[] {
  if (wanted === 'all') return models
  const named = (model: CatalogueModel): boolean =>
    wanted.families.includes(model.family) || wanted.ids.includes(model.id)
  return models.filter((model) => lineageOf(model, models).some(named))
}

/** By every line of the scope. */
export function covered(scope: Scope, models: readonly CatalogueModel[]): readonly CatalogueModel[] {
  return namedBy(scope, models).filter(
    (model) =>
      (scope.variants === 'any' ||
        scope.variants.some((id) => id === null || model.variants.some((one) => one.id === id))) &&
      (scope.modes === 'any' || scope.modes.some((mode) => model.modes.includes(mode))) &&
      (scope.risks === 'any' || scope.risks.some((risk) => inTier(model, risk, models))),
  )
}

/** A fine-tune is at least as risky as what it was tuned from. */
export const inTier = (
  model: CatalogueModel,
  { domain, tier }: { readonly domain: string; readonly tier: string },
  models: readonly CatalogueModel[],
): boolean =>
  lineageOf(model, models).some(({ risks }) => risks.some((one) => one.domain === domain && one.tier === tier))
