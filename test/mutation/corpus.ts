// The corpus: policies and questions with the answers of the reference interpreter, and of the engine as it stands for what the
// reference does not say. Chosen by chance once and for all: the seed is fixed, so that two runs judge alike.

import * as fc from 'fast-check'
import type { JsonValue } from '../../src/json/index.ts'
import type { Bundle } from '../../src/policy/bundle/bundle.ts'
import { factsOf, type Suspension } from '../../src/policy/index.ts'
import { type Asked, byReference, comparable } from '../policy-reference/compare.ts'
import { randomBundle, randomSuspensions } from '../policy-reference/random-bundle.ts'
import { randomQuestions } from '../policy-reference/random-facts.ts'
import { readScenarios, scenarioBundle } from '../support/scenario.ts'

export interface World {
  readonly name: string
  readonly bundle: Bundle
  readonly text: string
  readonly suspensions: readonly Suspension[]
  readonly asked: readonly Asked[]
  /** Of a bundle with a fault laid in; nothing is asked of it. */
  readonly broken: boolean
  /** The policies of this repository: tests outside this room fail where they are refused. */
  readonly mustLoad: boolean
}

export function corpus(size: { readonly bundles: number; readonly questions: number }): readonly World[] {
  const [scenarios, random] = [scenarioWorlds(), randomWorlds(size)]
  // What is small and told by chance sees most, so it is asked first.
  return [...random.slice(0, 20), ...scenarios, ...random.slice(20), ...brokenWorlds(size.bundles)]
}

function scenarioWorlds(): readonly World[] {
  const cases = readScenarios().flatMap((row) => row.cases)
  return [...Map.groupBy(cases, ({ overlay }) => overlay)].map(([overlay, cases]) => ({
    ...worldOf(`scenarios${overlay === null ? '' : ` with ${overlay}`}`, scenarioBundle(overlay)),
    mustLoad: true,
    asked: cases.map(({ case: one }) => ({ facts: factsOf(one), instant: one.when, clockUncertaintyMs: 0 })),
  }))
}

const worldOf = (name: string, bundle: Bundle): World => ({
  name,
  bundle,
  text: JSON.stringify(bundle),
  suspensions: [],
  asked: [],
  broken: false,
  mustLoad: false,
})

function randomWorlds({ bundles, questions }: { readonly bundles: number; readonly questions: number }) {
  const world = fc.record({
    bundle: randomBundle,
    suspensions: randomSuspensions,
    questions: fc.array(randomQuestions, { minLength: questions, maxLength: questions }),
  })
  return fc.sample(world, { numRuns: bundles, seed: 20260612 }).map(({ bundle, suspensions, questions }, index) => ({
    ...worldOf(`random policy ${index + 1}`, bundle),
    suspensions,
    asked: questions.flatMap(({ facts, moments }) => moments.map((moment) => ({ facts, ...moment }))),
  }))
}

/** Each with one value of the bundle exchanged for another that it holds elsewhere. */
function brokenWorlds(bundles: number): readonly World[] {
  const breakage = fc.record({ bundle: randomBundle, target: fc.nat(), donor: fc.nat() })
  return fc.sample(breakage, { numRuns: bundles, seed: 20260613 }).map(({ bundle, target, donor }, index) => {
    const broken = JSON.parse(JSON.stringify(bundle)) as JsonValue
    const [places, other] = [leaves(broken), leaves(broken)]
    const place = places[target % places.length]
    const alike = other.filter(({ value }) => typeof value === typeof place?.value && value !== place?.value)
    const value = alike[donor % alike.length]?.value
    if (place !== undefined && value !== undefined)
      (place.holder as Record<string | number, JsonValue>)[place.key] = value
    return { ...worldOf(`broken policy ${index + 1}`, broken as unknown as Bundle), broken: true }
  })
}

interface Leaf {
  readonly holder: object
  readonly key: string
  readonly value: JsonValue
}

function leaves(holder: JsonValue): readonly Leaf[] {
  if (holder === null || typeof holder !== 'object') return []
  return Object.entries(holder).flatMap(([key, value]) =>
    value !== null && typeof value === 'object' ? leaves(value) : [{ holder, key, value }],
  )
}

export const referenceAnswer = ({ bundle, suspensions }: World, asked: Asked): string =>
  JSON.stringify(comparable(byReference(bundle, asked, suspensions)))
