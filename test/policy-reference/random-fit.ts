// What a random bundle must be for it to load.

import type { CatalogueModel, Condition, Directive, Grant, Scope } from '../../src/policy/bundle/bundle.ts'

/** Without modes and risks that no model has, and without versions whose place it may not take. */
export function fitted(directive: Directive, all: readonly Directive[], models: readonly CatalogueModel[]): Directive {
  const fitting = fittedTo(directive, models)
  const supersedes = directive.supersedes.filter((version) => {
    const earlier = all.find((one) => one.id === directive.id && one.version === version)
    return earlier === undefined || earlier.kind === directive.kind
  })
  if (fitting.kind === 'evaluation-window') return { ...fitting, supersedes }
  const known = modesUnder(directive.scope, models)
  const limbs = fitting.limbs.map((limb) => ({ ...limb, is: fittedCondition(limb.is, known) }))
  const reportOnlyUntil = supersedes.length > 0 ? null : fitting.reportOnlyUntil
  return { ...fitting, limbs, supersedes, reportOnlyUntil }
}

export function fittedTo<Instrument extends Directive | Grant>(
  instrument: Instrument,
  models: readonly CatalogueModel[],
): Instrument {
  const { scope, obligations } = instrument
  const known = modesUnder(scope, models)
  const has = (risk: { readonly domain: string; readonly tier: string }): boolean =>
    models.some(({ risks }) => risks.some(({ domain, tier }) => domain === risk.domain && tier === risk.tier))
  const anyOf = <Item>(items: 'any' | readonly Item[], test: (item: Item) => boolean): 'any' | readonly Item[] => {
    const left = items === 'any' ? [] : items.filter(test)
    return left.length > 0 ? left : 'any'
  }
  const risks = anyOf(scope.risks, has)
  // A tier may leave only models without the mode.
  const mayForce = (mode: string): boolean => risks === 'any' && known.includes(mode)
  return {
    ...instrument,
    scope: { ...scope, risks, modes: anyOf(scope.modes, (mode) => known.includes(mode)) },
    obligations: obligations.filter((one) => one.kind !== 'force-mode' || mayForce(one.mode)),
  }
}

function fittedCondition(is: Condition, known: readonly string[]): Condition {
  if ('of' in is) return { ...is, of: is.of.map((one) => fittedCondition(one, known)) }
  if (is.test !== 'mode') return is
  const left = is.modes.filter((mode) => known.includes(mode))
  return left.length > 0 ? { ...is, modes: left } : { test: 'tier', tier: 'cyber', holds: false }
}

/** Modes of the models that the scope covers. */
function modesUnder({ models: covered }: Scope, models: readonly CatalogueModel[]): readonly string[] {
  const isCovered = ({ id, family, derivedFrom }: CatalogueModel): boolean =>
    covered === 'all' ||
    covered.ids.includes(id) ||
    covered.families.includes(family) ||
    models.some((one) => derivedFrom.includes(one.id) && isCovered(one))
  return models.filter(isCovered).flatMap((one) => one.modes)
}
