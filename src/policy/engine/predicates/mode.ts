// mode: whether the request can reach one of the named modes. Two-valued: the catalogue knows every mode of every model.

import { type Finding, known } from '../finding.ts'
import type { Party } from '../parties.ts'
import { type Question } from '../situation.ts'

export function mode(modes: readonly string[], party: Party, question: Question): Finding {
  return known(
    party.labels.mode,
    question.modes.some((reachable) => modes.includes(reachable)),
  )
}
