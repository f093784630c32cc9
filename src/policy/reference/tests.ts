// semantics.md §7: one condition of one limb, asked of one party.

import type { Condition, RestrictingDirective, Test } from '../bundle/bundle.ts'
import { isForeign } from './foreign.ts'
import { type Answer, and, or, whether } from './kleene.ts'
import { isNational } from './nationality.ts'
import type { Party } from './parties.ts'
import { codesOf, isAddressProhibited, isAttestedPlaceProhibited } from './place.ts'
import type { Question } from './question.ts'
import { registerAnswer } from './registers.ts'
import { residesIn } from './residence.ts'

/** @param modes those that the request could reach */
export function ask(
  condition: Condition,
  party: Party,
  directive: RestrictingDirective,
  modes: readonly string[],
  question: Question,
): Answer {
  if (!('of' in condition)) return askTest(condition, party, directive, modes, question)
  const answers = condition.of.map((one) => ask(one, party, directive, modes, question))
  return condition.test === 'all' ? and(answers) : or(answers)
}

function askTest(
  test: Test,
  party: Party,
  { statusEvidence, residenceEvidence, placeEvidence }: RestrictingDirective,
  modes: readonly string[],
  question: Question,
): Answer {
  switch (test.test) {
    case 'foreign-person':
      return isForeign(test.definition, party, { status: said(statusEvidence), place: placeEvidence }, question)
    case 'nationality':
      return isNational(codesOf(test.countries, question), test.attribution, party, said(statusEvidence), question)
    case 'residence':
      return residesIn(codesOf(test.places, question), party, said(residenceEvidence), question)
    case 'place': {
      const codes = codesOf(test.places, question)
      if (party.kind === 'end-users') return isAttestedPlaceProhibited(party, codes, test.outside, question)
      return isAddressProhibited(codes, test.outside, said(placeEvidence), question)
    }
    case 'mode':
      return whether(modes.some((mode) => test.modes.includes(mode)))
    case 'member':
    case 'evaluator':
    case 'staff':
    case 'tier':
      return registerAnswer(test, party, question)
  }
}

/** No bundle loads in which a directive tests what it makes no demands on. */
function said<Demand>(demand: Demand | null): Demand {
  if (demand === null) throw new Error('a directive tests what it makes no demands on')
  return demand
}

/** Every test of a condition. */
export const testsIn = (condition: Condition): readonly Test[] =>
  'of' in condition ? condition.of.flatMap(testsIn) : [condition]
