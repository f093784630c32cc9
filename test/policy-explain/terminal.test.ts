// On the terminal: lines that fit, colours that are never the only sign, and nothing that a title or a record could do to it.
import t from 'tap'
import { explain, explanationText } from '../../src/policy/index.ts'
import type { Flag } from '../../src/vocabulary/flags.ts'
import { answeredTold, told } from './told.ts'

const texts = (width: number, colour = false): readonly (readonly [string, string])[] =>
  told.map((one) => [one.name, explanationText(answeredTold(one).explanation, { width, colour })])

/** Words that are longer than what is left for them stand alone: a digest must stay whole. */
const fits = (line: string, width: number): boolean =>
  line.length <= width || !line.replace(/^[│├└─ ]*(?:\S+ {2,})?/u, '').includes(' ')

t.test('lines are broken to the width of the terminal', async (t) => {
  for (const width of [60, 80, 120]) {
    for (const [name, text] of texts(width)) {
      t.strictSame(
        text.split('\n').filter((line) => !fits(line, width)),
        [],
        `${name} at ${width}`,
      )
    }
  }
  for (const [name, text] of texts(20))
    t.ok(
      text.split('\n').every((line) => line.length < 140),
      `${name}, however narrow`,
    )
})

t.test('the same words stand at every width, and under the colours', async (t) => {
  const words = (text: string): string => text.replace(/[│├└─]/gu, ' ').replace(/\s+/g, ' ')
  const wide = new Map(texts(100))
  for (const [name, text] of texts(60)) t.equal(words(text), words(wide.get(name) ?? ''), name)
  for (const [name, text] of texts(100, true)) {
    t.match(text, /\u001b\[3[12]m/, name)
    t.equal(text.replace(/\u001b\[\d*m/g, ''), wide.get(name), name)
  }
})

t.test('a hostile title, reason, flag or name moves no cursor', async (t) => {
  const hostile = 'A\u001b[2J\u202ebad\u0007\nB\u2028C\u009b31m'
  const person = told.find(({ name }) => name === 'person')
  if (person === undefined) throw new Error('there is no such case')
  const { account, policy } = answeredTold(person)
  const bundle = {
    ...policy.bundle,
    directives: policy.bundle.directives.map((one) => ({
      ...one,
      title: hostile,
      about: {
        ...one.about,
        issuer: hostile,
        theLetterSays: hostile,
        authority: [hostile],
        toCorrectOurFacts: hostile,
      },
    })),
    grants: policy.bundle.grants.map((one) => ({ ...one, title: hostile })),
    lists: policy.bundle.lists.map((one) => ({ ...one, title: hostile })),
  }
  const determinations = account.determinations.map((one) => ({
    ...one,
    limbs: one.limbs.map((limb) => ({
      ...limb,
      // As a record of another version, or of another hand, may say.
      flags: [...limb.flags, hostile as Flag],
      predicates: limb.predicates.map((predicate) => ({
        ...predicate,
        evidence: predicate.evidence.map((used) => ({ ...used, source: hostile, state: hostile })),
      })),
    })),
  }))
  const models = account.models.map((one) => ({ ...one, name: hostile }))
  for (const one of [account, { ...account, determinations, models }]) {
    for (const from of [bundle, undefined]) {
      t.notMatch(explanationText(explain(one, from)), /[^\P{Cc}\n]|[\u2028\u202e]/u)
    }
  }
})

t.test('what is recorded and denies nothing is said to be so', async (t) => {
  const permit = told.find(({ name }) => name === 'permit')
  if (permit === undefined) throw new Error('there is no such case')
  const { account } = answeredTold(permit)
  const limb = {
    limb: 'trial',
    value: 'true',
    reason: 'person_restricted',
    grants: [],
    flags: ['would_deny'],
    predicates: [],
  } as const
  const trial = { directive: 'trial-run', version: 2, resource: '/model', result: 'violated', limbs: [limb] } as const
  const { answer, resources } = explain({ ...account, determinations: [...account.determinations, trial] })
  t.match(answer, /; trial-run version 2 would stand in the way, and is report-only\.$/)
  t.equal(resources[0]?.state, 'satisfied', 'it does not count')
  t.match(
    resources[0]?.under.find(({ id }) => id === 'trial-run@2')?.says,
    /prohibits this, and is report-only: it is recorded and denies nothing/,
  )
})

t.test('findings that stand for no limb have their own sentences', async (t) => {
  const permit = told.find(({ name }) => name === 'permit')
  if (permit === undefined) throw new Error('there is no such case')
  const { account } = answeredTold(permit)
  const cases = [
    [
      'suspension:june',
      'suspension',
      'model_suspended',
      /under the suspension june: an officer has suspended it, for everyone\.$/,
    ],
    [
      'catalogue:next-1',
      'release-state',
      'model_unreleased',
      /under the catalogue’s entry of next-1: it is unreleased/,
    ],
    [
      'glasswing',
      'admission',
      'membership_absent',
      /under glasswing version 1: the program has not begun: it admits nobody yet\.$/,
    ],
    [
      'next-1-evaluation',
      'admission',
      'evaluation_closed',
      /the evaluation window names the caller and is not open\.$/,
    ],
  ] as const
  for (const [directive, limb, reason, words] of cases) {
    const finding = { limb, value: 'true', reason, grants: [], flags: [], predicates: [] } as const
    const one = { directive, version: 1, resource: '/model', result: 'violated', limbs: [finding] } as const
    const { answer } = explain({ ...account, effect: 'deny', basis: 'prohibited', reason, determinations: [one] })
    t.match(answer, words, directive)
  }
})
