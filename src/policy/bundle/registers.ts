// Registers in a bundle: dated records that we keep about subjects, as (iss, sub), and organizations. Never names of people, never nationality.

import type { SubjectId } from '../../vocabulary/party.ts'
import type { DefinitionId } from './directives.ts'
import type { Interval, PlaceCode } from './parts.ts'

/** Dated records that we keep. Closed: no entry means no. Its own part of the bundle, since it changes daily. */
export interface Registers {
  readonly organizations: readonly Organization[]
  /** Which organization runs a service or an agent: the client register. */
  readonly clients: readonly (SubjectId & Interval & { readonly organization: string })[]
  readonly employees: readonly (SubjectId &
    Interval & { readonly organization: string; readonly engagement: 'employee' | 'contractor' })[]
  readonly members: readonly (Interval & { readonly program: string; readonly member: MemberId })[]
  readonly evaluators: readonly (SubjectId & Interval & { readonly list: string })[]
  readonly staff: readonly (SubjectId & Interval & { readonly list: string })[]
  readonly tiers: readonly (SubjectId & Interval & { readonly tier: string })[]
  readonly attestations: readonly Attestation[]
}

export type MemberId =
  | { readonly kind: 'organization'; readonly organization: string }
  | { readonly kind: 'subject'; readonly subject: SubjectId }

export const organizationKinds = ['company', 'foreign-government', 'mission', 'international-organization'] as const
export type OrganizationKind = (typeof organizationKinds)[number]

export interface Organization extends Interval {
  readonly id: string
  readonly name: string
  readonly kind: OrganizationKind
  /** Country under whose law it is incorporated, alpha-2. */
  readonly incorporatedIn: string
  /** Other countries in which it is organized to do business (15 CFR 772.1). */
  readonly organizedIn: readonly string[]
  /** Ids or names of owners: kept, never decisive for the definitions that exist. */
  readonly ownedBy: readonly string[]
  /** A branch has the nationality of its head for `doj-202.256`; null: no branch. */
  readonly branchOf: string | null
}

/** An organization's signed word about the end users of its services. */
export interface Attestation extends Interval {
  readonly id: string
  readonly organization: string
  readonly signer: string
  /** The services it speaks for. Not empty. */
  readonly clients: readonly SubjectId[]
  /** Under each definition listed here, no end user is a foreign person. */
  readonly noForeignPersonUnder: readonly DefinitionId[]
  /** Under each listed here, some end users are. */
  readonly foreignPersonsUnder: readonly DefinitionId[]
  /** Every end user is a registered employee of the organization. */
  readonly employeesOnly: boolean
  /** Where all of them are; []: not attested. */
  readonly places: readonly PlaceCode[]
}
