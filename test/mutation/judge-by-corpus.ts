// The corpus as judge of a mutant: an answer that is not the reference interpreter's, or one that is said to hold longer than it does.
// What merely differs from the engine as it stands (a label, an earlier end, a fault in other words) is a witness that the mutant is
// no other way to write the same: some test should see it.

import { isDeepStrictEqual } from 'node:util'
import type { JsonValue } from '../../src/json/index.ts'
import type { decide, loadPolicy, Policy, withSuspensions } from '../../src/policy/index.ts'
import type { Decision } from '../../src/vocabulary/decision.ts'
import { type Asked, comparable } from '../policy-reference/compare.ts'
import { edges } from '../policy-reference/random-words.ts'
import { referenceAnswer, type World } from './corpus.ts'
import { type Mutants, pastWhich, switchTo } from './switch.ts'

/** The functions of one generation of the engine. */
export interface Engine {
  readonly decide: typeof decide
  readonly loadPolicy: typeof loadPolicy
  readonly withSuspensions: typeof withSuspensions
}

/** What the engine as it stands says, and which mutants stand on its way to it. */
export interface Known {
  readonly world: World
  /** Frozen as deep as can be, like the decisions: no mutant changes them for those after it. */
  readonly policy: Policy | Refused
  readonly onLoading: Mutants
  readonly answers: readonly Answered[]
}

interface Answered {
  readonly asked: Asked
  readonly decision: Decision
  readonly reference: string
  readonly onDeciding: Mutants
}

interface Refused {
  readonly faults: readonly string[]
}

export type Judgement =
  | { readonly kind: 'same'; readonly asked: number }
  | { readonly kind: 'witness'; readonly of: string; readonly asked: number }
  | { readonly kind: 'wrong'; readonly of: string }

export async function known(engine: Engine, world: World): Promise<Known> {
  const [policy, onLoading] = await pastWhich(() => policyOf(engine, world))
  freeze(policy)
  const answers: Answered[] = []
  for (const asked of 'faults' in policy ? [] : world.asked) {
    const [decision, onDeciding] = await pastWhich(() => answer(engine, policy as Policy, asked))
    freeze(decision)
    const reference = referenceAnswer(world, asked)
    if (JSON.stringify(comparable(decision)) !== reference)
      throw new Error(`${world.name}: engine and reference differ`)
    answers.push({ asked, decision, reference, onDeciding })
  }
  return { world, policy, onLoading, answers }
}

/** The same, of another generation of the engine. */
export function loadedBy(engine: Engine, known: Known): Known {
  const policy = policyOf(engine, known.world)
  freeze(policy)
  return { ...known, policy }
}

/**
 * @param mutant null: none
 * @param isAtLoad the mutant stands in what runs when its module loads, and `engine` is of a generation of its own
 */
export function judge(
  mutant: string | null,
  { world, policy, onLoading, answers }: Known,
  engine: Engine,
  isAtLoad: boolean,
): Judgement {
  const isOnLoading = mutant === null || isAtLoad || onLoading.has(mutant)
  const toAsk = isOnLoading ? answers : answers.filter(({ onDeciding }) => onDeciding.has(mutant))
  if (!isOnLoading && toAsk.length === 0) return same
  let witness: string | null = null
  try {
    switchTo(mutant)
    const mutated = isOnLoading ? policyOf(engine, world) : policy
    if ('faults' in mutated || 'faults' in policy) return compareFaults(world, mutated, policy)
    for (const expected of toAsk) {
      switchTo(mutant)
      const decision = answer(engine, mutated, expected.asked)
      switchTo(null)
      if (isDeepStrictEqual(decision, expected.decision)) continue
      if (JSON.stringify(comparable(decision)) !== expected.reference) return wrong(`${world.name}: another answer`)
      if (outlives(decision, expected, world)) return wrong(`${world.name}: an answer is said to hold too long`)
      witness ??= `${world.name}: ${firstDifference(decision, expected.decision)}`
    }
  } catch (error) {
    return wrong(`${world.name}: ${String(error)}`)
  }
  const asked = toAsk.length
  return witness === null ? { kind: 'same', asked } : { kind: 'witness', of: witness, asked }
}

const same: Judgement = { kind: 'same', asked: 0 }
const wrong = (of: string): Judgement => ({ kind: 'wrong', of })

function compareFaults(world: World, mutated: Policy | Refused, policy: Policy | Refused): Judgement {
  const [now, before] = [mutated, policy].map((one) => ('faults' in one ? one.faults : []))
  if (isDeepStrictEqual(now, before)) return same
  if (world.mustLoad) return wrong(`${world.name}: does not load: ${now?.[0] ?? ''}`)
  return {
    kind: 'witness',
    of: `${world.name}: ${now?.[0] ?? 'no fault'} instead of ${before?.[0] ?? 'no fault'}`,
    asked: 1,
  }
}

function policyOf({ loadPolicy, withSuspensions }: Engine, { text, suspensions }: World): Policy | Refused {
  try {
    return withSuspensions(loadPolicy(JSON.parse(text) as JsonValue), suspensions)
  } catch (error) {
    if (error instanceof Error && error.name === 'PolicyError' && 'faults' in error) {
      return { faults: error.faults as string[] }
    }
    throw error
  }
}

function answer({ decide }: Engine, policy: Policy, { facts, instant, clockUncertaintyMs }: Asked): Decision {
  const faults: unknown[] = []
  const decision = decide(policy, facts, instant, { clockUncertaintyMs, onFault: (error) => faults.push(error) })
  if (faults.length > 0) throw faults[0]
  return decision
}

/** Whether the reference's answer changes before the later end that is claimed. */
function outlives({ validUntil }: Decision, expected: Answered, world: World): boolean {
  const until = expected.decision.validUntil
  if (until === null || (validUntil !== null && validUntil <= until)) return false
  const near = edges.flatMap((edge) => [-250, -1, 0, 1, 250].map((offset) => edge + offset))
  return [until, until + 1, ...near]
    .filter((instant) => instant >= until && (validUntil === null || instant < validUntil))
    .some((instant) => referenceAnswer(world, { ...expected.asked, instant }) !== expected.reference)
}

function firstDifference(one: Decision, other: Decision): string {
  const before = new Map(Object.entries(other))
  const [name, value] = Object.entries(one).find(([name, value]) => !isDeepStrictEqual(value, before.get(name))) ?? [
    '',
    0,
  ]
  const [left, right] = [JSON.stringify(value), JSON.stringify(before.get(name))]
  let at = 0
  while (at < left.length && left[at] === right[at]) at++
  const from = Math.max(0, at - 40)
  return `${name} …${left.slice(from, at + 40)}… instead of …${right.slice(from, at + 40)}…`
}

function freeze(value: unknown): void {
  if (value === null || typeof value !== 'object' || Object.isFrozen(value)) return
  Object.freeze(value)
  if (value instanceof Map || value instanceof Set) for (const one of value.values()) freeze(one)
  for (const one of Object.values(value)) freeze(one)
}
