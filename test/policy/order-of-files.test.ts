// Nothing that is decided depends on the order in which files were read, or entries of a register stand: not the answer, not its
// record, not how long it holds. (Within one instrument the order is the lawyer's: it says what is looked at first.)

import { deepStrictEqual } from 'node:assert/strict'
import * as fc from 'fast-check'
import t from 'tap'
import type { Bundle } from '../../src/policy/bundle/bundle.ts'
import { byEngine, policyOf } from '../policy-reference/compare.ts'
import { randomBundle } from '../policy-reference/random-bundle.ts'
import { randomQuestions } from '../policy-reference/random-facts.ts'

/** In an order that `seed` chooses. */
function shuffled<Item>(items: readonly Item[], seed: number): Item[] {
  let state = seed
  const keyed = items.map((item) => {
    state = (Math.imul(state, 1_103_515_245) + 12_345) >>> 0
    return { item, key: state >>> 8 }
  })
  return keyed.sort((a, b) => a.key - b.key).map(({ item }) => item)
}

/** Every list in it that files are gathered into, and every list of names that has no order of its own. */
function otherwise(bundle: Bundle, seed: number): Bundle {
  const mix = <Item>(items: readonly Item[]): Item[] => shuffled(items, seed)
  const { catalogue, lists, directives, grants, withdrawals, registers } = bundle
  const { organizations, clients, employees, members, evaluators, staff, tiers, attestations } = registers
  return {
    ...bundle,
    catalogue: { ...catalogue, models: mix(catalogue.models) },
    lists: mix(lists).map((list) => ({ ...list, members: mix(list.members) })),
    directives: mix(directives),
    grants: mix(grants).map((grant) => ({ ...grant, discharges: mix(grant.discharges) })),
    withdrawals: mix(withdrawals),
    registers: {
      organizations: mix(organizations),
      clients: mix(clients),
      employees: mix(employees),
      members: mix(members),
      evaluators: mix(evaluators),
      staff: mix(staff),
      tiers: mix(tiers),
      attestations: mix(attestations).map((one) => ({ ...one, clients: mix(one.clients) })),
    },
  }
}

t.test('a policy whose files were read in another order decides and records the same, for as long', async (t) => {
  const questions = fc.array(randomQuestions, { minLength: 3, maxLength: 3 })
  let asked = 0
  fc.assert(
    fc.property(randomBundle, fc.nat(), questions, (bundle, seed, questions) => {
      const [policy, other] = [policyOf(bundle), policyOf(otherwise(bundle, seed))]
      for (const { facts, moments } of questions) {
        for (const moment of moments) {
          asked++
          const [one, two] = [byEngine(policy, { facts, ...moment }), byEngine(other, { facts, ...moment })]
          deepStrictEqual(two, one)
        }
      }
    }),
    { numRuns: 100 },
  )
  t.ok(asked > 300, `${asked} questions`)
})
