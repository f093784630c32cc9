// semantics.md §7: one condition of one limb, asked of one party.

import type { Condition, RestrictingDirective, Test } from '../bundle/bundle.ts'
import { isForeign } from './foreign.ts'
import { type Answer, and, or, whether } from './kleene.ts'
import { isNational } from './nationality.ts'
import type { Party } from './parties.ts'
import { codesOf, isAddressProhibited, isAttestedPlaceProhibited } from './place.ts'
import { registerAnswer } from './registers.ts'
import { residesIn } from './residence.ts'
import type { Situation } from './situation.ts'

/** @param modes those that the request could reach */
export function ask(
  condition: Condition,
  party: Party,
  directive: RestrictingDirective,
  modes: readonly string[],
  situation: Situation,
): Answer {
  if (!('of' in condition)) return askTest(condition, party, directive, modes, situation)
  const answers = condition.of.map((one) => ask(one, party, directive, modes, situation))
  return condition.test === 'all' ? and(answers) : or(answers)
}

function askTest(
  test: Test,
  party: Party,
  { statusEvidence, residenceEvidence, placeEvidence }: RestrictingDirective,
  modes: readonly string[],
  situation: Situation,
): Answer {
  switch (test.test) {
    case 'foreign-person':
      return isForeign(test.definition, party, { status: said(statusEvidence), place: placeEvidence }, situation)
    case 'nationality':
      return isNational(codesOf(test.countries, situation), test.attribution, party, said(statusEvidence), situation)
    case 'residence':
      return residesIn(codesOf(test.places, situation), party, said(residenceEvidence), situation)
    case 'place': {
      const codes = codesOf(test.places, situation)
      if (party.kind === 'end-users') return isAttestedPlaceProhibited(party, codes, test.outside, situation)
      return isAddressProhibited(codes, test.outside, said(placeEvidence), situation)
    }
    case 'mode':
      return whether(modes.some((mode) => test.modes.includes(mode)))
    case 'member':
    case 'evaluator':
    case 'staff':
    case 'tier':
      return registerAnswer(test, party, situation)
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
