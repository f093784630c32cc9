// What a directive or a grant covers (the doc comment of `Scope` in bundle/directives.ts; semantics.md §6 for lineage).

import type { Operation } from '../../vocabulary/operation.ts'
import type { Bundle, Scope } from '../bundle/bundle.ts'
import { lineageOf, type NamedResource } from './catalogue.ts'

/** Whether it covers the model, variant, operation and phase. Of its modes see `coversSome` and `coversAll`. */
export function covers(
  scope: Scope,
  { model, resource }: NamedResource,
  operation: Operation,
  bundle: Bundle,
): boolean {
  const lineage = lineageOf(model, bundle)
  const { models, variants, risks, actions, phases } = scope
  // `list-models` is decided as `infer` of each model.
  const action = operation.action === 'list-models' ? 'infer' : operation.action
  return (
    (models === 'all' ||
      lineage.some(({ id, family }) => models.ids.includes(id) || models.families.includes(family))) &&
    (variants === 'any' || variants.includes(resource.variant)) &&
    // A fine-tune is at least as risky as what it was tuned from.
    (risks === 'any' ||
      lineage.some((one) =>
        one.risks.some(({ domain, tier }) => risks.some((risk) => risk.domain === domain && risk.tier === tier)),
      )) &&
    (actions === 'any' || actions.includes(action)) &&
    (phases === 'any' || phases.includes(operation.phase))
  )
}

/** A directive: "only when the request can reach one of these modes". */
export const coversSome = ({ modes: covered }: Scope, modes: readonly string[]): boolean =>
  covered === 'any' || modes.some((mode) => covered.includes(mode))

/** A grant must reach every mode that is asked about; one that speaks of modes says nothing of a model that has none. */
export const coversAll = ({ modes: covered }: Scope, modes: readonly string[]): boolean =>
  covered === 'any' || (modes.length > 0 && modes.every((mode) => covered.includes(mode)))
