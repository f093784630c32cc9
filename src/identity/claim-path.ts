// Claim path: where a claim stands, as the settings write it. `address.country`, or an RFC 6901 pointer where a name holds a dot.
import { isJsonObject, type JsonObject, type JsonValue } from '../json/index.ts'

export type ClaimPath = readonly [string, ...string[]]

export type ClaimReading =
  | { readonly kind: 'absent' }
  | { readonly kind: 'present'; readonly value: JsonValue }
  /** Something that cannot hold the claim stands on the way to it, or the claim is kept elsewhere. */
  | { readonly kind: 'malformed' }

/** Gives the path, or what is wrong with the text. */
export function readClaimPath(text: string): ClaimPath | { readonly fault: string } {
  const pointer = text.startsWith('/')
  if (!pointer && text.includes('/')) return { fault: `write it as a JSON pointer: \`${pointerOf([text])}\`` }
  const names = pointer
    ? text
        .slice(1)
        .split('/')
        .map((name) => name.replaceAll('~1', '/').replaceAll('~0', '~'))
    : text.split('.')
  const [first, ...rest] = names
  if (first === undefined || names.includes('')) return { fault: 'a name in it is empty' }
  if (first === 'verified_claims') return { fault: 'name the claim alone; `verified_claims` is always looked into' }
  return [first, ...rest]
}

export function pointerOf(path: readonly string[]): string {
  return path.map((name) => `/${name.replaceAll('~', '~0').replaceAll('/', '~1')}`).join('')
}

/** `elsewhere`: names whose claims the token only refers to (OpenID Connect Core §5.6.2 `_claim_names`). */
export function lookUpClaim(root: JsonObject, path: ClaimPath, elsewhere?: ReadonlySet<string>): ClaimReading {
  if (elsewhere?.has(path[0])) return { kind: 'malformed' }
  let value: JsonValue = root
  for (const name of path) {
    if (!isJsonObject(value)) return { kind: 'malformed' }
    // Objects that were read inherit nothing, so that `constructor` is a name like any other.
    const next: JsonValue | undefined = value[name]
    if (next === undefined) return { kind: 'absent' }
    value = next
  }
  return { kind: 'present', value }
}
