// What is revoked: a token, a session, a subject, an organization or a grant, by exact names. Every comparison is of equal strings:
// no case, blank or form of Unicode is folded, since the issuer folds none.
import type { Reason } from './reason.ts'

export const revokedKinds = ['token', 'token-content', 'session', 'subject', 'organization', 'grant'] as const

export type Revoked =
  | { readonly kind: 'token'; readonly issuer: string; readonly jti: string }
  /** By SHA-256 (base64url) of what was signed: the token without its last part, for a token without `jti`. */
  | { readonly kind: 'token-content'; readonly digest: string }
  | ({ readonly kind: 'session'; readonly issuer: string; readonly session: string } & Issued)
  | ({ readonly kind: 'subject'; readonly issuer: string; readonly subject: string } & Issued)
  | ({ readonly kind: 'organization'; readonly issuer: string; readonly organization: string } & Issued)
  | { readonly kind: 'grant'; readonly grant: string }

/** Which tokens are reached: those whose `iat` is not after this instant (milliseconds since the epoch); null: all, for good. */
interface Issued {
  readonly issuedUntil: number | null
}

/** What stands in a caller's way. */
export interface Withdrawn {
  readonly reason: Extract<Reason, 'token_revoked' | 'session_revoked' | 'revoked'>
  /** Of the revocation. */
  readonly id: string
}
