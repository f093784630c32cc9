// Signed: what a fleet's control says under its key. Pure. Promises that nothing which the pinned key did not sign, and as this kind of
// thing, is ever given back, whoever carried it.
import { createPublicKey, type KeyObject, sign, verify } from 'node:crypto'
import type { z } from 'zod'
import { canonicalJson, isJsonObject, readJson } from '../json/index.ts'

export interface SignedKind<Said extends object> {
  /** Name of the member that holds what is said; the text's `format` is `portcullis-<name>/1`. */
  readonly name: string
  readonly schema: z.ZodType<Said>
  /** Longest text, UTF-16 code units. */
  readonly most: number
}

export type SignedReading<Said> =
  | { readonly kind: 'said'; readonly said: Said }
  | { readonly kind: 'fault'; readonly why: 'unreadable' | 'forged' }

const formatOf = (name: string): string => `portcullis-${name}/1`

/** A fixed first line: no signature that was made for anything else passes for this one. */
const signedBytes = (name: string, said: object): Buffer =>
  Buffer.from(`portcullis ${name} of a fleet, 1\n${canonicalJson(said)}`)

/** @param key Ed25519, private @returns the text that is carried */
export function signed<Said extends object>({ name }: SignedKind<Said>, said: Said, key: KeyObject): string {
  const signature = sign(null, signedBytes(name, said), key).toString('base64url')
  return canonicalJson({ format: formatOf(name), [name]: said, signature })
}

/** @returns a reader that believes this key alone: Ed25519, base64url (`x` of RFC 8037). It never throws. */
export function signedReader<Said extends object>(
  { name, schema, most }: SignedKind<Said>,
  controlKey: string,
): (text: string) => SignedReading<Said> {
  const key = createPublicKey({ key: { kty: 'OKP', crv: 'Ed25519', x: controlKey }, format: 'jwk' })
  return (text) => {
    const unreadable = { kind: 'fault', why: 'unreadable' } as const
    if (text.length > most) return unreadable
    const reading = readJson(Buffer.from(text))
    if (reading.kind !== 'value' || !isJsonObject(reading.value)) return unreadable
    const { format, [name]: said, signature, ...rest } = reading.value
    const parsed = schema.safeParse(said)
    if (format !== formatOf(name) || Object.keys(rest).length > 0 || !parsed.success || typeof signature !== 'string')
      return unreadable
    return verify(null, signedBytes(name, parsed.data), key, Buffer.from(signature, 'base64url'))
      ? { kind: 'said', said: parsed.data }
      : { kind: 'fault', why: 'forged' }
  }
}
