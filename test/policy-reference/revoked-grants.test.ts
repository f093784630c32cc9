// A grant that is revoked over a policy is what it would be if its file said so: held to the reference interpreter and to a policy that
// was loaded with `revoked-from`.
import { deepStrictEqual } from 'node:assert/strict'
import * as fc from 'fast-check'
import t from 'tap'
import type { Bundle } from '../../src/policy/bundle/bundle.ts'
import { type Policy, PolicyError, withRevokedGrants } from '../../src/policy/index.ts'
import { byEngine, byReference, comparable, policyOf } from './compare.ts'
import { randomBundle } from './random-bundle.ts'
import { randomQuestions } from './random-facts.ts'
import { edge } from './random-words.ts'

const runs = 100

function loaded(bundle: Bundle): Policy | null {
  try {
    return policyOf(bundle)
  } catch (error) {
    if (error instanceof PolicyError) return null
    throw error
  }
}

/** By the place of a grant in the bundle, from when on it is revoked. */
const revoking = fc.array(fc.oneof(fc.constant(0), edge, fc.constant(null)), { minLength: 6, maxLength: 6 })

function revokedOf({ grants }: Bundle, from: readonly (number | null)[]): ReadonlyMap<string, number> {
  const some = grants.flatMap(({ id }, index): [string, number][] => {
    const instant = from[index] ?? null
    return instant === null ? [] : [[id, instant]]
  })
  return new Map([...some, ['no-such-grant', 0]])
}

const written = (bundle: Bundle, revoked: ReadonlyMap<string, number>): Bundle => ({
  ...bundle,
  grants: bundle.grants.map((grant) => {
    const from = revoked.get(grant.id)
    return from === undefined ? grant : { ...grant, revokedFrom: Math.min(from, grant.revokedFrom ?? from) }
  }),
})

t.test('laid over a policy it decides as written into it, in every particular', async (t) => {
  let [compared, changed] = [0, 0]
  fc.assert(
    fc.property(
      randomBundle,
      revoking,
      fc.array(randomQuestions, { minLength: 1, maxLength: 8 }),
      (bundle, from, questions) => {
        const policy = loaded(bundle)
        fc.pre(policy !== null && bundle.grants.length > 0)
        const revoked = revokedOf(bundle, from)
        const laid = withRevokedGrants(policy, revoked)
        const before = JSON.stringify(policy.bundle)
        const said = written(bundle, revoked)
        for (const { facts, moments } of questions) {
          for (const moment of moments) {
            const one = { facts, ...moment }
            const answer = byEngine(laid, one)
            deepStrictEqual(answer, byEngine(policyOf(said), one))
            deepStrictEqual(comparable(answer), comparable(byReference(said, one)))
            const open = byEngine(policy, one)
            if (open.effect === 'deny') deepStrictEqual(answer.effect, 'deny')
            compared++
            if (open.reason !== answer.reason) changed++
          }
        }
        deepStrictEqual(JSON.stringify(policy.bundle), before)
      },
    ),
    { numRuns: runs },
  )
  t.comment(`${compared} comparisons, of which ${changed} are answered otherwise than without a revocation`)
  t.ok(changed > 3, 'it matters')
})

t.test('nothing to revoke leaves the very policy', async (t) => {
  const [bundle] = fc.sample(
    randomBundle.filter((one) => loaded(one) !== null),
    1,
  )
  const policy = bundle === undefined ? null : loaded(bundle)
  if (policy === null) throw new Error('no policy')
  t.equal(withRevokedGrants(policy, new Map()), policy)
  t.equal(withRevokedGrants(policy, new Map([['no-such-grant', 0]])), policy)
})
