// Claim: what can be claimed of a policy, as a closed tree. parse-claim.ts reads it from controlled English; docs/claims.md is its page.

/** A word as it was written, with the column (from 1) at which it stands, so that a fault can point there. */
export interface Name {
  readonly text: string
  readonly column: number
}

export type Claim = {
  readonly text: string
  readonly where: Where
  readonly during: During
} & (
  | {
      /** Nobody of these is ever permitted. */
      readonly kind: 'nobody'
      readonly who: Persons
      /** They are no counter-example. */
      readonly but: readonly Persons[]
      readonly what: What
      /** A permit that would be a denial without any grant is no counter-example. */
      readonly exceptUnderGrant: boolean
    }
  | {
      /** Each of these is always permitted. */
      readonly kind: 'every'
      readonly who: Persons
      readonly but: readonly Persons[]
      /** Only evidence of who they are; nothing is said of a residence. */
      readonly nothingElseSaid: boolean
      readonly what: What
    }
  | {
      /** Whatever the policy without the directive permits these, it permits them with it. */
      readonly kind: 'takes-nothing'
      readonly directive: Name
      readonly who: Persons
      readonly but: readonly Persons[]
    }
  | {
      /** Whatever the policy with the directive (or grant, or withdrawal) permits these, it permits them without it. */
      readonly kind: 'gives-nothing'
      readonly directive: Name
      readonly who: Persons
      readonly but: readonly Persons[]
    }
)

export type Persons =
  | { readonly kind: 'anybody' | 'person' | 'service' }
  /** Foreign: whoever is not proved to be none. Known foreign: proved, or of their own word. US: proved to be none. */
  | { readonly kind: 'foreign' | 'known-foreign' | 'us'; readonly definition: Name | null; readonly column: number }
  | { readonly kind: 'national' | 'resident'; readonly of: readonly Name[] }
  | { readonly kind: 'member' | 'evaluator' | 'staff' | 'tier' | 'employee'; readonly of: Name }
  /** The organization itself, and the services that it runs. */
  | { readonly kind: 'organization'; readonly of: Name }

export type Where =
  | { readonly kind: 'anywhere' }
  /** Proved to be in the United States. */
  | { readonly kind: 'at-home' }
  /** `from`: the lookup names a place there. `outside`: not proved to be there. `surely-outside`: proved not to be there. */
  | { readonly kind: 'from' | 'outside' | 'surely-outside'; readonly of: readonly Name[] }

export interface What {
  /** Null: every model. */
  readonly models: readonly Name[] | null
  readonly mode: Name | null
  /** Answers that are open already (phase `continue`) are no part of it. */
  readonly isAdmission: boolean
}

/** Milliseconds since the epoch, half-open; null: without beginning, without end. */
export interface During {
  readonly ranges: readonly { readonly from: number | null; readonly to: number | null }[]
  readonly column: number
}

export interface ClaimFault {
  /** From 1. */
  readonly column: number
  /** Lower case; says what to write. */
  readonly message: string
}
