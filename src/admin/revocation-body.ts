// The body of `POST /v1/revocations`: exact names, and which tokens of theirs are reached.
import { z } from 'zod'
import { limits } from '../limits.ts'
import { readInstant } from '../vocabulary/read-instant.ts'
import { why } from './officers.ts'

export type AskedRevocation = { readonly why: string } & (
  | {
      readonly kind: 'token'
      readonly issuer?: string | undefined
      /** One of the two. */
      readonly jti?: string | undefined
      readonly sha256?: string | undefined
    }
  | {
      readonly kind: 'session' | 'subject' | 'organization'
      readonly issuer?: string | undefined
      readonly id: string
      /** Milliseconds since the epoch. */
      readonly issued_until?: number | undefined
      readonly for_good?: boolean | undefined
    }
  | { readonly kind: 'grant'; readonly id: string }
)

/** As a token may have it: whatever else is written could never match. */
const name = z
  .string()
  .min(1)
  .max(limits.nameChars)
  .refine((value) => !/\p{Cc}/u.test(value), 'holds a control character')

const instant = z.string().transform((text, context) => {
  const read = readInstant(text)
  if (typeof read === 'number') return read
  context.addIssue('is no instant: write 2026-06-20T12:00:00Z')
  return z.NEVER
})

/** Of 32 bytes, in hexadecimal or base64url; kept in the second. */
const digest = z.string().transform((text, context) => {
  const bytes = /^[0-9a-f]{64}$/i.test(text) ? Buffer.from(text, 'hex') : Buffer.from(text, 'base64url')
  const written = bytes.toString('base64url')
  if (bytes.length === 32 && (text.length === 64 || text === written)) return written
  context.addIssue('is no SHA-256: 64 hexadecimal digits, or 43 characters of base64url')
  return z.NEVER
})

export const revocationSchema: z.ZodType<AskedRevocation> = z.discriminatedUnion('kind', [
  z
    .strictObject({
      kind: z.literal('token'),
      issuer: name.optional(),
      jti: name.optional(),
      sha256: digest.optional(),
      why,
    })
    .refine(({ jti, sha256 }) => (jti === undefined) !== (sha256 === undefined), 'needs `jti` or `sha256`, one of them')
    .refine(({ sha256, issuer }) => sha256 === undefined || issuer === undefined, '`sha256` needs no `issuer`'),
  z
    .strictObject({
      kind: z.enum(['session', 'subject', 'organization']),
      issuer: name.optional(),
      id: name,
      issued_until: instant.optional(),
      for_good: z.boolean().optional(),
      why,
    })
    .refine(
      ({ issued_until, for_good }) => issued_until === undefined || for_good !== true,
      'give `issued_until` or `for_good`, not both',
    ),
  z.strictObject({ kind: z.literal('grant'), id: name, why }),
])
