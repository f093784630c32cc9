// Compact token: the three parts of a JWS (RFC 7515 §7.1), read strictly. Promises that one token has one spelling and one
// meaning; nothing is verified yet. jose takes blanks, padding and spare bits in a part, and the last of two equal names.
import { hash } from 'node:crypto'
import { isJsonObject, type JsonObject, readJson } from '../json/index.ts'
import { limits } from '../limits.ts'
import { TokenFault } from './token-fault.ts'

export interface CompactToken {
  readonly text: string
  readonly header: JsonObject
  readonly claims: JsonObject
}

/** Takes a token; gives header and claims as objects. Throws TokenFault. */
export function readCompactToken(text: string): CompactToken {
  if (text.length > limits.tokenBytes) throw new TokenFault('the token is too long')
  const parts = text.split('.')
  if (parts.length !== 3) throw new TokenFault('the token is not of three parts')
  const [header, claims, signature] = parts as [string, string, string]
  decode(signature, 'signature')
  return { text, header: readObject(header, 'header'), claims: readObject(claims, 'payload') }
}

/**
 * SHA-256 (base64url) of what is signed: header and payload with the dot between them. The signature is left out, since of an ES256
 * signature whoever holds the token can make another one that is valid as well: the token would be another one, and mean the same.
 */
export function contentDigest(text: string): string {
  return hash('sha256', text.slice(0, text.lastIndexOf('.')), 'base64url')
}

/** `base64url(decode(part))` must be the part again: otherwise a second spelling of the token would pass (RFC 4648 §3.5). */
function decode(part: string, what: string): Buffer {
  const bytes = Buffer.from(part, 'base64url')
  if (part === '' || bytes.toString('base64url') !== part)
    throw new TokenFault(`the ${what} is not canonical base64url`)
  return bytes
}

function readObject(part: string, what: string): JsonObject {
  const reading = readJson(decode(part, what))
  if (reading.kind === 'fault') throw new TokenFault(`the ${what} is not strict JSON: ${reading.message}`)
  if (!isJsonObject(reading.value)) throw new TokenFault(`the ${what} is no JSON object`)
  return reading.value
}
