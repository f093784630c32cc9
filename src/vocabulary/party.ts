// Parties: everyone a release reaches, in a role.
import type { Evidence } from './evidence.ts'

export const roles = ['subject', 'actor', 'organization', 'end-user'] as const
export type Role = (typeof roles)[number]

/** Subjects are (issuer, subject) everywhere: two issuers may use the same `sub`. */
export interface SubjectId {
  readonly issuer: string
  readonly subject: string
}

export interface Subject {
  readonly id: SubjectId
  readonly kind: 'person' | 'service'
  readonly evidence: readonly Evidence[]
}

/** Who asks, as verified from one credential. A role that is null or empty is not named, and matches nothing. */
export interface Caller {
  readonly subject: Subject
  /** Current actor (RFC 8693 `act`), null when the credential names none. */
  readonly actor: Subject | null
  /** Nested `act`: earlier actors, newest first. They never help to permit (RFC 8693 §4.1). */
  readonly priorActors: readonly Subject[]
  /** Organization id as claimed under the issuer's mapping; facts about it come from the register alone. */
  readonly organization: string | null
  /** The issuer's settings say `organization: always-asserted`: absence is then unknown instead of empty. */
  readonly organizationExpected: boolean
  readonly token: TokenFacts
}

export interface TokenFacts {
  readonly issuer: string
  readonly jti: string | null
  readonly sid: string | null
  /** Seconds since the epoch, as in the token. */
  readonly issuedAt: number
  readonly expiresAt: number
  readonly audience: readonly string[]
  /** SHA-256 (base64url) of what is signed of the token, header and payload: the only form in which it is kept. */
  readonly digest: string
  /** RFC 7638 thumbprint of the key that verified it. */
  readonly keyThumbprint: string
  /** The issuer's settings have `step-up.acr-values`: a refusal for mendable evidence may challenge (RFC 9470). */
  readonly stepUp: { readonly acrValues: readonly string[] } | null
}
