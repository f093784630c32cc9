// Whatever several statements of one person say, under every definition: none that is taken away opens anything.

import fc from 'fast-check'
import t from 'tap'
import type { DefinitionId } from '../../../src/policy/bundle/bundle.ts'
import { definitions } from '../../../src/policy/definitions/index.ts'
import { areApart, isWithin } from '../../../src/policy/definitions/standing.ts'
import { saysOfStanding } from '../../../src/policy/engine/statements.ts'
import type { Evidence } from '../../../src/vocabulary/evidence.ts'
import { asserted, type Backing, type Basis, decided, ids, list, status, us, verified } from './one-person.ts'

const backing = fc.constantFrom<Backing>(verified, verified, asserted)
const anyEvidence: fc.Arbitrary<Evidence> = fc.oneof(
  fc
    .record({
      value: fc.boolean(),
      basis: fc.constantFrom<Basis>(null, 'citizen-or-national', 'permanent-resident', 'protected'),
      by: backing,
      under: fc.constantFrom(null, null, 'cfius-800', 'doj', 'ofac'),
    })
    .map(({ value, basis, by, under }) => us(value, basis, by, under)),
  fc
    .tuple(fc.constantFrom('lpr', 'refugee', 'temporary-resident', 'h-1b', 'unheard-of'), backing)
    .map(([value, by]) => status(value, by)),
  fc
    .tuple(fc.constantFrom(['US'], ['USA', 'GBR'], ['GB'], ['CN'], ['PR']), fc.boolean(), backing)
    .map(([value, complete, by]) => list(value, complete, by)),
)
const several = fc.array(anyEvidence, { minLength: 1, maxLength: 5 })
const definition = fc.constantFrom(...ids)

const isAdverse = (evidence: Evidence, id: DefinitionId): boolean => {
  const statement = saysOfStanding(evidence)
  return statement !== null && areApart(statement, definitions[id].admits)
}
const namesUs = (evidence: Evidence): boolean =>
  evidence.name === 'nationalities' && evidence.value.some((code) => code.startsWith('US'))
const isDenial = (evidence: Evidence): boolean => evidence.name === 'us-person' && !evidence.value.value
/** A word that is of no use to anybody: it says that a person is a company, or its basis stands against its definition. */
const isBroken = (evidence: Evidence): boolean => saysOfStanding(evidence) === null
/** Conflicts, written down once more, kind by kind. */
const conflict = (one: Evidence, other: Evidence): boolean =>
  (isDenial(one) && !isDenial(other)) ||
  (isDenial(one) && isDenial(other)) ||
  (one.name === 'nationalities' && other.name === 'nationalities' && (one.complete || other.complete)) ||
  (one.name === 'us-person' && other.name === 'nationalities' && other.complete && !namesUs(other))

t.test('removing evidence that is neither adverse nor in conflict never turns a denial into a permit', async () => {
  fc.assert(
    fc.property(definition, several, fc.nat(4), (id, evidence, index) => {
      const removed = evidence[index % evidence.length] as Evidence
      const rest = evidence.filter((one) => one !== removed)
      if (isAdverse(removed, id) || isBroken(removed)) return true
      if (rest.some((other) => conflict(removed, other) || conflict(other, removed))) return true
      return decided(id, evidence).effect === 'permit' || decided(id, rest).effect === 'deny'
    }),
    { numRuns: 5000 },
  )
})

t.test('an adverse statement always denies, and what no statement proves is never called proved', async () => {
  fc.assert(
    fc.property(definition, several, (id, evidence) => {
      const { effect, reason } = decided(id, evidence)
      const someAdverse = evidence.some((one) => isAdverse(one, id))
      return someAdverse ? effect === 'deny' : reason !== 'person_restricted'
    }),
    { numRuns: 5000 },
  )
})

t.test(
  'statements that are all favourable permit if one is good, except beside two different complete lists',
  async () => {
    fc.assert(
      fc.property(definition, several, (id, evidence) => {
        const { admits } = definitions[id]
        const favourable = evidence.filter((one) => {
          const statement = saysOfStanding(one)
          return statement !== null && isWithin(statement, admits) && !isDenial(one)
        })
        const complete = favourable.filter((one) => one.name === 'nationalities' && one.complete)
        const differ = new Set(complete.map((one) => JSON.stringify(one.value))).size > 1
        if (differ || !favourable.some((one) => one.state === 'verified')) return true
        return decided(id, favourable).effect === 'permit'
      }),
      { numRuns: 5000 },
    )
  },
)
