// Grants and withdrawals in a bundle: what takes something back from what a directive prohibits.

import type { SubjectId } from '../../vocabulary/party.ts'
import type { About, DirectiveObligation, PlaceDemand, RegisterTest, Scope } from './directives.ts'
import type { CodeSet, Interval, Position } from './parts.ts'

export const grantKinds = [
  'specific-license',
  'general-license',
  'license-exception',
  'annex-listing',
  'evaluator-access',
] as const
export type GrantKind = (typeof grantKinds)[number]

export interface Grant extends Interval {
  readonly id: string
  readonly kind: GrantKind
  readonly title: string
  readonly about: About
  /** Not empty; each names its limbs. */
  readonly discharges: readonly {
    readonly directive: string
    readonly versions: readonly number[]
    readonly limbs: readonly string[]
  }[]
  /** A party is covered if one of these covers it. Not empty. */
  readonly covers: readonly Cover[]
  readonly scope: Scope
  /** It helps only at these places (client address, and attested places of a service); null: anywhere. */
  readonly places: { readonly within: CodeSet; readonly evidence: PlaceDemand } | null
  /**
   * Licensed amount; null: without limit. What is left of it is a fact (`Facts.remaining`), never a part of the policy: with nothing
   * left the grant fails, else it caps the output. A grant without a quantity is used before it.
   */
  readonly quantity: { readonly outputTokens: number } | null
  /** It ended here by revocation; null: it was not revoked. */
  readonly revokedFrom: number | null
  readonly obligations: readonly DirectiveObligation[]
  readonly position: Position
}

export type Cover =
  /** The organization itself and services it runs. */
  | { readonly cover: 'organization'; readonly organization: string }
  /** Persons whom the register of employees names (contractors are none), and end users attested to be employees. */
  | { readonly cover: 'employees-of'; readonly organization: string }
  /** Every member of the program now: subjects, and organizations with the services that they run and their employees. */
  | { readonly cover: 'members-of'; readonly program: string }
  | { readonly cover: 'evaluators'; readonly list: string }
  | { readonly cover: 'staff'; readonly list: string }
  | { readonly cover: 'subject'; readonly subject: SubjectId }
  /** Parties of whom this holds, whoever they are (a general license). Register tests with `holds: true`. */
  | { readonly cover: 'anyone-who'; readonly is: RegisterTest }

export interface Withdrawal {
  readonly id: string
  readonly title: string
  readonly about: About
  readonly directive: string
  readonly versions: readonly number[]
  readonly effective: number
  readonly position: Position
}
