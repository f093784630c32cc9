// Both answers in one form, so that they can be compared: what is a set stands in a fixed order, and what only one of them tells
// (leaf evidence, how long the answer holds) is left out.

import type { JsonValue } from '../../src/json/index.ts'
import type { Bundle } from '../../src/policy/bundle/bundle.ts'
import {
  decide,
  loadPolicy,
  type Policy,
  type Suspension,
  unconfirmed,
  withSuspensions,
} from '../../src/policy/index.ts'
import { interpret, type ReferenceDecision } from '../../src/policy/reference/index.ts'
import type { Decision, Facts } from '../../src/vocabulary/decision.ts'

export interface Asked {
  readonly facts: Facts
  readonly instant: number
  readonly clockUncertaintyMs: number
}

/** Through JSON, as the gate gets it. */
export function policyOf(bundle: Bundle, suspensions: readonly Suspension[] = [], isUnconfirmed = false): Policy {
  const policy = withSuspensions(loadPolicy(JSON.parse(JSON.stringify(bundle)) as JsonValue), suspensions)
  return isUnconfirmed ? unconfirmed(policy) : policy
}

export function byEngine(policy: Policy, { facts, instant, clockUncertaintyMs }: Asked): Decision {
  const faults: unknown[] = []
  const decision = decide(policy, facts, instant, { clockUncertaintyMs, onFault: (error) => faults.push(error) })
  // A fault inside is a denial; beside a reference that has none it should be seen as what it is.
  if (faults.length > 0) throw faults[0]
  return decision
}

export function byReference(
  bundle: Bundle,
  { facts, instant, clockUncertaintyMs }: Asked,
  suspensions: readonly Suspension[] = [],
  isUnconfirmed = false,
): ReferenceDecision {
  return interpret(bundle, facts, instant, { clockUncertaintyMs, suspensions, isUnconfirmed })
}

export const comparable = (decision: Decision | ReferenceDecision): Readonly<Record<string, unknown>> => ({
  effect: decision.effect,
  basis: decision.basis,
  reason: decision.reason,
  stepUp: decision.stepUp,
  tellReason: decision.tellReason,
  obligations: inOrder(decision.obligations),
  resources: decision.resources,
  determinations: inOrder(
    decision.determinations.map(({ directive, version, resource, result, limbs }) => ({
      directive,
      version,
      resource,
      result,
      limbs: inOrder(
        limbs.map(({ limb, value, reason, flags, grants }) => ({
          limb,
          value,
          reason,
          flags: [...new Set(flags)].sort(),
          grants: inOrder(grants),
        })),
      ),
    })),
  ),
})

const inOrder = <Item>(items: readonly Item[]): readonly Item[] =>
  items
    .map((item) => [JSON.stringify(sorted(item)), item] as const)
    .sort(([a], [b]) => (a < b ? -1 : a > b ? 1 : 0))
    .map(([, item]) => item)

const sorted = (value: unknown): unknown =>
  value !== null && typeof value === 'object' && !Array.isArray(value)
    ? Object.fromEntries(Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1)))
    : value
