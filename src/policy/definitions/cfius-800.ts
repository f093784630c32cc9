import type { Definition } from './definition.ts'
import { citizen } from './standing.ts'
import { isUsCompany } from './us-organization.ts'

/** A permanent resident is foreign here. */
export const cfius: Definition = {
  id: 'cfius-800',
  title: 'Foreign person (Committee on Foreign Investment in the United States)',
  citations: ['31 CFR 800.224', '31 CFR 800.223'],
  admits: citizen,
  admitsPresence: false,
  admitsOrganization: isUsCompany,
  claimNames: ['cfius-800', 'cfius'],
}
