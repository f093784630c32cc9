// Caller: the parties that a verified token names. A role that is named but cannot be read makes the token unacceptable: to read
// it as empty would take a party out of the decision.
import { isJsonObject, type JsonObject, type JsonValue } from '../json/index.ts'
import type { Caller, Subject, TokenFacts } from '../vocabulary/party.ts'
import type { AdminRole, IssuerSettings } from '../vocabulary/settings.ts'
import { type ClaimPath, lookUpClaim } from './claim-path.ts'
import { type EvidenceTerms, readEvidence } from './evidence.ts'
import { namesElsewhere, readStatements } from './statements.ts'
import { readName } from './token-claims.ts'
import { TokenFault } from './token-fault.ts'

export interface CallerTerms extends EvidenceTerms {
  readonly organization: IssuerSettings['organization']
}

/** Takes verified claims and what was established about the token. Throws TokenFault. */
export function readCaller(claims: JsonObject, token: Omit<TokenFacts, 'sid'>, terms: CallerTerms): Caller {
  const { mapping } = terms
  const actors = readActors(claims, terms)
  const session = readRole(claims, mapping.session, 'the session')
  return {
    subject: readSubject(claims, terms),
    actor: actors[0] ?? null,
    priorActors: actors.slice(1),
    organization: readOrganization(claims, terms),
    organizationExpected: terms.organization === 'always-asserted',
    token: { ...token, sid: session === undefined ? null : readName(session, 'the session') },
  }
}

/** Values that mean a human being; every other word, and silence, means a service. */
const personWords: ReadonlySet<JsonValue> = new Set(['person', 'user'])

function readSubject(party: JsonObject, terms: CallerTerms): Subject {
  const kind = readRole(party, terms.mapping.subjectKind, 'the kind of subject')
  if (kind !== undefined && typeof kind !== 'string') throw new TokenFault('the kind of subject is no text')
  const issuer = party['iss'] === undefined ? terms.issuer : readName(party['iss'], '`iss`')
  return {
    id: { issuer, subject: readName(party['sub'], '`sub`') },
    kind: kind !== undefined && personWords.has(kind) ? 'person' : 'service',
    evidence: readEvidence(party, terms),
  }
}

/** RFC 8693 §4.1: the outermost `act` is the current actor, those inside it came before, newest first. */
function readActors(claims: JsonObject, terms: CallerTerms): readonly Subject[] {
  const actors: Subject[] = []
  let value = readRole(claims, terms.mapping.actor, 'the actor')
  while (value !== undefined) {
    if (!isJsonObject(value)) throw new TokenFault('an actor is no object')
    actors.push(readSubject(value, terms))
    value = value['act']
  }
  return actors
}

/** Beside the other claims or inside `verified_claims`; only ever one. */
function readOrganization(claims: JsonObject, terms: CallerTerms): string | null {
  const named = new Set<string>()
  const outside = readRole(claims, terms.mapping.organization, 'the organization')
  if (outside !== undefined) named.add(readName(outside, 'the organization'))
  for (const statement of readStatements(claims, terms.assurance, terms.now).statements) {
    const inside = readRole(statement.claims, terms.mapping.organization, 'the organization')
    if (inside !== undefined) named.add(readName(inside, 'the organization'))
  }
  if (named.size > 1) throw new TokenFault('the token names two organizations')
  return [...named][0] ?? null
}

function readRole(party: JsonObject, path: ClaimPath, what: string): JsonValue | undefined {
  const reading = lookUpClaim(party, path, namesElsewhere(party))
  if (reading.kind === 'malformed') throw new TokenFault(`${what} cannot be read`)
  return reading.kind === 'absent' ? undefined : reading.value
}

export interface RoleTerms {
  readonly claim: ClaimPath
  readonly values: ReadonlyMap<string, AdminRole>
}

/**
 * Roles for the admin listener, sorted. They only ever allow, so that whatever cannot be read, stands elsewhere or has no mapping
 * gives none. An agent that acts for an officer is no officer.
 */
export function readRoles(claims: JsonObject, caller: Caller, terms: RoleTerms | null): readonly AdminRole[] {
  if (terms === null || caller.actor !== null) return []
  const reading = lookUpClaim(claims, terms.claim, namesElsewhere(claims))
  if (reading.kind !== 'present') return []
  const values: readonly JsonValue[] = Array.isArray(reading.value) ? reading.value : [reading.value]
  const roles = values.map((value) => (typeof value === 'string' ? terms.values.get(value) : undefined))
  return [...new Set(roles.filter((role) => role !== undefined))].toSorted()
}
