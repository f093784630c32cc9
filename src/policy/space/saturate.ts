// Saturate: the shortest bodies of evidence about somebody, one for each way in which predicates can answer together.
//
// Begin with nothing said, add one statement at a time, and keep a list only if the engine answers otherwise about it, alone or beside
// some further statement, than about every list before. It ends when nothing new can be said. What two lists that answer alike could
// still hide from each other is what the probes are for; that none falls outside is what test/policy-space holds against random
// evidence.
//
// Where a directive reads the newer or the better of two words, lists hide much from each other, and two tests of who somebody is give
// thousands of them. So once there are many, it is asked how many answers there can be: together the predicates answer nothing that
// two of them cannot answer (nor one alone). When as many have been found, the rest of the lists can bring nothing. What is not whole
// within the bound is no answer: a part is never given for all.

import type { Evidence, NationalitiesEvidence } from '../../vocabulary/evidence.ts'
import { firstOfEach } from './first-of-each.ts'
import type { Sayings } from './statements.ts'

/** Evidence as received at `reference`; the first and shortest that answers so. */
export type Profile = readonly Evidence[]

/** One predicate, asked about somebody of whom nothing else is known. Answers are words in one line. */
export interface Asking {
  /** In the detail that is wanted. */
  readonly alone: (evidence: Profile) => string
  /** By effect: that suffices to see what a list hides from its own answer, and there are far fewer. */
  readonly beside: (evidence: Profile) => string
}

/** What is saturated. */
export interface Material {
  readonly sayings: Sayings
  readonly askings: readonly Asking[]
  /** By which lists of nationalities can grow longer than `sayings` has them. */
  readonly countries: readonly string[]
  /** What the engine may be asked. */
  readonly most: number
}

/** Null: that cannot be told within the bound. */
export function saturate(material: Material): readonly Profile[] | null {
  try {
    return wholeOf(material)
  } catch (error) {
    if (error instanceof TooManyQuestions) return null
    throw error
  }
}

function wholeOf({ sayings: { values, backings }, askings, countries, most }: Material): readonly Profile[] {
  const count = new Count(most)
  const counted = askings.map(count.of)
  // What is said is told apart as it is said at its best, before it is multiplied by the ways in which it can be backed.
  const distinct = firstOfEach(values, besideProbes(values, counted))
  const all = distinct.flatMap((one) => backings.map((by): Evidence => ({ ...one, ...by })))
  return [...answersOf(all, counted, countries).values()]
}

/** From here on it pays to ask how many answers there can be. */
const manyBodies = 250

/** By what the predicates answer, one line each. */
function answersOf(
  all: readonly Evidence[],
  askings: readonly Asking[],
  countries: readonly string[],
): ReadonlyMap<string, Profile> {
  const beside = besideProbes(all, askings)
  const statements = firstOfEach(all, (one) => beside(one))
  const answers = new Map<string, Profile>()
  const answer = (evidence: Profile): void => {
    const key = aloneOf(askings, evidence)
    if (!answers.has(key)) answers.set(key, evidence)
  }
  const found = new Map<string, Profile>([[beside(), []]])
  answer([])
  let isLarge = false
  for (const evidence of found.values()) {
    if (!isLarge && found.size > manyBodies && askings.length > 1) {
      isLarge = true
      const most = mostAnswers(all, askings, countries)
      for (const body of pairsAndTriples(statements)) {
        if (answers.size >= most) return answers
        answer(body)
      }
      if (answers.size >= most) return answers
    }
    for (const one of [...statements.map((one) => [...evidence, one]), ...longer(evidence, countries)]) {
      const key = beside(...one)
      if (found.has(key)) continue
      found.set(key, one)
      answer(one)
    }
  }
  return answers
}

const aloneOf = (askings: readonly Asking[], evidence: Profile): string =>
  askings.map(({ alone }) => alone(evidence)).join('\n')

/** What is answered about evidence alone, and beside one statement of each kind and answer. */
function besideProbes(
  statements: readonly Evidence[],
  askings: readonly Asking[],
): (...evidence: readonly Evidence[]) => string {
  const probes = firstOfEach(statements, (one) => `${one.name} ${aloneOf(askings, [one])}`)
  const besideOf = (evidence: Profile): string => askings.map(({ beside }) => beside(evidence)).join('|')
  return (...evidence) =>
    [aloneOf(askings, evidence), ...probes.map((probe) => besideOf([...evidence, probe]))].join('\n')
}

/** The same evidence with one more nationality in one of its lists. */
function* longer(evidence: Profile, countries: readonly string[]): Iterable<Profile> {
  for (const [index, one] of evidence.entries()) {
    if (one.name !== 'nationalities' || one.value.length < 2) continue
    for (const code of countries) {
      if (one.value.includes(code)) continue
      const list: NationalitiesEvidence = { ...one, value: [...one.value, code] }
      yield evidence.with(index, list)
    }
  }
}

/** Nearly every answer has so short a reason. */
function* pairsAndTriples(statements: readonly Evidence[]): Iterable<Profile> {
  for (const [index, one] of statements.entries()) {
    for (const other of statements.slice(index + 1)) yield [one, other]
  }
  for (const [index, one] of statements.entries()) {
    for (const [next, other] of statements.entries()) {
      if (next > index) for (const third of statements.slice(next + 1)) yield [one, other, third]
    }
  }
}

/** How many answers there can be at most: those of which each two predicates can answer their parts, or each one where there are two. */
function mostAnswers(all: readonly Evidence[], askings: readonly Asking[], countries: readonly string[]): number {
  if (askings.length === 2) {
    return askings.map((one) => answersOf(all, [one], countries).size).reduce((a, b) => a * b, 1)
  }
  let together: readonly (readonly string[])[] = [[]]
  for (const [index, asking] of askings.entries()) {
    const pairs = askings.slice(0, index).map((one) => answersOf(all, [one, asking], countries))
    const own = index === 0 ? answersOf(all, [asking], countries) : new Map(pairs.flatMap(lastLines))
    together = together.flatMap((before) =>
      [...own.keys()]
        .filter((answer) => pairs.every((pair, at) => pair.has(`${before[at]}\n${answer}`)))
        .map((answer) => [...before, answer]),
    )
  }
  return together.length
}

const lastLines = (answers: ReadonlyMap<string, Profile>): readonly (readonly [string, Profile])[] =>
  [...answers].map(([key, profile]) => [key.slice(key.indexOf('\n') + 1), profile])

class TooManyQuestions extends Error {}

/** Counts what the engine is asked for one set of predicates, of all its pairs too. */
class Count {
  readonly #most: number
  #questions = 0

  constructor(most: number) {
    this.#most = most
  }

  readonly of = ({ alone, beside }: Asking): Asking => ({ alone: this.#asked(alone), beside: this.#asked(beside) })

  #asked(ask: (evidence: Profile) => string): (evidence: Profile) => string {
    return (evidence) => {
      this.#questions += 1
      if (this.#questions > this.#most) throw new TooManyQuestions()
      return ask(evidence)
    }
  }
}
