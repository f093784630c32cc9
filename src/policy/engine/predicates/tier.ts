// tier: whoever a register puts in the tier, by (issuer, subject) and by nothing else.

import type { Party } from '../parties.ts'
import { type Registration, registration, type Toward } from '../registers.ts'
import type { Situation } from '../situation.ts'

export function tier(tier: string, party: Party, { horizon }: Situation, toward: Toward): Registration {
  if (party.kind === 'organization' || party.kind === 'end-users') return 'absent'
  return registration(party.entries?.tiers.get(tier), horizon, toward)
}
