// Evidence: what the statements of a token say about one party, fact by fact, as received. Nothing is weighed, merged or dropped:
// two statements make two pieces of evidence, and a value that cannot be read is `invalid` evidence, never silence.
import { isJsonObject, type JsonObject, type JsonValue } from '../json/index.ts'
import { limits } from '../limits.ts'
import {
  type Evidence,
  type ImmigrationStatusEvidence,
  type NationalitiesEvidence,
  type ResidenceEvidence,
  type UsPersonBasis,
  type UsPersonEvidence,
  type UsPersonValue,
  usPersonBases,
} from '../vocabulary/evidence.ts'
import { type ClaimPath, type ClaimReading, lookUpClaim } from './claim-path.ts'
import type { Mapping } from './mapping.ts'
import { readStatements, type Statement } from './statements.ts'

export interface EvidenceTerms {
  readonly issuer: string
  readonly mapping: Mapping
  readonly assurance: readonly string[]
  /** Milliseconds since the epoch. */
  readonly now: number
}

type Backing = Pick<Evidence, 'state' | 'source' | 'verifiedAt'>

/** Takes the claims of a party; gives its evidence in the order of the token, `verified_claims` first. */
export function readEvidence(party: JsonObject, terms: EvidenceTerms): readonly Evidence[] {
  const { statements, malformed } = readStatements(party, terms.assurance, terms.now)
  const source = `token:${terms.issuer}`
  const unreadable: Backing = { state: 'invalid', source, verifiedAt: null }
  const evidence: Evidence[] = malformed
    ? [usPerson(unreadable), status(unreadable), nationalities(unreadable), residence(unreadable)]
    : []
  for (const statement of statements) evidence.push(...readStatement(statement, terms.mapping, source))
  return evidence
}

function readStatement(statement: Statement, mapping: Mapping, source: string): readonly Evidence[] {
  const backing: Backing = { state: statement.state, source, verifiedAt: statement.verifiedAt }
  const invalid: Backing = { ...backing, state: 'invalid' }
  const at = (path: ClaimPath): ClaimReading => lookUpClaim(statement.claims, path, statement.elsewhere)
  const found: Evidence[] = []

  const person = at(mapping.usPerson)
  if (person.kind !== 'absent') {
    const value = person.kind === 'present' ? readUsPerson(person.value) : null
    found.push(value === null ? usPerson(invalid) : usPerson(backing, value))
  }

  const held = at(mapping.immigrationStatus)
  if (held.kind !== 'absent') {
    const value = held.kind === 'present' ? readStatus(held.value) : null
    found.push(value === null ? status(invalid) : status(backing, value))
  }

  const list = at(mapping.nationalities)
  if (list.kind !== 'absent') {
    const value = list.kind === 'present' ? readNationalities(list.value) : null
    const complete = readComplete(at(mapping.nationalitiesComplete))
    found.push(value === null || complete === null ? nationalities(invalid) : nationalities(backing, value, complete))
  }

  for (const { country, region } of mapping.residences) {
    const where = at(country)
    const part = region === null ? ({ kind: 'absent' } as const) : at(region)
    if (where.kind === 'absent' && part.kind === 'absent') continue
    const countryText = readText(where)
    const regionText = readText(part)
    const readable = countryText !== null && regionText !== null
    // A region without its country is passed on with an empty country, which names none: what it says may still be adverse.
    found.push(
      readable ? residence(backing, { country: countryText ?? '', region: regionText ?? null }) : residence(invalid),
    )
  }
  return found
}

// Values of `invalid` evidence are never read as values; they lean to the restrictive side all the same.

function usPerson(
  backing: Backing,
  value: UsPersonValue = { value: false, definition: null, basis: null },
): UsPersonEvidence {
  return { name: 'us-person', value, ...backing }
}

function status(backing: Backing, value = ''): ImmigrationStatusEvidence {
  return { name: 'immigration-status', value, ...backing }
}

function nationalities(backing: Backing, value: readonly string[] = [], complete = false): NationalitiesEvidence {
  return { name: 'nationalities', value, ...backing, complete }
}

function residence(
  backing: Backing,
  value: ResidenceEvidence['value'] = { country: '', region: null },
): ResidenceEvidence {
  return { name: 'residence', value, ...backing }
}

const bases: ReadonlySet<string> = new Set(usPersonBases)

/** `{value, definition?, basis?}`, or the bare value from a directory that can hold no object. Text such as `"true"` is neither. */
function readUsPerson(value: JsonValue): UsPersonValue | null {
  if (typeof value === 'boolean') return { value, definition: null, basis: null }
  if (!isJsonObject(value) || typeof value['value'] !== 'boolean') return null
  const { definition = null, basis = null } = value
  if (definition !== null && !isText(definition)) return null
  if (basis !== null && !(typeof basis === 'string' && bases.has(basis))) return null
  return { value: value['value'], definition, basis: basis as UsPersonBasis | null }
}

function readStatus(value: JsonValue): string | null {
  return typeof value === 'string' && /^[A-Za-z0-9-]{1,64}$/.test(value) ? value.toLowerCase() : null
}

/** A list of texts, or one text. Codes are read where they are compared; an element that is no text spoils the list. */
function readNationalities(value: JsonValue): readonly string[] | null {
  const list: readonly JsonValue[] = Array.isArray(value) ? value : [value]
  return list.every((code) => typeof code === 'string' && code.length <= limits.nameChars) ? (list as string[]) : null
}

/** Null: it says neither yes nor no. */
function readComplete(reading: ClaimReading): boolean | null {
  if (reading.kind === 'absent') return false
  return reading.kind === 'present' && typeof reading.value === 'boolean' ? reading.value : null
}

/** Undefined: nothing said. Null: not a text. */
function readText(reading: ClaimReading): string | undefined | null {
  if (reading.kind === 'absent') return undefined
  return reading.kind === 'present' && isText(reading.value) ? reading.value : null
}

function isText(value: JsonValue): value is string {
  return typeof value === 'string' && value.length <= limits.nameChars && !/\p{Cc}/u.test(value)
}
