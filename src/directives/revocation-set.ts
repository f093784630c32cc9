// What is revoked, as one value that is asked for each request: from revocations that stand, be they this gate's own or whoever's who
// speaks for a fleet. Pure. A look-up costs a few accesses to maps, and nothing where nothing is revoked.
import { digestOf } from '../json/index.ts'
import type { Caller, SubjectId } from '../vocabulary/party.ts'
import type { Revoked, Withdrawn } from '../vocabulary/revocation.ts'
import type { Revocation } from './revocation-entry.ts'

export interface RevocationSet {
  readonly size: number
  /** `sha256:<hex>` over what is revoked, in whatever order it was; null: nothing. */
  readonly digest: string | null
  /** What stands in this caller's way; null: nothing. The token is named before its session, the session before the parties. */
  of(caller: Caller): Withdrawn | null
  /** Grants that help no more, by id, from which instant on (milliseconds since the epoch). */
  readonly grants: ReadonlyMap<string, number>
}

/** A revocation of a party or a session, as far as it reaches. */
interface Reach {
  readonly id: string
  /** Milliseconds since the epoch; ∞: every token. */
  readonly issuedUntil: number
}

type ByName = Map<string, Reach>

/** Of one issuer. */
interface Names {
  readonly tokens: ByName
  readonly sessions: ByName
  readonly subjects: ByName
  readonly organizations: ByName
}

type Standing = Pick<Revocation, 'id' | 'of' | 'since'>

export function revocationSet(standing: readonly Standing[]): RevocationSet {
  const contents: ByName = new Map()
  const issuers = new Map<string, Names>()
  const grants = new Map<string, number>()
  const namesOf = (issuer: string): Names => {
    const found = issuers.get(issuer) ?? {
      tokens: new Map(),
      sessions: new Map(),
      subjects: new Map(),
      organizations: new Map(),
    }
    issuers.set(issuer, found)
    return found
  }
  for (const { id, of, since } of standing) {
    if (of.kind === 'grant') grants.set(of.grant, Math.min(since, grants.get(of.grant) ?? since))
    else if (of.kind === 'token-content') put(contents, of.digest, { id, issuedUntil: Number.POSITIVE_INFINITY })
    else putNamed(namesOf(of.issuer), of, id)
  }

  function of({ token, subject, actor, priorActors, organization }: Caller): Withdrawn | null {
    if (contents.size === 0 && issuers.size === 0) return null
    const issuedAt = token.issuedAt * 1_000
    const names = issuers.get(token.issuer)
    const ofToken = reaching(contents, token.digest, issuedAt) ?? reaching(names?.tokens, token.jti, issuedAt)
    if (ofToken !== null) return { reason: 'token_revoked', id: ofToken }
    const ofSession = reaching(names?.sessions, token.sid, issuedAt)
    if (ofSession !== null) return { reason: 'session_revoked', id: ofSession }
    const ofParty = (id: SubjectId): string | null => reaching(issuers.get(id.issuer)?.subjects, id.subject, issuedAt)
    let found = ofParty(subject.id) ?? (actor === null ? null : ofParty(actor.id))
    for (const prior of priorActors) found ??= ofParty(prior.id)
    found ??= reaching(names?.organizations, organization, issuedAt)
    return found === null ? null : { reason: 'revoked', id: found }
  }

  return { size: standing.length, digest: digestOfAll(standing), of, grants }
}

/** Nothing is revoked. */
export const noRevocations: RevocationSet = revocationSet([])

/** Id of what reaches a token of that name and time; null: nothing does. */
function reaching(byName: ByName | undefined, name: string | null, issuedAt: number): string | null {
  if (byName === undefined || name === null) return null
  const found = byName.get(name)
  return found !== undefined && issuedAt <= found.issuedUntil ? found.id : null
}

function putNamed(names: Names, of: Exclude<Revoked, { kind: 'grant' | 'token-content' }>, id: string): void {
  if (of.kind === 'token') return put(names.tokens, of.jti, { id, issuedUntil: Number.POSITIVE_INFINITY })
  const reach = { id, issuedUntil: of.issuedUntil ?? Number.POSITIVE_INFINITY }
  if (of.kind === 'session') put(names.sessions, of.session, reach)
  else if (of.kind === 'subject') put(names.subjects, of.subject, reach)
  else put(names.organizations, of.organization, reach)
}

/** Of several the one that reaches farthest. */
function put(byName: ByName, name: string, reach: Reach): void {
  const known = byName.get(name)
  if (known === undefined || known.issuedUntil < reach.issuedUntil) byName.set(name, reach)
}

function digestOfAll(standing: readonly Standing[]): string | null {
  if (standing.length === 0) return null
  const said = standing.map(({ of, since }) =>
    of.kind === 'grant' ? `${keyOfRevoked(of)} ${since}` : keyOfRevoked(of),
  )
  return digestOf([...new Set(said)].sort())
}

const keys = new WeakMap<Revoked, string>()

/** Equal for what is the same, and for nothing else. Made once for each, since thousands are looked through at every act. */
export function keyOfRevoked(of: Revoked): string {
  const known = keys.get(of)
  if (known !== undefined) return known
  const key = JSON.stringify(wordsOf(of))
  keys.set(of, key)
  return key
}

function wordsOf(of: Revoked): readonly (string | number | null)[] {
  switch (of.kind) {
    case 'token':
      return [of.kind, of.issuer, of.jti]
    case 'token-content':
      return [of.kind, of.digest]
    case 'session':
      return [of.kind, of.issuer, of.session, of.issuedUntil]
    case 'subject':
      return [of.kind, of.issuer, of.subject, of.issuedUntil]
    case 'organization':
      return [of.kind, of.issuer, of.organization, of.issuedUntil]
    case 'grant':
      return [of.kind, of.grant]
  }
}
