import type { Definition } from './definition.ts'
import { citizen, permanentResident, protectedIndividual } from './standing.ts'
import { isUsCompanyOrOrganizedThere } from './us-organization.ts'

export const itar: Definition = {
  id: 'itar-120.62',
  title: 'Foreign person (International Traffic in Arms Regulations)',
  citations: ['22 CFR 120.62', '22 CFR 120.63', '8 USC 1324b(a)(3)'],
  admits: citizen | permanentResident | protectedIndividual,
  admitsPresence: false,
  admitsOrganization: isUsCompanyOrOrganizedThere,
  claimNames: ['itar-120.62', 'itar', '22-cfr-120.62'],
}
