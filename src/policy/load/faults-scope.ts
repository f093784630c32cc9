// What is wrong with a scope: whatever it names must be there, or a slip of the pen would leave open what was to be closed. (Only a
// tier of risk may be spoken of before the catalogue puts a model in it.)

import type { Catalogue, CatalogueModel, DirectiveObligation, Scope } from '../bundle/bundle.ts'
import { indexCatalogue } from '../engine/catalogue.ts'
import { compileScope, indexReach, type Reach } from '../engine/scope.ts'

export interface ModelsByScope {
  readonly reach: Reach
  readonly models: ReadonlyMap<string, CatalogueModel>
}

export const modelsByScope = (catalogue: Catalogue): ModelsByScope => ({
  reach: indexReach(indexCatalogue(catalogue)),
  models: new Map(catalogue.models.map((model) => [model.id, model])),
})

/** @param modesTested modes that the instrument speaks of besides its scope */
export function scopeFaults(
  name: string,
  scope: Scope,
  { modesTested, obligations }: { modesTested: readonly string[]; obligations: readonly DirectiveObligation[] },
  { reach, models }: ModelsByScope,
): readonly string[] {
  const covered = [...compileScope(scope, reach).models].flatMap((id) => models.get(id) ?? [])
  const forced = obligations.flatMap((one) => (one.kind === 'force-mode' ? [one.mode] : []))
  return [
    ...(scope.models === 'all'
      ? []
      : [
          ...scope.models.ids.filter((id) => !reach.byId.has(id)).map((id) => `there is no model \`${id}\``),
          ...scope.models.families
            .filter((family) => !reach.byFamily.has(family))
            .map((family) => `there is no family \`${family}\``),
        ]),
    ...(scope.variants === 'any' ? [] : scope.variants)
      .filter(
        (variant) =>
          variant !== null && !models.values().some(({ variants }) => variants.some(({ id }) => id === variant)),
      )
      .map((variant) => `no model has the variant \`${variant}\``),
    ...[...(scope.modes === 'any' ? [] : scope.modes), ...modesTested]
      .filter((mode) => !models.values().some(({ modes }) => modes.includes(mode)))
      .map((mode) => `no model has the mode \`${mode}\``),
    ...forced
      .filter((mode) => !covered.some(({ modes }) => modes.includes(mode)))
      .map((mode) => `forces the mode \`${mode}\`, which no model that it covers has`),
  ].map((fault) => `${name}: ${fault}`)
}
