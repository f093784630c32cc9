// What names one token so that it can be revoked: its issuer and `jti`, or the digest of what is signed. Nothing is verified: whoever
// has it in hand wants it shut out, good or not.
import { contentDigest, readCompactToken } from './compact-token.ts'
import { readName } from './token-claims.ts'

export interface NamedToken {
  readonly issuer: string
  /** Null: it has none, and is known by its content alone. */
  readonly jti: string | null
  /** SHA-256 (base64url) of header and payload. */
  readonly digest: string
}

/** Throws an Error with one sentence that quotes nothing of the token. */
export function readNamedToken(text: string): NamedToken {
  const { claims } = readCompactToken(text)
  return {
    issuer: readName(claims['iss'], '`iss`'),
    jti: claims['jti'] === undefined ? null : readName(claims['jti'], '`jti`'),
    digest: contentDigest(text),
  }
}
