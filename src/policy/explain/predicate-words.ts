// Predicate words: what each predicate says of a party when it is true, false or not known. One table for every predicate that the
// engine has; the test of a limb, where a bundle is at hand, makes the words exact.

import type { PredicateFinding, Truth } from '../../vocabulary/decision.ts'
import type { Attribution, Condition, Limb, Test } from '../bundle/bundle.ts'
import { testsOf } from '../bundle/tests-of.ts'
import { clause, listed, type Verb } from './phrase.ts'
import type { Source } from './source.ts'

type TestOf<Name extends Test['test']> = Extract<Test, { test: Name }>

interface Said<One extends Test> {
  /** Undefined: the words of the limb are not at hand. */
  readonly test: One | undefined
  /** Empty where the limb itself is told, of whichever party. */
  readonly party: string
  readonly source: Source
}

const verb = (is: string, isNot: string): Verb => ({ is, isNot })

const attributionWords: Readonly<Record<Attribution, string>> = {
  'any-held': 'every one that is held counts',
  'ear-most-recent': 'the most recent one counts',
  'itar-ever-held': 'every one ever held counts',
}

const verbs: { readonly [Name in Test['test']]: (said: Said<TestOf<Name>>) => Verb } = {
  'foreign-person': ({ test }) => {
    const under = test === undefined ? 'as the directive defines it' : `under ${test.definition}`
    return verb(`is a foreign person ${under}`, `is not a foreign person ${under}`)
  },
  nationality: ({ test, party, source }) => {
    const which =
      test === undefined
        ? 'that the directive lists'
        : `of ${source.places(test.countries, party === '')} (${attributionWords[test.attribution]})`
    return verb(`holds a nationality ${which}`, `holds no nationality ${which}`)
  },
  place: ({ test, party, source }) => {
    const by = party === 'end-user' ? ', by attestation' : party === '' ? '' : ', by the client address'
    if (test === undefined) {
      return verb(`is where the directive prohibits${by}`, `is not where the directive prohibits${by}`)
    }
    const places = source.places(test.places, party === '')
    return test.outside
      ? verb(`is outside ${places}${by}`, `is in ${places}${by}`)
      : verb(`is in ${places}${by}`, `is not in ${places}${by}`)
  },
  residence: ({ test, party, source }) => {
    const where =
      test === undefined ? 'where the directive prohibits' : `in ${source.places(test.places, party === '')}`
    return verb(`ordinarily resides ${where}`, `does not ordinarily reside ${where}`)
  },
  mode: ({ test }) => {
    const modes = test === undefined ? 'a restricted mode' : `the mode ${listed(test.modes, 'or')}`
    return verb(`could reach ${modes} by this request`, `cannot reach ${modes} by this request`)
  },
  member: ({ test }) => {
    const of = test === undefined ? 'the program' : `the program ${test.program}`
    return verb(`is a member of ${of}`, `is no member of ${of}`)
  },
  evaluator: ({ test }) => {
    const list = test === undefined ? 'the register of evaluators' : `the register of evaluators ${test.list}`
    return verb(`stands on ${list}`, `does not stand on ${list}`)
  },
  staff: ({ test }) => {
    const list = test === undefined ? 'the register of staff' : `the register of staff ${test.list}`
    return verb(`stands on ${list}`, `does not stand on ${list}`)
  },
  tier: ({ test }) => {
    const tier = test === undefined ? 'the tier' : `the tier ${test.tier}`
    return verb(`is in ${tier}`, `is not in ${tier}`)
  },
}

export const predicateNames: readonly string[] = Object.keys(verbs)

interface Label {
  readonly name: string
  readonly negated: boolean
  readonly party: string
}

/** `not-member(subject)`: the predicate, whether it asks for the contrary, and of whom. */
export function labelOf(predicate: string): Label {
  const [, not, name = predicate, party = ''] = /^(not-)?([^()]+)\(([^()]*)\)$/.exec(predicate) ?? []
  return { name, negated: not !== undefined, party }
}

/** @param test what the limb tests, if it is at hand */
export function predicateSays(predicate: string, value: Truth, test: Test | undefined, source: Source): string {
  const { name, negated, party } = labelOf(predicate)
  if (!isTestName(name)) return `\`${predicate}\` is ${value === 'unknown' ? 'not known' : value}`
  const known = verbOf(name, test, party, source)
  if (value === 'unknown') return `it is not known whether ${clause(party, known, true)}`
  return clause(party, known, (value === 'true') !== negated)
}

/** What a limb tests, in words: `any of subject, actor is a foreign person under …`. */
export function limbSays({ anyOf, is }: Limb, source: Source): string {
  const roles = anyOf.length === 1 ? `the ${anyOf[0]}` : `any of ${anyOf.join(', ')}`
  return `${roles} ${conditionSays(is, source)}`
}

function conditionSays(condition: Condition, source: Source): string {
  if ('of' in condition) {
    const parts = condition.of.map((one) => conditionSays(one, source))
    return listed(parts, condition.test === 'all' ? 'and' : 'or')
  }
  const { is, isNot } = verbOf(condition.test, condition, '', source)
  return 'holds' in condition && !condition.holds ? isNot : is
}

/**
 * The test behind each predicate of a limb, in the order in which they stand: the engine asks a limb's tests in order, party by
 * party. Where there are other predicates of a name than tests of it, nothing is said about which is which.
 */
export function testsBehind(
  predicates: readonly PredicateFinding[],
  limb: Limb | undefined,
): readonly (Test | undefined)[] {
  if (limb === undefined) return predicates.map(() => undefined)
  const tests = testsOf(limb.is)
  const labels = predicates.map(({ predicate }) => labelOf(predicate))
  return labels.map((label, index) => {
    const named = tests.filter((test) => test.test === label.name)
    if (named.length < 2) return named[0]
    const alike = labels.flatMap((one, at) => (one.name === label.name && one.party === label.party ? [at] : []))
    return alike.length === named.length ? named[alike.indexOf(index)] : undefined
  })
}

const isTestName = (name: string): name is Test['test'] => Object.hasOwn(verbs, name)

function verbOf(name: Test['test'], test: Test | undefined, party: string, source: Source): Verb {
  const words = verbs[name] as (said: Said<Test>) => Verb
  return words({ test: test?.test === name ? test : undefined, party, source })
}
