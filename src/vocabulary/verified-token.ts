// Verified tokens: what the gates of one fleet tell each other of a token, so that its signature is verified once.

/** That this signature is good by this key: as true for every gate as for the first, whatever else it may hold against the token. */
export interface VerifiedToken {
  /** SHA-256 (base64url) of the whole token, its signature included. */
  readonly digest: string
  /** RFC 7638 thumbprint of the key: the reader’s own for this token, so that a key which it does not accept vouches for nothing. */
  readonly keyThumbprint: string
  /** Digest of the issuers’ settings, which both gates share. */
  readonly issuersDigest: string
}

export interface VerifiedTokens {
  /** Whether a gate of the fleet has verified it. Resolves within the command time-out, to false on any doubt; never rejects. */
  has(token: VerifiedToken): Promise<boolean>
  /** Tells the fleet, and does not wait. `until`: milliseconds since the epoch from which the token is accepted nowhere. */
  tell(token: VerifiedToken, until: number): void
}
