// Unconfirmed: whoever enforces a policy cannot say that it is still the newest one. Each directive says for itself what happens then
// (`when-freshness-is-unknown`): one that says `refuse` shuts all that it covers, one that says `hold` is decided as ever. Like a
// suspension it only adds denials, beside every determination that would have been made.

import type { Resource } from '../../vocabulary/operation.ts'
import { determinationBy, type Outcome, outcomeOf } from './outcome.ts'
import type { CompiledDirective, CompiledWindow, ModelDirectives, Policy } from './policy.ts'
import { covers, coversSomeMode } from './scope.ts'
import type { Situation } from './situation.ts'

/** The same policy, under which what a directive with `refuse` covers is denied with `policy_stale` as well. */
export function unconfirmed(policy: Policy): Policy {
  const concerning = new Map<string, ModelDirectives>()
  for (const [id, directives] of policy.concerning) {
    const { restricting, windows } = directives
    const shut = [...restricting, ...windows].filter(({ source }) => source.whenFreshnessIsUnknown === 'refuse')
    concerning.set(id, { ...directives, shut })
  }
  return { ...policy, concerning }
}

/**
 * One outcome for each directive that shuts the resource. A directive that lets open answers end shuts them too: what it says by now
 * nobody here knows. One that is only reported denies nothing here either.
 */
export function shutBy(
  shut: readonly (CompiledDirective | CompiledWindow)[],
  resource: Resource,
  { operation, horizon }: Situation,
): readonly Outcome[] {
  return shut.flatMap((one) => {
    const { source, scope } = one
    if (!covers(scope, resource, operation) || !coversSomeMode(scope, resource.modes)) return []
    if ('rule' in one && !horizon.prohibits(one.rule.from, one.rule.to)) return []
    if ('reportOnlyUntil' in source && source.reportOnlyUntil !== null) {
      if (!horizon.reached(source.reportOnlyUntil - horizon.uncertainty)) return []
    }
    const instrument = { id: `lease:${source.id}`, version: source.version }
    return [outcomeOf(determinationBy('freshness', instrument, resource, 'policy_stale'), 'policy_stale', true)]
  })
}
