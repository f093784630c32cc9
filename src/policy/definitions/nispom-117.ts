import type { Definition } from './definition.ts'
import { citizen } from './standing.ts'
import { isUsCompany } from './us-organization.ts'

export const nispom: Definition = {
  id: 'nispom-117',
  title: 'Non-U.S. citizen (National Industrial Security Program)',
  citations: ['32 CFR 117.3'],
  admits: citizen,
  admitsPresence: false,
  admitsOrganization: isUsCompany,
  claimNames: ['nispom-117', 'nispom'],
}
