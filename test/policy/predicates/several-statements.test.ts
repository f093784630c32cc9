// Several statements of one person: what they prove together, under every definition.

import t from 'tap'
import type { Evidence } from '../../../src/vocabulary/evidence.ts'
import { answer } from '../small-policy.ts'
import { asserted, citizen, decided, ids, list, status, us, verified } from './one-person.ts'

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
  [
    'a US citizen alone, by the word of OFAC, with two complete lists of two countries',
    [us(true, null, verified, 'ofac'), list(['US', 'FR'], true), list(['US', 'GB'], true)],
    'sssssf',
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
