// Organizations of the United States: a matter of the law under which they are organized, never of who owns them. A US subsidiary of
// a foreign parent is a US entity; a foreign subsidiary of a US parent is not.

import { unitedStatesPlaces } from '../../vocabulary/country.ts'
import type { Organization } from '../bundle/bundle.ts'

/** Governments, missions and international organizations are no entities of the United States, wherever they sit. */
export const isUsCompany = ({ kind, incorporatedIn }: Organization): boolean =>
  kind === 'company' && unitedStatesPlaces.has(incorporatedIn)

/** 15 CFR 772.1, 22 CFR 120.62: incorporated in the US or organized to do business there. */
export const isUsCompanyOrOrganizedThere = (organization: Organization): boolean =>
  isUsCompany(organization) ||
  (organization.kind === 'company' && organization.organizedIn.some((country) => unitedStatesPlaces.has(country)))

/** A US entity with no law of organization beside. */
export const isOnlyUsCompany = (organization: Organization): boolean =>
  isUsCompany(organization) && organization.organizedIn.every((country) => unitedStatesPlaces.has(country))

/** A foreign branch of a US entity is that entity. */
export const isUsCompanyOrItsBranch = (organization: Organization, head: Organization | undefined): boolean =>
  isUsCompany(organization) || (organization.kind === 'company' && head !== undefined && isUsCompany(head))
