// No request falls outside the space: whoever a random policy permits something, with whatever company, is permitted it in the space
// as well; and whoever it denies something alone is denied there.
import * as fc from 'fast-check'
import t from 'tap'
import { testsOf } from '../../src/policy/bundle/tests-of.ts'
import { decide, type Policy, PolicyError } from '../../src/policy/index.ts'
import { askedAlone, requestOf, type Slice, spaceOf } from '../../src/policy/space/index.ts'
import type { Facts } from '../../src/vocabulary/decision.ts'
import type { Resource } from '../../src/vocabulary/operation.ts'
import { policyOf } from '../policy-reference/compare.ts'
import { randomBundle } from '../policy-reference/random-bundle.ts'
import { randomAsked } from '../policy-reference/random-facts.ts'

const randomPolicy = randomBundle.map((bundle) => {
  try {
    return policyOf(bundle)
  } catch (error) {
    // A bundle that is refused decides nothing.
    if (error instanceof PolicyError) return null
    throw error
  }
})

const ofOneModel = ({ operation, ...rest }: Facts): Facts => ({
  ...rest,
  operation: { ...operation, models: operation.models.slice(0, 1) },
})

const alone = ({ caller, ...rest }: Facts): Facts => ({
  ...rest,
  caller: {
    ...caller,
    actor: null,
    priorActors: [],
    organization: caller.subject.kind === 'service' ? caller.organization : null,
    organizationExpected: false,
  },
})

/** The slices that hold the resource at the instant; null: more is told apart there than a test has time for. */
function slicesAt(
  policy: Policy,
  asked: Resource,
  instant: number,
  clockUncertaintyMs: number,
): readonly Slice[] | null {
  const { restricting = [] } = policy.concerning.get(asked.model) ?? {}
  // What is told apart multiplies: three tests of who somebody is take longer than a test may, and two where the newer or better word
  // wins (profiles.test.ts has some of these).
  const tests = restricting.flatMap(({ rule }) => rule.limbs.flatMap(({ source }) => testsOf(source.is)))
  const ofPersons = tests.filter(({ test }) => test === 'foreign-person' || test === 'nationality')
  const distinct = new Set(ofPersons.map((one) => JSON.stringify(one))).size
  const isRanked = restricting.some(
    ({ rule: { demands } }) => demands.status !== null && demands.status.whenConflicting !== 'unknown',
  )
  if (restricting.length > 1 || distinct > (isRanked ? 1 : 2)) return null
  const during = { from: instant, to: instant + 1 }
  const concerns = ({ model, variant, modes }: Resource): boolean =>
    model === asked.model && variant === asked.variant && modes.join() === asked.modes.join()
  return [...spaceOf([policy], { detail: 'effect', during, concerns, clockUncertaintyMs }).slices()]
}

const isInSpace = (policy: Policy, slices: readonly Slice[], effect: string, clockUncertaintyMs: number): boolean =>
  slices.some((slice) => {
    for (const asked of askedAlone(slice)) {
      if (decide(policy, requestOf(asked), slice.instant, { clockUncertaintyMs }).effect === effect) return true
    }
    return false
  })

t.test('every effect of a random request is an effect in the space; company permits nobody', async (t) => {
  let compared = 0
  let permits = 0
  fc.assert(
    fc.property(randomPolicy, fc.array(randomAsked, { minLength: 6, maxLength: 6 }), (policy, all) => {
      fc.pre(policy !== null)
      for (const { facts: random, instant, clockUncertaintyMs } of all) {
        const facts = ofOneModel(random)
        const options = { clockUncertaintyMs }
        const [inCompany, byItself] = [facts, alone(facts)].map((one) => decide(policy, one, instant, options))
        const [resource] = byItself?.resources ?? []
        if (inCompany === undefined || byItself === undefined || resource === undefined) continue
        if (inCompany.effect === 'permit' && byItself.effect === 'deny') {
          throw new Error(`company permits: ${JSON.stringify({ facts, instant })}`)
        }
        const slices = slicesAt(policy, resource, instant, clockUncertaintyMs)
        if (slices === null) continue
        compared += 1
        if (byItself.effect === 'permit') permits += 1
        if (!isInSpace(policy, slices, byItself.effect, clockUncertaintyMs)) {
          throw new Error(
            `nobody of the space is told ${byItself.effect}: ${JSON.stringify({ facts, instant, clockUncertaintyMs })}`,
          )
        }
      }
    }),
    { numRuns: 100, interruptAfterTimeLimit: 120_000 },
  )
  t.comment(`${compared} requests, ${permits} of them permitted`)
  t.ok(compared > 10 && permits > 1)
})
