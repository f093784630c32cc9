// Mapping: which claim says which fact, for one issuer. Defaults are the claims of OpenID Connect for Identity Assurance, of the
// EUDI PID and of our own namespace; an issuer's settings may point elsewhere, but not everywhere.
import { type ClaimPath, readClaimPath } from './claim-path.ts'

const own = (name: string): string => `/https:~1~1portcullis.dev~1claims~1${name}`

/** Facts that a mapping may place. */
export type FactName =
  | 'us-person'
  | 'immigration-status'
  | 'nationalities'
  | 'nationalities-complete'
  | 'residence-country'
  | 'residence-region'
  | 'session'
  | 'subject-kind'
  | 'actor'
  | 'organization'

/** Where each stands by default. */
const defaults: Readonly<Record<FactName, string>> = {
  'us-person': own('us_person'),
  'immigration-status': own('immigration_status'),
  nationalities: 'nationalities',
  'nationalities-complete': own('nationalities_complete'),
  'residence-country': 'address.country',
  'residence-region': 'address.region',
  session: 'sid',
  'subject-kind': 'sub_type',
  actor: 'act',
  organization: own('organization'),
}
export const factNames = Object.keys(defaults) as readonly FactName[]

/** Second form of a residence, where the mapping says nothing of it (EUDI PID rulebook). */
const pidResidence = { country: 'resident_country', region: 'resident_state' } as const

/** Where a directory keeps an office, a tenant or a phone: facts about an account, never about citizenship. */
const directoryNames = new Set([
  'ctry',
  'tenant_ctry',
  'countrycode',
  'country',
  'c',
  'usagelocation',
  'locale',
  'zoneinfo',
  'phone_number',
])

/** Never evidence of anything about a person. */
const neverFacts = new Set([
  'birthplace',
  'place_of_birth',
  'birth_place',
  'birth_country',
  'name',
  'family_name',
  'ethnicity',
])

const citizenshipFacts: ReadonlySet<string> = new Set<FactName>([
  'us-person',
  'immigration-status',
  'nationalities',
  'nationalities-complete',
])

const evidenceFacts: ReadonlySet<string> = new Set<string>([
  ...citizenshipFacts,
  'residence-country',
  'residence-region',
])

export interface Mapping {
  readonly usPerson: ClaimPath
  readonly immigrationStatus: ClaimPath
  readonly nationalities: ClaimPath
  readonly nationalitiesComplete: ClaimPath
  readonly residences: readonly { readonly country: ClaimPath; readonly region: ClaimPath | null }[]
  readonly session: ClaimPath
  readonly subjectKind: ClaimPath
  readonly actor: ClaimPath
  readonly organization: ClaimPath
}

/** Everything that is wrong with an issuer's `mapping`, one sentence each; empty when it may be used. */
export function mappingFaults(mapping: Readonly<Record<string, string>>): readonly string[] {
  const faults: string[] = []
  for (const [fact, text] of Object.entries(mapping)) {
    if (!Object.hasOwn(defaults, fact)) {
      faults.push(`mapping: \`${fact}\` is no fact; there are ${factNames.join(', ')}`)
      continue
    }
    const path = readClaimPath(text)
    if (!isPath(path)) {
      faults.push(`mapping: \`${fact}\`: \`${text}\`: ${path.fault}`)
      continue
    }
    const last = (path.at(-1) as string).toLowerCase()
    if (evidenceFacts.has(fact) && neverFacts.has(last))
      faults.push(`mapping: \`${fact}\`: \`${text}\` is never evidence`)
    else if (citizenshipFacts.has(fact) && directoryNames.has(last)) {
      faults.push(`mapping: \`${fact}\`: \`${text}\` is a country of a directory, not a citizenship`)
    }
  }
  if (mapping['residence-region'] !== undefined && mapping['residence-country'] === undefined) {
    faults.push('mapping: `residence-region` needs `residence-country` beside it')
  }
  return faults
}

/** The mapping with its defaults filled in. Throws where `mappingFaults` finds a fault. */
export function readMapping(mapping: Readonly<Record<string, string>>): Mapping {
  const faults = mappingFaults(mapping)
  if (faults.length > 0) throw new Error(faults.join('\n'))
  const at = (fact: FactName): ClaimPath => pathOf(mapping[fact] ?? defaults[fact])
  const region = mapping['residence-region']
  return {
    usPerson: at('us-person'),
    immigrationStatus: at('immigration-status'),
    nationalities: at('nationalities'),
    nationalitiesComplete: at('nationalities-complete'),
    residences:
      mapping['residence-country'] === undefined
        ? [
            { country: at('residence-country'), region: at('residence-region') },
            { country: pathOf(pidResidence.country), region: pathOf(pidResidence.region) },
          ]
        : [{ country: at('residence-country'), region: region === undefined ? null : pathOf(region) }],
    session: at('session'),
    subjectKind: at('subject-kind'),
    actor: at('actor'),
    organization: at('organization'),
  }
}

function pathOf(text: string): ClaimPath {
  const path = readClaimPath(text)
  if (!isPath(path)) throw new Error(`\`${text}\`: ${path.fault}`)
  return path
}

function isPath(path: ClaimPath | { readonly fault: string }): path is ClaimPath {
  return Array.isArray(path)
}
