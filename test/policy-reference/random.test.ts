// The compiled engine gives the answer of the reference interpreter, in every particular, whatever the bundle and the facts; and what
// it says of how long an answer holds is true.

import { deepStrictEqual } from 'node:assert/strict'
import * as fc from 'fast-check'
import t from 'tap'
import { type Policy, PolicyError } from '../../src/policy/index.ts'
import { type Asked, byEngine, byReference, comparable, policyOf } from './compare.ts'
import { randomBundle, randomSuspensions } from './random-bundle.ts'
import { randomQuestions } from './random-facts.ts'
import { edges } from './random-words.ts'

const bundles = 450

const world = fc
  .record({ bundle: randomBundle, suspensions: randomSuspensions, isUnconfirmed: fc.constantFrom(false, false, true) })
  .map((one) => ({ ...one, policy: loaded(one.bundle, one.suspensions, one.isUnconfirmed) }))

/** null: the bundle is refused, and decides nothing. */
function loaded(...about: Parameters<typeof policyOf>): Policy | null {
  try {
    return policyOf(...about)
  } catch (error) {
    if (error instanceof PolicyError) return null
    throw error
  }
}

const told = (times: ReadonlyMap<string, number>): string =>
  [...times]
    .sort(([, a], [, b]) => b - a)
    .map(([what, count]) => `${what} ${count}`)
    .join(', ')

t.test('the engine and the reference interpreter agree on random policies and requests', async (t) => {
  let refused = 0
  let compared = 0
  const answers = new Map<string, number>()
  const asked = fc.array(randomQuestions, { minLength: 1, maxLength: 16, size: 'max' })
  fc.assert(
    fc.property(world, asked, ({ bundle, suspensions, isUnconfirmed, policy }, questions) => {
      if (policy === null) refused++
      fc.pre(policy !== null)
      for (const { facts, moments } of questions) {
        for (const moment of moments) {
          const one: Asked = { facts, ...moment }
          const engine = byEngine(policy, one)
          deepStrictEqual(comparable(engine), comparable(byReference(bundle, one, suspensions, isUnconfirmed)))
          compared++
          answers.set(engine.reason, (answers.get(engine.reason) ?? 0) + 1)
        }
      }
    }),
    { numRuns: bundles },
  )
  t.comment(`${compared} comparisons over ${bundles} bundles, ${refused} more were refused: ${told(answers)}`)
  t.ok(compared >= 20_000, 'enough of them')
  t.ok(refused < bundles / 4, 'nearly every bundle loads')
})

t.test('no answer changes before the instant until which the engine says that it holds', async (t) => {
  let held = 0
  let looked = 0
  fc.assert(
    fc.property(world, fc.array(randomQuestions, { minLength: 1, maxLength: 6 }), (world, questions) => {
      const { bundle, suspensions, isUnconfirmed, policy } = world
      fc.pre(policy !== null)
      for (const { facts, moments } of questions) {
        for (const { instant, clockUncertaintyMs } of moments) {
          const { validUntil } = byEngine(policy, { facts, instant, clockUncertaintyMs })
          const now = comparable(
            byReference(bundle, { facts, instant, clockUncertaintyMs }, suspensions, isUnconfirmed),
          )
          held++
          for (const later of instantsWithin(instant, validUntil)) {
            const then = comparable(
              byReference(bundle, { facts, instant: later, clockUncertaintyMs }, suspensions, isUnconfirmed),
            )
            deepStrictEqual(then, now)
            looked++
          }
        }
      }
    }),
    { numRuns: 150 },
  )
  t.comment(`${held} answers, looked at again ${looked} times before their end`)
  t.ok(looked > held, 'there was something to look at')
})

/** In [from, until): around every edge, and the last millisecond. */
function instantsWithin(from: number, until: number | null): readonly number[] {
  const offsets = [-250, -249, -1, 0, 1, 249, 250, 251]
  const last = edges.at(-1) ?? from
  const end = until ?? last + 86_400_000
  const near = edges.flatMap((edge) => offsets.map((offset) => edge + offset))
  return [...near, from + 1, Math.floor((from + end) / 2), end - 1].filter((one) => one > from && one < end)
}
