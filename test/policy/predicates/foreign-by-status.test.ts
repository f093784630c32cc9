// Several statements of one person: what they prove together, under every definition.

import fc from 'fast-check'
import t from 'tap'
import type { DefinitionId } from '../../../src/policy/bundle/bundle.ts'
import { definitions } from '../../../src/policy/engine/definitions/index.ts'
import { areApart, isWithin } from '../../../src/policy/engine/definitions/standing.ts'
import { statementOf } from '../../../src/policy/engine/statements.ts'
import { decide, factsOf, readCase } from '../../../src/policy/index.ts'
import type { Evidence } from '../../../src/vocabulary/evidence.ts'
import { answer, day, limb, load, noon, restriction } from '../small-policy.ts'

const ids = Object.keys(definitions) as DefinitionId[]
const policies = new Map(
  ids.map((definition) => [
    definition,
    load({ directives: [restriction('r', [limb({ test: 'foreign-person', definition })])] }),
  ]),
)
const reading = readCase({ asks: 'm', where: 'DE', expect: 'permit' }, Date.UTC(2026, 5, 20, 12))
if (reading.kind === 'faults') throw new Error('case')
const plain = factsOf(reading.case)

const decided = (definition: DefinitionId, evidence: readonly Evidence[]) => {
  const policy = policies.get(definition)
  if (policy === undefined) throw new Error(definition)
  const { caller } = plain
  const facts = { ...plain, caller: { ...caller, subject: { ...caller.subject, evidence } } }
  return decide(policy, facts, noon, { clockUncertaintyMs: 0 })
}

const verified = { state: 'verified', verifiedAt: noon - day, source: 'test' } as const
const asserted = { state: 'asserted', verifiedAt: null, source: 'test' } as const
type Backing = typeof verified | typeof asserted
type Basis = 'citizen-or-national' | 'permanent-resident' | 'protected' | null
const us = (
  value: boolean,
  basis: Basis = null,
  by: Backing = verified,
  definition: string | null = null,
): Evidence => ({
  name: 'us-person',
  value: { value, definition, basis },
  ...by,
})
const status = (value: string, by: Backing = verified): Evidence => ({ name: 'immigration-status', value, ...by })
const list = (value: readonly string[], complete: boolean, by: Backing = verified): Evidence => ({
  name: 'nationalities',
  value,
  complete,
  ...by,
})
const citizen = us(true, 'citizen-or-national')

/** s: served, f: foreign, c: evidence_conflict, i: evidence_insufficient */
const words: Readonly<Record<string, string>> = {
  s: 'permit',
  f: 'person_restricted',
  c: 'evidence_conflict',
  i: 'evidence_insufficient',
}
// Columns: EAR, ITAR, CFIUS, NISPOM, DOJ, OFAC.
const table: readonly (readonly [sentence: string, evidence: readonly Evidence[], answers: string])[] = [
  ['a citizen who once was a permanent resident', [citizen, status('lpr')], 'ssffsf'],
  ['a citizen who says that they are a permanent resident', [citizen, status('lpr', asserted)], 'ssffsf'],
  ['a refugee, since then a permanent resident', [status('refugee'), status('lpr')], 'ssffsf'],
  ['a permanent resident, since then naturalised', [us(true, 'permanent-resident'), list(['US'], false)], 'ssffsf'],
  ['two bases of a US person', [citizen, us(true, 'permanent-resident')], 'ssffsf'],
  ['no US person, and a permanent resident', [us(false), us(true, 'permanent-resident')], 'ccffcf'],
  [
    'no US person by CFIUS, being a permanent resident',
    [us(false, 'permanent-resident', verified, 'cfius-800')],
    'ssffsf',
  ],
  ['two complete lists with US', [list(['USA'], true), list(['USA', 'GBR'], true)], 'cccccc'],
  ['a citizen with two complete lists', [citizen, list(['US'], true), list(['US', 'GB'], true)], 'sssssc'],
  [
    'a US citizen alone, by the word of OFAC, with two complete lists',
    [us(true, null, verified, 'ofac'), list(['US'], true), list(['US', 'GB'], true)],
    'sssssc',
  ],
  ['a US person with two complete lists without US', [us(true), list(['IR'], true), list(['CN'], true)], 'ssffif'],
  ['the same complete list twice', [list(['USA'], true), list(['us'], true, asserted)], 'ssssss'],
  ['a US nationality and a complete list without it', [list(['US'], false), list(['CN'], true)], 'cccccf'],
  ['a citizen who is none by CFIUS', [citizen, us(false, null, verified, 'cfius-800')], 'cccccc'],
  ['a permanent resident who is no US person by DOJ', [status('lpr'), us(false, null, verified, 'doj')], 'ccffff'],
  ['no US person who is a permanent resident', [us(false), status('lpr')], 'ffffff'],
]

for (const [sentence, evidence, answers] of table) {
  t.test(sentence, async (t) => {
    ids.forEach((id, column) => {
      const expected = words[answers[column] ?? '']
      t.equal(answer(decided(id, evidence)), expected, id)
      t.equal(answer(decided(id, evidence.toReversed())), expected, `${id}, the other way round`)
    })
  })
}

t.test('one good favourable statement is enough, and a weak one beside it takes nothing away', async (t) => {
  const weak = us(true, 'citizen-or-national', asserted)
  const ear = (...evidence: readonly Evidence[]) => answer(decided('ear-772.1-foreign-person', evidence))
  t.equal(ear(weak, status('lpr', asserted)), 'evidence_insufficient')
  t.equal(ear(weak, status('lpr')), 'permit')
  t.equal(ear(citizen, status('refugee', asserted)), 'permit')
})

t.test('a foreign statement that is weak is flagged, unless a good one says the same', async (t) => {
  const flags = (...evidence: readonly Evidence[]) =>
    decided('ear-772.1-foreign-person', evidence).determinations[0]?.limbs[0]?.flags
  t.same(flags(citizen, status('h-1b', asserted)), ['adverse_assertion'])
  t.same(flags(us(false, null, asserted), status('h-1b')), [])
})

// ---- properties

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
  const statement = statementOf(evidence)
  return statement !== null && areApart(statement, definitions[id].admits)
}
const namesUs = (evidence: Evidence): boolean =>
  evidence.name === 'nationalities' && evidence.value.some((code) => code.startsWith('US'))
const isDenial = (evidence: Evidence): boolean => evidence.name === 'us-person' && !evidence.value.value
/** A word that is of no use to anybody: it says that a person is a company, or its basis stands against its definition. */
const isBroken = (evidence: Evidence): boolean => statementOf(evidence) === null
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
          const statement = statementOf(one)
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
