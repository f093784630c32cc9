import type { Definition } from './definition.ts'
import { citizenOnly } from './standing.ts'
import { isOnlyUsCompany } from './us-organization.ts'

/** Only for the sections that use it: another nationality or law of organization makes foreign. */
export const ofac: Definition = {
  id: 'ofac-589.317-a',
  title: 'Not solely a national or entity of the United States (OFAC)',
  citations: ['31 CFR 589.317(a)'],
  admits: citizenOnly,
  admitsPresence: false,
  admitsOrganization: isOnlyUsCompany,
  claimNames: ['ofac-589.317-a', 'ofac-589.317', 'ofac'],
}
