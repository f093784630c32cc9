// Credential: finds the one token that a request carries. Promises that exactly one place holds exactly one; says nothing about
// whether it is valid. Works on raw headers, because parsed ones keep only the first of two `Authorization` fields.
import { limits } from '../limits.ts'

export type CredentialReading =
  | { readonly kind: 'credential'; readonly token: string; readonly place: string }
  | {
      readonly kind: 'refused'
      readonly reason: 'token_absent' | 'token_invalid' | 'request_ambiguous' | 'request_unreadable'
      readonly message: string
    }

/** Where SDKs put their key, and what stands before it there. */
const places: ReadonlyMap<string, RegExp> = new Map([
  ['authorization', /^Bearer ([A-Za-z0-9_-]+\.[A-Za-z0-9_-]+\.[A-Za-z0-9_-]+)$/],
  ['x-api-key', /^([A-Za-z0-9_-]+\.[A-Za-z0-9_-]+\.[A-Za-z0-9_-]+)$/],
  ['api-key', /^([A-Za-z0-9_-]+\.[A-Za-z0-9_-]+\.[A-Za-z0-9_-]+)$/],
  ['x-goog-api-key', /^([A-Za-z0-9_-]+\.[A-Za-z0-9_-]+\.[A-Za-z0-9_-]+)$/],
])

/**
 * Takes raw header fields (name, value, name, value, … as node:http gives them); gives the token as it was sent, or the refusal.
 * A field counts even if it is empty: two places are two readings, whichever of them a server behind would take.
 */
export function readCredential(rawHeaders: readonly string[]): CredentialReading {
  let found: { readonly place: string; readonly value: string; readonly shape: RegExp } | undefined
  for (let at = 0; at + 1 < rawHeaders.length; at += 2) {
    const name = (rawHeaders[at] as string).toLowerCase()
    const place = name.includes('_') ? name.replaceAll('_', '-') : name
    const shape = places.get(place)
    if (shape === undefined) continue
    // CGI-style servers read `x_api_key` as `x-api-key`.
    if (place !== name) return refused('request_ambiguous', `a header is spelt with \`_\` like \`${place}\``)
    if (found !== undefined) return refused('request_ambiguous', 'the request carries more than one credential')
    found = { place, value: rawHeaders[at + 1] as string, shape }
  }
  if (found === undefined) return refused('token_absent', 'the request carries no credential')
  if (found.value.startsWith('AWS4-')) {
    const mend = 'set `AWS_BEARER_TOKEN_BEDROCK`, or the client’s bearer token, to your token'
    return refused('request_unreadable', `a signature of AWS does not say who is calling: ${mend}`)
  }
  // A comma joins what were two fields (RFC 9110 §5.2), and no token holds one.
  if (found.value.includes(',')) return refused('request_ambiguous', `\`${found.place}\` holds a list`)
  if (found.value.length > limits.tokenBytes + 'Bearer '.length) {
    return refused('token_invalid', `the credential in \`${found.place}\` is too long`)
  }
  const token = found.shape.exec(found.value)?.[1]
  if (token === undefined) return refused('token_invalid', `\`${found.place}\` holds no token of three parts`)
  return { kind: 'credential', token, place: found.place }
}

function refused(
  reason: Extract<CredentialReading, { kind: 'refused' }>['reason'],
  message: string,
): CredentialReading {
  return { kind: 'refused', reason, message }
}
