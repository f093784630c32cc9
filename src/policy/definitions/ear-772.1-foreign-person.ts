import type { Definition } from './definition.ts'
import { citizen, permanentResident, protectedIndividual } from './standing.ts'
import { isUsCompanyOrOrganizedThere } from './us-organization.ts'

/** Not 772.1 "U.S. person", which counts anyone in the United States. */
export const ear: Definition = {
  id: 'ear-772.1-foreign-person',
  title: 'Foreign person (Export Administration Regulations)',
  citations: ['15 CFR 772.1', '50 USC 4801(5)', '8 USC 1324b(a)(3)'],
  admits: citizen | permanentResident | protectedIndividual,
  admitsPresence: false,
  admitsOrganization: isUsCompanyOrOrganizedThere,
  claimNames: ['ear-772.1-foreign-person', 'ear-772.1', 'ear', '50-usc-4801', '15-cfr-772.1'],
}
