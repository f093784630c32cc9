// What a page says of a predicate, and the trials that show it. Every test that a limb can hold stands here: the type sees to it.
import type { Test } from '../src/policy/bundle/bundle.ts'
import type { Bench, Trial } from './trials.ts'

export interface PredicateWords {
  readonly asks: string
  /** How a limb writes it. */
  readonly written: string
  /** What settles it. */
  readonly evidence: string
  /** When it is unknown, and with which reason. */
  readonly unknown: string
  readonly parties: string
  readonly bench: Bench
  readonly trials: readonly Trial[]
}

const citizen = { value: true, basis: 'citizen-or-national' }
const june = '2026-06-20T12:00:00Z'
const letter = { directive: 'us-bis-2026-06-12', at: june }
const embargo = { directive: 'comprehensive-embargo', at: june }
const twoYearsAgo = '2024-06-12T00:00:00Z'
const who = (said: object, asks = 'fable-5', where?: unknown): Trial['case'] => ({
  who: said,
  asks,
  ...(where === undefined ? {} : { where }),
})
const registered =
  'Closed: no entry means no, and what a token says of it counts for nothing. Entries are dated, and hold from their start up to their end.'
const never = 'Never. A register answers yes or no.'
const people = 'A person, by their own entry alone: issuer and subject. An organization is never meant.'

export const predicateWords: Readonly<Record<Test['test'], PredicateWords>> = {
  'foreign-person': {
    asks: 'Is the party a foreign person, under the definition that the directive names? There is no meaning of "foreign" beside the [definitions](../definitions/README.md).',
    written:
      'meaning: { foreign-person: ear-772.1-foreign-person }\nlicense-required-when:\n  - { limb: person, any-of: [subject, actor, organization, end-user], is: foreign-person }',
    evidence:
      'A statement on being a US person, with its basis; an immigration status; under definitions that turn on citizenship, a list of nationalities. A statement against the party counts at any assurance and age. A favourable one counts only as good and as fresh as the directive’s `status-evidence` demands.',
    unknown:
      'Where nothing decides it: `evidence_missing`. Where something is said, but not well enough: `evidence_insufficient`, or too long ago: `evidence_stale`. Where two statements cannot both be true: `evidence_conflict`. Where what is said cannot be read, was taken back, or its source does not answer: `evidence_invalid`, `evidence_revoked`, `identity_unavailable`.',
    parties:
      'A person by their status. An organization by its register entry: under whose law it is organized, never who owns it. A service by every organization that runs it. The people behind a service by what each such organization attests.',
    bench: { ...letter, predicate: 'foreign-person' },
    trials: [
      { said: 'nothing', case: who({}) },
      { said: 'US citizen, verified a month ago', case: who({ us_person: citizen }) },
      {
        said: 'US citizen, verified two years ago (the letter takes 365 days)',
        case: who({ us_person: citizen, verified_at: twoYearsAgo }),
      },
      { said: 'US citizen, by their own word', case: who({ verified: false, us_person: citizen }) },
      { said: 'US citizen; the issuer took it back', case: who({ us_person: citizen }), evidenceIs: 'revoked' },
      { said: 'US citizen; cannot be read', case: who({ us_person: citizen }), evidenceIs: 'invalid' },
      { said: 'US citizen; the source does not answer', case: who({ us_person: citizen }), evidenceIs: 'unavailable' },
      { said: 'no US person, verified', case: who({ us_person: false }) },
      { said: 'no US person, by their own word', case: who({ verified: false, us_person: false }) },
      { said: 'no US person, verified two years ago', case: who({ us_person: false, verified_at: twoYearsAgo }) },
      {
        said: 'US person, verified; by their own word none',
        case: who({ us_person: true, says: { us_person: false } }),
      },
      { said: 'status H-1B', case: who({ status: 'h-1b' }) },
      {
        said: 'nationality FR, said to be the only one',
        case: who({ nationalities: ['FR'], nationalities_complete: true }),
      },
      {
        said: 'a service of a registered US company',
        case: who({ id: 'harbor-desk', issuer: 'demo', kind: 'service' }),
      },
      {
        said: 'a service that a registered French company runs',
        case: who({ id: 'lutece-agent', issuer: 'demo', kind: 'service' }),
      },
      { said: 'a service that nobody registered', case: who({ kind: 'service' }) },
    ],
  },
  nationality: {
    asks: 'Does the party hold a nationality of the listed countries? It says nothing of status: a national of any country may be a permanent resident.',
    written:
      'prohibited-when:\n  - { limb: person, any-of: [subject, actor], nationality: { of: [ear-d5], counted: any-held } }',
    evidence:
      'A list of nationalities. One entry proves that one is held. That none is held is proved only by a list that says it is complete. `counted` says which count: `any-held`; `ear-most-recent`, where permanent residency counts too, so that a list may say that it is complete only if it holds those as well; `itar-ever-held`, of which no list of today proves the absence. Codes are normalised first; a code that is no country is never dropped.',
    unknown:
      'No list: `evidence_missing`. A list that may lack some, a stateless person, a country that no longer exists: `evidence_insufficient`. A code that is none: `evidence_invalid`. Two different complete lists: `evidence_conflict`.',
    parties:
      'A person by their lists. An organization, and a service by who runs it, by the country under whose law it is incorporated. Of the people behind a service no attestation lists nationalities: unknown.',
    bench: { predicate: 'nationality', directive: 'overlay-d5-list', at: june, overlay: 'D5-list' },
    trials: [
      { said: 'nothing', case: who({}, 'list-1') },
      { said: 'KP, which is listed', case: who({ nationalities: ['KP'] }, 'list-1') },
      { said: 'NO and PRK (alpha-3 of KP)', case: who({ nationalities: ['NO', 'PRK'] }, 'list-1') },
      { said: 'KP, by their own word', case: who({ verified: false, nationalities: ['KP'] }, 'list-1') },
      {
        said: 'NO, said to be the only one',
        case: who({ nationalities: ['NO'], nationalities_complete: true }, 'list-1'),
      },
      { said: 'NO, and perhaps others', case: who({ nationalities: ['NO'] }, 'list-1') },
      {
        said: 'NO, the only one, by their own word',
        case: who({ verified: false, nationalities: ['NO'], nationalities_complete: true }, 'list-1'),
      },
      { said: 'stateless (XXA)', case: who({ nationalities: ['XXA'], nationalities_complete: true }, 'list-1') },
      {
        said: 'SU, which no longer exists',
        case: who({ nationalities: ['SU'], nationalities_complete: true }, 'list-1'),
      },
      { said: 'a code that is none', case: who({ nationalities: ['Q9'], nationalities_complete: true }, 'list-1') },
    ],
  },
  place: {
    asks: 'Does the address lie where the limb prohibits: within a list of places, or outside the United States? An address is evidence, never proof of a person.',
    written:
      'license-required-when:\n  - { limb: destination, place: outside-united-states }\nprohibited-when:\n  - { limb: location, place: { within: [ofac-comprehensive] } }',
    evidence:
      'The place of the client address, by the place database, or by the operator’s own list of ranges. A lookup that names a prohibited place is believed, even if it is old or behind an anonymizer. A favourable one must meet `place-evidence`.',
    unknown:
      'No database answers: `geo_unavailable`. No place, or none exact enough: `location_unknown`. An anonymizer, unless the directive says `use-address`: `anonymizer`. A database older than the directive accepts: `evidence_stale`; built after the clock: `evidence_invalid`. An embargo may say `when-unknown: not-met`.',
    parties:
      'Whoever asks, through whomever they ask: there is one client address. The people behind a service by the places that its organization attests.',
    bench: { ...letter, predicate: 'place' },
    trials: [
      { said: 'an address in the US', case: who({ us_person: citizen }) },
      { said: 'Puerto Rico', case: who({ us_person: citizen }, 'fable-5', 'PR') },
      { said: 'Germany', case: who({ us_person: citizen }, 'fable-5', 'DE') },
      { said: 'US, behind a VPN', case: who({ us_person: citizen }, 'fable-5', { country: 'US', anonymizer: 'vpn' }) },
      {
        said: 'Germany, behind a VPN',
        case: who({ us_person: citizen }, 'fable-5', { country: 'DE', anonymizer: 'vpn' }),
      },
      {
        said: 'US; no anonymizer database',
        case: who({ us_person: citizen }, 'fable-5', { country: 'US', anonymizer: 'no-data' }),
      },
      {
        said: 'US, by a database of 45 days ago (the letter takes 30)',
        case: who({ us_person: citizen }, 'fable-5', { country: 'US', database_days: 45 }),
      },
      {
        said: 'Germany, by a database of 45 days ago',
        case: who({ us_person: citizen }, 'fable-5', { country: 'DE', database_days: 45 }),
      },
      { said: 'the database has no such address', case: who({ us_person: citizen }, 'fable-5', 'nowhere-in-database') },
      { said: 'the address is not known', case: who({ us_person: citizen }, 'fable-5', 'no-address') },
      { said: 'no database', case: who({ us_person: citizen }, 'fable-5', 'no-database') },
    ],
  },
  residence: {
    asks: 'Does the party ordinarily reside where the limb prohibits?',
    written:
      'prohibited-when:\n  - { limb: resident, any-of: [subject, actor, end-user], residence: { within: [ofac-comprehensive] } }',
    evidence:
      'A stated residence (`address.country`, a region where one matters). One that is prohibited counts at any assurance and age. A favourable one must meet `residence-evidence`.',
    unknown:
      'None stated: `evidence_missing`; of a country that is listed in part, without its region: `evidence_insufficient`. An embargo may say `when-unknown: not-met`: then a residence that nobody stated does not count, and the record says so.',
    parties:
      'A person by what is stated. A service, and an organization, by where the entity that runs it is incorporated.',
    bench: { ...embargo, predicate: 'residence' },
    trials: [
      { said: 'nothing', case: who({}, 'open-1') },
      { said: 'DE', case: who({ residence: 'DE' }, 'open-1') },
      { said: 'CU', case: who({ residence: 'CU' }, 'open-1') },
      { said: 'CU, by their own word', case: who({ verified: false, residence: 'CU' }, 'open-1') },
      { said: 'UA, without a region', case: who({ residence: 'UA' }, 'open-1') },
      { said: 'UA, region UA-43 (Crimea)', case: who({ residence: { country: 'UA', region: 'UA-43' } }, 'open-1') },
      { said: 'UA, region UA-30 (Kyiv)', case: who({ residence: { country: 'UA', region: 'UA-30' } }, 'open-1') },
      { said: 'DE; the issuer took it back', case: who({ residence: 'DE' }, 'open-1'), evidenceIs: 'revoked' },
    ],
  },
  mode: {
    asks: 'Can the request reach one of the named modes of the model? A mode that the caller leaves to the model is every mode that it could choose.',
    written:
      'prohibited-when:\n  - { limb: thinking, any-of: [subject, actor], mode: thinking, unless: { tier: [cyber] } }',
    evidence:
      'The request itself, read by the catalogue (`mode-fields`, names). Where only some of the reachable modes are denied, and the request has a field for it, the gate fixes the mode (`force-mode`) and permits.',
    unknown: 'Never. The catalogue knows every mode of every model.',
    parties: 'The same for every party: it is about the request.',
    bench: { predicate: 'mode', directive: 'muse-spark-thinking', at: june },
    trials: [
      { said: 'thinking, by the model’s name', case: who({}, 'muse-spark-thinking') },
      { said: 'instant, by the model’s name', case: who({}, 'muse-spark-instant') },
      { said: 'left to the model; the gate then fixes the mode', case: who({}, 'muse-spark') },
      {
        said: 'thinking, by somebody of the tier',
        case: who({ id: 'partner-us', issuer: 'demo' }, 'muse-spark-thinking'),
      },
    ],
  },
  member: {
    asks: 'Is the party a member of the program now? A program opens to members; whoever is none matches its limb.',
    written: 'opens-to: { member-of: [glasswing] }',
    evidence: `The register of members. ${registered} Employees, and services, of a member organization count as members; contractors do not.`,
    unknown: never,
    parties:
      'A person by their own entry or their employer’s. A service by those who run it: each must be a member to be admitted. The people behind a service only if the attestation says that all of them are employees.',
    bench: { predicate: 'member', directive: 'glasswing', at: june },
    trials: [
      { said: 'no entry', case: who({ us_person: citizen }, 'mythos-5') },
      {
        said: 'an employee of a member organization',
        case: who({ id: 'partner-us', issuer: 'demo', us_person: citizen }, 'mythos-5'),
      },
      { said: 'the same subject of another issuer', case: who({ id: 'partner-us', us_person: citizen }, 'mythos-5') },
      {
        said: 'a token that names a member organization',
        case: who({ us_person: citizen, organization: 'northgate-labs' }, 'mythos-5'),
      },
    ],
  },
  evaluator: {
    asks: 'Does the party stand on the register of evaluators, now? An evaluation window admits them while it is open.',
    written: 'admits: { evaluator-of: [next-1-review], staff-of: [next-1-review] }',
    evidence: `The register of evaluators. ${registered}`,
    unknown: never,
    parties: people,
    bench: { predicate: 'evaluator', directive: 'next-1-evaluation', at: '2026-09-10T12:00:00Z' },
    trials: [
      {
        said: 'an entry, while the window is open',
        case: who({ id: 'evaluator', issuer: 'demo' }, 'next-1-safeguards-reduced'),
      },
      {
        said: 'an entry, after it has closed',
        case: who({ id: 'evaluator', issuer: 'demo' }, 'next-1-safeguards-reduced'),
        at: '2026-10-01T00:00:00Z',
      },
      { said: 'no entry', case: who({}, 'next-1-safeguards-reduced') },
      { said: 'the same subject of another issuer', case: who({ id: 'evaluator' }, 'next-1-safeguards-reduced') },
    ],
  },
  staff: {
    asks: 'Does the party stand on the register of named staff, now? An evaluation window may admit them beside evaluators.',
    written: 'admits: { evaluator-of: [next-1-review], staff-of: [next-1-review] }',
    evidence: `The register of staff. ${registered}`,
    unknown: never,
    parties: `${people} To work for the vendor is not enough.`,
    bench: { predicate: 'staff', directive: 'next-1-evaluation', at: '2026-09-10T12:00:00Z' },
    trials: [
      {
        said: 'an entry, while the window is open',
        case: who({ id: 'vendor-staff', issuer: 'demo' }, 'next-1-safeguards-reduced'),
      },
      {
        said: 'an employee of the vendor who is not named',
        case: who({ id: 'marketing', issuer: 'demo', organization: 'vendor' }, 'next-1-safeguards-reduced'),
      },
    ],
  },
  tier: {
    asks: 'Was the party verified for the tier, and does that hold now?',
    written:
      'prohibited-when:\n  - { limb: thinking, any-of: [subject, actor], mode: thinking, unless: { tier: [cyber] } }',
    evidence: `The register of tiers. ${registered}`,
    unknown: never,
    parties: people,
    bench: { predicate: 'tier', directive: 'muse-spark-thinking', at: june },
    trials: [
      { said: 'an entry', case: who({ id: 'partner-us', issuer: 'demo' }, 'muse-spark-thinking') },
      { said: 'the same subject of another issuer', case: who({ id: 'partner-us' }, 'muse-spark-thinking') },
      { said: 'no entry', case: who({}, 'muse-spark-thinking') },
    ],
  },
}
