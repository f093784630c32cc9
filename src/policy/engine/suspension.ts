// Suspension: one officer closes a model, a family or everything, for everyone, at once and without a build. It only adds denials:
// beside it every directive is determined and recorded as ever. It has no end in time (whoever lifts it decides by a policy without
// it), holds at every phase, open answers included, and follows lineage like a directive.

import type { Resource } from '../../vocabulary/operation.ts'
import type { Lineage } from './catalogue.ts'
import { determinationBy, type Outcome, outcomeOf } from './outcome.ts'
import type { ModelDirectives, Policy } from './policy.ts'
import { PolicyError } from './policy-error.ts'

export interface Suspension {
  /** Unique among those in force; records name it `suspension:<id>`. */
  readonly id: string
  readonly of:
    | { readonly kind: 'all' }
    | { readonly kind: 'family'; readonly family: string }
    /** By canonical id. */
    | { readonly kind: 'model'; readonly model: string }
  readonly why: string
  readonly by: string
  /** Milliseconds since the epoch; for people: it is in force from the moment that the policy holds it. */
  readonly since: number
}

/**
 * The same policy, under which everything that one of them names is denied with `model_suspended` as well. Those that the policy has
 * stay: to lift one, begin with the policy that was loaded.
 * @throws PolicyError where one names a model or family that the catalogue does not have, or two have one id
 */
export function withSuspensions(policy: Policy, suspensions: readonly Suspension[]): Policy {
  if (suspensions.length === 0) return policy
  const faults = faultsOf(policy, suspensions)
  if (faults.length > 0) throw new PolicyError(faults)
  const lineages = new Map([...policy.catalogue.values()].map(({ model, lineage }) => [model.id, lineage]))
  const concerning = new Map<string, ModelDirectives>()
  for (const [id, directives] of policy.concerning) {
    const lineage = lineages.get(id)
    const own = suspensions.filter((one) => lineage === undefined || reaches(one, lineage))
    const all = own.length === 0 ? directives.suspensions : [...directives.suspensions, ...own]
    concerning.set(id, { ...directives, suspensions: all })
  }
  return { ...policy, concerning }
}

/** What derives from a suspended model or family is suspended. */
function reaches({ of }: Suspension, { ids, families }: Lineage): boolean {
  switch (of.kind) {
    case 'all':
      return true
    case 'family':
      return families.has(of.family)
    case 'model':
      return ids.has(of.model)
  }
}

function faultsOf({ catalogue, concerning }: Policy, suspensions: readonly Suspension[]): readonly string[] {
  const ids = new Set([...concerning.values()].flatMap((one) => one.suspensions.map(({ id }) => id)))
  const families = new Set([...catalogue.values()].map(({ model }) => model.family))
  return suspensions.flatMap(({ id, of }) => {
    const faults = ids.has(id) ? [`suspension ${id}: stands twice`] : []
    ids.add(id)
    if (of.kind === 'family' && !families.has(of.family)) {
      faults.push(`suspension ${id}: there is no family \`${of.family}\``)
    }
    if (of.kind === 'model' && !concerning.has(of.model)) {
      const meant = catalogue.get(of.model)
      const hint = meant === undefined ? '' : `: it is a name of \`${meant.model.id}\`, name that`
      faults.push(`suspension ${id}: there is no model \`${of.model}\`${hint}`)
    }
    return faults
  })
}

/** Its determination on one resource: always violated. No instrument is disclosed by it, so the caller may be told. */
export function suspended({ id }: Suspension, resource: Resource): Outcome {
  const reason = 'model_suspended'
  const instrument = { id: `suspension:${id}`, version: 1 }
  return outcomeOf(determinationBy('suspension', instrument, resource, reason), reason, true)
}
