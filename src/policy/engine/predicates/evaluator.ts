// evaluator: a person whom a register of evaluators names, by (issuer, subject) and by nothing else.

import type { Party } from '../parties.ts'
import { type Registration, registration, type Toward } from '../registers.ts'
import type { Situation } from '../situation.ts'

export function evaluator(list: string, party: Party, { horizon }: Situation, toward: Toward): Registration {
  if (party.kind === 'organization' || party.kind === 'end-users') return 'absent'
  return registration(party.entries?.evaluators.get(list), horizon, toward)
}
