// The upstream's own word on what it served, against what was decided. A model API that falls back to another model, or to another
// variant or mode of it, has released something that nobody decided.
import { isCoveredBeyondEmbargo, nameOf, offeredModel } from '../policy/index.ts'
import type { Decision } from '../vocabulary/decision.ts'
import type { Forwarding } from './passage.ts'

/** The name that answers to a decision bear, as a rule all the same. */
const lastAsDecided = new WeakMap<Decision, string>()

/** As `judge`, which is asked about each name of a shared decision once. */
export function judgeServed(forwarding: Forwarding, served: string): ReturnType<typeof judge> {
  if (lastAsDecided.get(forwarding.decision) === served) return 'as-decided'
  const judged = judge(forwarding, served)
  if (judged === 'as-decided') lastAsDecided.set(forwarding.decision, served)
  return judged
}

/**
 * `as-decided`: a name of a decided model, in a variant and mode that were decided. `mismatch`: anything else that the catalogue
 * knows, or an uncatalogued name where the decided model is covered by more than an embargo; the answer must stop.
 * `uncatalogued`: a name that the catalogue does not have; an alarm.
 * @param served as the model API spells it
 */
function judge({ active, decision, facts }: Forwarding, served: string): 'as-decided' | 'mismatch' | 'uncatalogued' {
  const { policy } = active
  const forced = new Map(
    decision.obligations.flatMap((each) => (each.kind === 'force-mode' ? [[each.pointer, each.mode]] : [])),
  )
  const named = nameOf(policy, served)
  for (const resource of decision.resources) {
    const offered = offeredModel(policy, resource.model)
    const isRequestName = offered?.names.some(({ name }) => name === served)
    if (!isRequestName && offered?.servedAs.includes(served)) return 'as-decided'
    if (named === undefined || named.model !== resource.model) continue
    const mode = forced.get(resource.pointer)
    const modes = mode === undefined ? resource.modes : [mode]
    const isVariant = named.variant === resource.variant
    if (isVariant && (named.mode === null || modes.includes(named.mode))) return 'as-decided'
  }
  if (named !== undefined) return 'mismatch'
  // A name that is echoed as it was sent says nothing more than the request did.
  if (facts.operation.models.some(({ name }) => name === served)) return 'as-decided'
  return isCoveredBeyondEmbargo(policy, decision) ? 'mismatch' : 'uncatalogued'
}
