import type { Definition } from './definition.ts'
import { citizen, permanentResident, refugeeOrAsylee } from './standing.ts'
import { isUsCompanyOrItsBranch } from './us-organization.ts'

/** Whoever is not a "U.S. person" of 28 CFR 202.256: presence in the United States is enough. */
export const doj: Definition = {
  id: 'doj-202.256',
  title: 'Not a U.S. person (Department of Justice, bulk data)',
  citations: ['28 CFR 202.256'],
  admits: citizen | permanentResident | refugeeOrAsylee,
  admitsPresence: true,
  admitsOrganization: isUsCompanyOrItsBranch,
  claimNames: ['doj-202.256', 'doj'],
}
