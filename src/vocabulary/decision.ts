// Decision: the combined answer of every directive in force, with what it rests on.

import type { Flag } from './flags.ts'
import type { Operation, Resource } from './operation.ts'
import type { Caller } from './party.ts'
import type { Place } from './place.ts'
import type { Basis, Reason } from './reason.ts'

/** Everything that `decide` may read, besides the policy and the instant. */
export interface Facts {
  readonly caller: Caller
  readonly place: Place
  readonly operation: Operation
  /** Output tokens that are left of each grant's quantity, by grant id. A grant that does not stand here has nothing left. */
  readonly remaining: Readonly<Record<string, number>>
}

export type Truth = 'true' | 'false' | 'unknown'

export interface LimbFinding {
  readonly limb: string
  /** Whether the limb matches after grants are considered: `true` prohibits, `unknown` is an evidence gap. */
  readonly value: Truth
  /** Why it is true or unknown; null where it is false and nothing is in the way. */
  readonly reason: Reason | null
  /** Grants that name it and cover a party in the way, and what each did. Grants that cover nobody are not told. */
  readonly grants: readonly GrantFinding[]
  /** Facts worth a reader's attention; each has its sentence in flags.ts. */
  readonly flags: readonly Flag[]
  /** Results of the leaf predicates, never raw values: `foreign-person(subject)=true`. */
  readonly predicates: readonly PredicateFinding[]
}

/** What a grant did for the parties that it covers. */
export const grantResults = [
  'discharged',
  'not-begun',
  'expired',
  'exhausted',
  'revoked',
  'out-of-scope',
  'elsewhere',
  'unknown',
] as const
export type GrantResult = (typeof grantResults)[number]

export interface GrantFinding {
  readonly grant: string
  /** Of the party, as in the labels of predicates: `subject`, `actor`, `prior-actor`, `organization`, `end-user`. */
  readonly party: string
  /** `out-of-scope`: another resource, operation or phase. `elsewhere`: another place. `unknown`: for want of evidence of the place. */
  readonly result: GrantResult
}

export interface PredicateFinding {
  readonly predicate: string
  readonly value: Truth
  /** Evidence that decided it: name, state under this directive, source and time. */
  readonly evidence: readonly {
    readonly name: string
    readonly state: string
    readonly source: string
    readonly verifiedAt: number | null
  }[]
}

export interface Determination {
  readonly directive: string
  readonly version: number
  /** Which resource it was made for (pointer of the model reference). */
  readonly resource: string
  readonly result: 'not-applicable' | 'satisfied' | 'violated' | 'indeterminate'
  readonly limbs: readonly LimbFinding[]
}

export type Obligation =
  | { readonly kind: 'force-mode'; readonly pointer: string; readonly mode: string }
  | { readonly kind: 'cap-output-tokens'; readonly max: number }
  | { readonly kind: 'no-store' }
  | { readonly kind: 'log-full' }
  /** The answer ends at this instant, milliseconds since the epoch; `validUntil` never lies behind it. */
  | { readonly kind: 'terminate-at'; readonly at: number }
  /** An open answer is decided again at least this often; `validUntil` never lies further ahead. */
  | { readonly kind: 'recheck-every'; readonly seconds: number }

export interface Decision {
  readonly effect: 'permit' | 'deny'
  readonly basis: Basis
  readonly reason: Reason
  /** The caller may be told `reason`; otherwise the answer says `access_restricted`. */
  readonly tellReason: boolean
  /** Every unknown in the way is the caller's own, mendable by a step-up (RFC 9470): the refusal is 401 with a challenge. */
  readonly stepUp: boolean
  readonly resources: readonly Resource[]
  /** All directives in force whose scope covers a resource, in order of id. */
  readonly determinations: readonly Determination[]
  readonly obligations: readonly Obligation[]
  /** First instant (ms since the epoch) at which the answer could change by time alone; null: never. */
  readonly validUntil: number | null
}
