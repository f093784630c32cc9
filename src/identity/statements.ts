// Statements: the parts of a token that may hold identity facts, each with how well it is backed and since when.
// `verified_claims` (OpenID Connect for Identity Assurance 1.0 §5) is one object or a list of them; what stands outside is the
// caller's or the directory's own word.
import { isJsonObject, type JsonObject, type JsonValue } from '../json/index.ts'
import { limits } from '../limits.ts'
import { TokenFault } from './token-fault.ts'

export interface Statement {
  readonly claims: JsonObject
  readonly state: 'verified' | 'asserted'
  /** Milliseconds since the epoch; null where it is not said, cannot be read or lies ahead. */
  readonly verifiedAt: number | null
  /** Names that stand in a source which the token only refers to. */
  readonly elsewhere: ReadonlySet<string>
}

export interface StatementReading {
  readonly statements: readonly Statement[]
  /** `verified_claims` has a part that cannot be read: it might have said anything. */
  readonly malformed: boolean
}

const nowhere: ReadonlySet<string> = new Set()

/**
 * Takes the claims of a party (a token's, or an `act`'s), the assurance levels or trust frameworks that count as verified (none:
 * every entry that has a time does), and the present in milliseconds. Throws TokenFault if `_claim_names` cannot be read.
 */
export function readStatements(party: JsonObject, assurance: readonly string[], now: number): StatementReading {
  const elsewhere = namesElsewhere(party)
  const statements: Statement[] = []
  const said = party['verified_claims']
  const entries: readonly (JsonValue | undefined)[] = Array.isArray(said) ? said : said === undefined ? [] : [said]
  let malformed = elsewhere.has('verified_claims')
  for (const entry of entries) {
    const claims = isJsonObject(entry) ? entry['claims'] : undefined
    if (!isJsonObject(entry) || !isJsonObject(claims)) {
      malformed = true
      continue
    }
    statements.push({ claims, ...readVerification(entry['verification'], assurance, now), elsewhere: nowhere })
  }
  statements.push({ claims: party, state: 'asserted', verifiedAt: null, elsewhere })
  return { statements, malformed }
}

function readVerification(
  verification: JsonValue | undefined,
  assurance: readonly string[],
  now: number,
): Pick<Statement, 'state' | 'verifiedAt'> {
  if (!isJsonObject(verification)) return { state: 'asserted', verifiedAt: null }
  const at = readTime(verification['time'])
  // A time ahead of us would make evidence that never grows old.
  const verifiedAt = at !== null && at <= now + limits.tokenSkewS * 1_000 ? at : null
  const { assurance_level: level, trust_framework: framework } = verification
  const accepted =
    assurance.length === 0
      ? verifiedAt !== null
      : [level, framework].some((value) => typeof value === 'string' && assurance.includes(value))
  return { state: accepted ? 'verified' : 'asserted', verifiedAt }
}

const timePattern = /^(\d{4})-(\d\d)-(\d\d)T\d\d:\d\d(?::\d\d(?:\.\d+)?)?(?:Z|[+-]\d\d:\d\d)$/

/** ISO 8601 with an explicit offset; seconds may be missing. A day that its month does not have is no time. */
function readTime(value: JsonValue | undefined): number | null {
  const match = typeof value === 'string' ? timePattern.exec(value) : null
  if (match === null) return null
  const [text, year, month, day] = match
  if (Number(day) > new Date(Date.UTC(Number(year), Number(month), 0)).getUTCDate()) return null
  const at = Date.parse(text)
  return Number.isNaN(at) ? null : at
}

/**
 * Claims that an issuer left out of a token for their size and serves elsewhere (Entra's overage). `hasgroups` is the same for
 * `groups` in a token that came through a browser.
 */
export function namesElsewhere(party: JsonObject): ReadonlySet<string> {
  const names = party['_claim_names']
  const hasGroups = party['hasgroups'] !== undefined && party['hasgroups'] !== false
  if (names === undefined && !hasGroups) return nowhere
  if (names !== undefined && !isJsonObject(names)) throw new TokenFault('`_claim_names` is no object')
  return new Set([...Object.keys(names ?? {}), ...(hasGroups ? ['groups'] : [])])
}
