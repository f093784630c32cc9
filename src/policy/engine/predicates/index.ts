// Every predicate that a limb can test, in one list. `compileCondition` (load/load.ts) resolves named lists once; here a compiled test meets a
// party. A test on a register is two-valued; the others are three-valued.

import type { Attribution, DefinitionId, RegisterTest } from '../../bundle/bundle.ts'
import { and, type Finding, known, or, sharpened } from '../finding.ts'
import type { Party } from '../parties.ts'
import type { Registration, Toward } from '../registers.ts'
import type { Question, Situation } from '../situation.ts'
import { evaluator } from './evaluator.ts'
import { foreignPerson } from './foreign-person.ts'
import { member } from './member.ts'
import { mode } from './mode.ts'
import { nationality } from './nationality.ts'
import { type PlaceSet, place } from './place.ts'
import { residence } from './residence.ts'
import { staff } from './staff.ts'
import { tier } from './tier.ts'

export type CompiledCondition =
  | CompiledTest
  | { readonly test: 'all' | 'any'; readonly of: readonly CompiledCondition[] }

export type CompiledTest =
  | { readonly test: 'foreign-person'; readonly definition: DefinitionId }
  | { readonly test: 'nationality'; readonly attribution: Attribution; readonly countries: ReadonlySet<string> }
  | { readonly test: 'place'; readonly outside: boolean; readonly places: PlaceSet }
  | { readonly test: 'residence'; readonly places: PlaceSet }
  | { readonly test: 'mode'; readonly modes: readonly string[] }
  | RegisterTest

export function meets(condition: CompiledCondition, party: Party, question: Question): Finding {
  switch (condition.test) {
    case 'all':
      return and(condition.of.map((one) => meets(one, party, question)))
    case 'any':
      return or(condition.of.map((one) => meets(one, party, question)))
    case 'foreign-person':
      return foreignPerson(condition.definition, party, question)
    case 'nationality':
      return nationality(condition.countries, condition.attribution, party, question)
    case 'place':
      return place(condition.places, condition.outside, party, question)
    case 'residence':
      return residence(condition.places, party, question)
    case 'mode':
      return mode(condition.modes, party, question)
    case 'member':
    case 'evaluator':
    case 'staff':
    case 'tier':
      return registerFinding(condition, party, question.situation)
  }
}

/** What the registers say: whether somebody stands there now, and if not, whether they once did. */
export function registrationIn(test: RegisterTest, party: Party, situation: Situation, toward: Toward): Registration {
  switch (test.test) {
    case 'member':
      return member(test.program, party, situation, toward)
    case 'evaluator':
      return evaluator(test.list, party, situation, toward)
    case 'staff':
      return staff(test.list, party, situation, toward)
    case 'tier':
      return tier(test.tier, party, situation, toward)
  }
}

const absence = { member: 'not-member', evaluator: 'not-evaluator', staff: 'not-staff', tier: 'not-tier' } as const

function registerFinding(test: RegisterTest, party: Party, situation: Situation): Finding {
  const found = registrationIn(test, party, situation, test.holds ? 'prohibit' : 'admit')
  const label = party.labels[test.holds ? test.test : absence[test.test]]
  const finding = known(label, (found === 'holds') === test.holds, [
    { name: test.test, state: found, source: 'register', verifiedAt: null },
  ])
  const ended = test.test === 'member' && !test.holds && found === 'ended'
  return ended ? sharpened(finding, 'membership_ended') : finding
}
