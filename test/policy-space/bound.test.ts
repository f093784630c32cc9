// Two tests of who somebody is, on evidence of which the better is read, hide much from each other: looked through one by one, their
// lists took minutes. They are told apart in seconds; what is beyond the bound is said to be, never answered in part.
import t from 'tap'
import type { Condition, RestrictingDirective } from '../../src/policy/bundle/bundle.ts'
import { diffOf, firstOpening, SpaceError } from '../../src/policy/diff/index.ts'
import type { Policy } from '../../src/policy/index.ts'
import { prove } from '../../src/policy/prove/index.ts'
import { predicatesOf } from '../../src/policy/space/predicates.ts'
import { profilesOf } from '../../src/policy/space/profiles.ts'
import { day, foreign, limb, load, model, restriction } from '../policy/small-policy.ts'
import { claimOf } from '../policy-prove/support.ts'

const national = (country: string): Condition => ({
  test: 'nationality',
  attribution: 'ear-most-recent',
  countries: { lists: [], codes: [country] },
})

const directive = (id: string, is: Condition): RestrictingDirective =>
  restriction(id, [limb(is, { anyOf: ['subject', 'actor', 'organization', 'end-user'] })], {
    statusEvidence: { atLeast: 'verified', notOlderThan: 365 * day, whenConflicting: 'better-wins' },
  })

const policyOf = (...tests: readonly Condition[]): Policy =>
  load({ catalogue: { models: [model('m')] }, directives: tests.map((is, index) => directive(`d${index}`, is)) })

const one = policyOf(foreign)
const two = policyOf(foreign, national('CN'))

t.test('everybody whom two such tests tell apart is known within the bound', async (t) => {
  const restricting = two.concerning.get('m')?.restricting ?? []
  const predicates = predicatesOf([{ restricting, windows: [] }], { predicates: [], organizations: [] })
  // Each of both is true, false, unknown, or unknown by a conflict, whatever the other is.
  t.equal(profilesOf(predicates, 'effect')?.persons.length, 16)
})

t.test('claims are proved and changes compared under two such tests', async (t) => {
  t.match(prove(claimOf('no known foreign person reaches m from 2026-06-01T00:00:00Z on'), two), { kind: 'holds' })
  t.equal(firstOpening(one, two, { from: 0 }), undefined)
  t.ok(diffOf(two, one, { from: 0 }).permitsMore)
})

t.test('beyond the bound nothing is said of anybody, and the limbs are named', async (t) => {
  const found = prove(claimOf('no known foreign person reaches m from 2026-06-01T00:00:00Z on'), two, {
    mostQuestions: 20_000,
  })
  t.match(found, {
    kind: 'undecided',
    why: /^who can ask for `m` could not be told apart.*d0 version 1, limb limb; d1 /,
  })
  for (const compare of [diffOf, firstOpening]) {
    t.throws(() => compare(two, one, { from: 0, mostQuestions: 20_000 }), {
      code: 'space_too_large',
      message: /: d0 version 1, limb limb; d1 version 1, limb limb\./,
    })
  }
  t.throws(() => diffOf(one, two, { from: 0, mostQuestions: 20_000 }), SpaceError)
})
