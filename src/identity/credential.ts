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

/** A JWS in its compact form, by its looks. */
const token = /^([A-Za-z0-9_-]+\.[A-Za-z0-9_-]+\.[A-Za-z0-9_-]+)$/

/** Where SDKs put their key, and what stands before it there. */
const places: ReadonlyMap<string, RegExp> = new Map([
  ['authorization', /^Bearer ([A-Za-z0-9_-]+\.[A-Za-z0-9_-]+\.[A-Za-z0-9_-]+)$/],
  ['x-api-key', token],
  ['api-key', token],
  ['x-goog-api-key', token],
])

/** Where SDKs put it on a WebSocket's upgrade, as browsers cannot set headers: in a subprotocol's name, or in the query. */
const protocolPlace = /^openai-insecure-api-key\.(.*)$/
const queryPlaces: ReadonlySet<string> = new Set(['key', 'access_token', 'api-key'])

interface Found {
  readonly place: string
  readonly value: string
  readonly shape: RegExp
}

/**
 * Takes raw header fields (name, value, name, value, … as node:http gives them), and the request target of a WebSocket's upgrade;
 * gives the token as it was sent, or the refusal. A field counts even if it is empty: two places are two readings, whichever of them
 * a server behind would take.
 */
export function readCredential(rawHeaders: readonly string[], upgradeTarget: string | null = null): CredentialReading {
  const all: Found[] = []
  for (let at = 0; at + 1 < rawHeaders.length; at += 2) {
    const name = (rawHeaders[at] as string).toLowerCase()
    const place = name.includes('_') ? name.replaceAll('_', '-') : name
    const value = rawHeaders[at + 1] as string
    if (upgradeTarget !== null && place === 'sec-websocket-protocol') all.push(...inProtocols(value))
    const shape = places.get(place)
    if (shape === undefined) continue
    // CGI-style servers read `x_api_key` as `x-api-key`.
    if (place !== name) return refused('request_ambiguous', `a header is spelt with \`_\` like \`${place}\``)
    all.push({ place, value, shape })
  }
  if (upgradeTarget !== null) all.push(...inQuery(upgradeTarget))
  const [found] = all
  if (found === undefined) return refused('token_absent', 'the request carries no credential')
  if (all.length > 1) return refused('request_ambiguous', 'the request carries more than one credential')
  if (found.value.startsWith('AWS4-')) {
    const mend = 'set `AWS_BEARER_TOKEN_BEDROCK`, or the client’s bearer token, to your token'
    return refused('request_unreadable', `a signature of AWS does not say who is calling: ${mend}`)
  }
  // A comma joins what were two fields (RFC 9110 §5.2), and no token holds one.
  if (found.value.includes(',')) return refused('request_ambiguous', `\`${found.place}\` holds a list`)
  if (found.value.length > limits.tokenBytes + 'Bearer '.length) {
    return refused('token_invalid', `the credential in \`${found.place}\` is too long`)
  }
  const text = found.shape.exec(found.value)?.[1]
  if (text === undefined) return refused('token_invalid', `\`${found.place}\` holds no token of three parts`)
  return { kind: 'credential', token: text, place: found.place }
}

function inProtocols(value: string): readonly Found[] {
  return value.split(',').flatMap((each) => {
    const held = protocolPlace.exec(each.trim())?.[1]
    return held === undefined ? [] : [{ place: 'sec-websocket-protocol', value: held, shape: token }]
  })
}

function inQuery(target: string): readonly Found[] {
  const mark = target.indexOf('?')
  if (mark < 0) return []
  return target
    .slice(mark + 1)
    .split('&')
    .flatMap((pair) => {
      const [name = '', ...value] = pair.split('=')
      return queryPlaces.has(name) ? [{ place: `query:${name}`, value: value.join('='), shape: token }] : []
    })
}

function refused(
  reason: Extract<CredentialReading, { kind: 'refused' }>['reason'],
  message: string,
): CredentialReading {
  return { kind: 'refused', reason, message }
}
