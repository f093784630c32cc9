// Everything that the files declare, by the name under which others ask for it: looked up, never looked through, since a policy may
// have ten thousand directives.
import type { CatalogueModel, Directive, NamedList, Scope, Withdrawal } from '../../bundle/bundle.ts'
import type { Folder } from '../folder.ts'

export interface Known {
  readonly models: Models
  readonly lists: ReadonlyMap<string, NamedList>
  /** All versions of a directive, by its id. */
  readonly versions: ReadonlyMap<string, readonly Directive[]>
  /** By the id of the directive. */
  readonly withdrawals: ReadonlyMap<string, readonly Withdrawal[]>
}

interface Models {
  readonly all: readonly CatalogueModel[]
  /** By `id …`, `family …` of the model or of what it derives from. */
  readonly reachedBy: ReadonlyMap<string, ReadonlySet<CatalogueModel>>
  /** `domain/tier` of the model and of what it derives from: a fine-tune is at least as risky. */
  readonly risksOf: ReadonlyMap<CatalogueModel, ReadonlySet<string>>
}

export function knownIn(folder: Folder): Known {
  return {
    models: modelsOf(folder.models.map(([model]) => model)),
    lists: new Map(folder.lists.map(([list]) => [list.id, list])),
    versions: Map.groupBy(
      folder.directives.map(({ noun }) => noun),
      ({ id }) => id,
    ),
    withdrawals: Map.groupBy(
      folder.withdrawals.map(({ noun }) => noun),
      ({ directive }) => directive,
    ),
  }
}

function modelsOf(all: readonly CatalogueModel[]): Models {
  const byId = new Map(all.map((model) => [model.id, model]))
  const reachedBy = new Map<string, Set<CatalogueModel>>()
  const risksOf = new Map<CatalogueModel, ReadonlySet<string>>()
  for (const model of all) {
    const lineage = lineageOf(model, byId)
    for (const one of lineage) {
      for (const name of [`id ${one.id}`, `family ${one.family}`]) {
        reachedBy.set(name, (reachedBy.get(name) ?? new Set()).add(model))
      }
    }
    risksOf.set(model, new Set(lineage.flatMap(({ risks }) => risks.map(({ domain, tier }) => `${domain}/${tier}`))))
  }
  return { all, reachedBy, risksOf }
}

/** The model and everything that it derives from, however far back. */
export function lineageOf(model: CatalogueModel, byId: ReadonlyMap<string, CatalogueModel>): readonly CatalogueModel[] {
  const found = new Set([model])
  for (const one of found) {
    for (const id of one.derivedFrom) {
      const ancestor = byId.get(id)
      if (ancestor !== undefined) found.add(ancestor)
    }
  }
  return [...found]
}

/** Whom the scope reaches by family and id alone. */
export function namedBy({ models: wanted }: Scope, { models: { all, reachedBy } }: Known): readonly CatalogueModel[] {
  if (wanted === 'all') return all
  const names = [...wanted.ids.map((id) => `id ${id}`), ...wanted.families.map((family) => `family ${family}`)]
  return [...new Set(names.flatMap((name) => [...(reachedBy.get(name) ?? [])]))]
}

/** Whom it reaches by every one of its lines. */
export function covered(scope: Scope, known: Known): readonly CatalogueModel[] {
  const { variants, modes, risks } = scope
  return namedBy(scope, known).filter(
    (model) =>
      (variants === 'any' || variants.some((id) => id === null || model.variants.some((one) => one.id === id))) &&
      (modes === 'any' || modes.some((mode) => model.modes.includes(mode))) &&
      (risks === 'any' || risks.some((risk) => inTier(model, risk, known))),
  )
}

export const inTier = (
  model: CatalogueModel,
  { domain, tier }: { readonly domain: string; readonly tier: string },
  { models }: Known,
): boolean => models.risksOf.get(model)?.has(`${domain}/${tier}`) === true
