// The upstream's own word on what it served, against what was decided. A model API that falls back to another model has released
// something that nobody decided.
import { catalogueOf } from '../policy/index.ts'
import type { Forwarding } from './passage.ts'

/**
 * `as-decided`: a name of the decided model. `mismatch`: another catalogued model, or an uncatalogued name where the decided model
 * is covered by more than an embargo; the answer must stop. `uncatalogued`: a name that the catalogue does not have; an alarm.
 * @param served as the model API spells it
 */
export function judgeServed(forwarding: Forwarding, served: string): 'as-decided' | 'mismatch' | 'uncatalogued' {
  const { active, decision, facts } = forwarding
  const catalogue = catalogueOf(active.policy)
  const isNameOf = (id: string): boolean => {
    const offered = catalogue.find((model) => model.id === id)
    return (
      offered !== undefined && (offered.servedAs.includes(served) || offered.names.some(({ name }) => name === served))
    )
  }
  if (decision.resources.some(({ model }) => isNameOf(model))) return 'as-decided'
  if (facts.operation.models.some(({ name }) => name === served)) return 'as-decided'
  if (catalogue.some(({ id }) => isNameOf(id))) return 'mismatch'
  return decision.reason === 'no_directive_applies' ? 'uncatalogued' : 'mismatch'
}
