// Bundle: the canonical, JSON-safe form of a whole policy, as the compiler (src/policy/read) writes it and the gate loads it.
//
// Promises:
// - Every instant and duration is an integer number of milliseconds (instants since the epoch, UTC). No strings of time.
// - Every property is always present; "nothing" is null or []. What is not a property here does not exist: load.ts refuses it.
// - Half-open everywhere: [from, to). `to: null` has no end.
// - Arrays may stand in any order: no answer depends on it.
//
// The types hold exactly what the engine can decide. Of the language, these do not exist yet, and the checker must refuse them with
// a sentence, never drop them: quantities of a grant (`quantity`), `on-unknown: review`, suspensions, the obligations `terminate-at`
// and `recheck-every`, "neither newer nor better wins unless the directive says so" (a directive cannot say so), directives that
// name another directive than by grant, withdrawal or supersession, and negation other than `holds: false` and `outside`.

import type { Assurance } from '../vocabulary/evidence.ts'
import type { ModeSelector, Phase } from '../vocabulary/operation.ts'
import type { Role, SubjectId } from '../vocabulary/party.ts'

export const bundleFormat = 'portcullis-bundle/1'

export interface Bundle {
  readonly format: typeof bundleFormat
  /** Strictly increasing from one published bundle to the next; a directory source counts its own reloads. */
  readonly serial: number
  readonly catalogue: Catalogue
  readonly lists: readonly NamedList[]
  readonly directives: readonly Directive[]
  readonly grants: readonly Grant[]
  readonly withdrawals: readonly Withdrawal[]
  readonly registers: Registers
  /** Every file that was read, with the digest of its bytes. */
  readonly sources: readonly SourceFile[]
}

export interface SourceFile {
  /** Relative to the policy folder, with `/`. */
  readonly path: string
  /** `sha256:<hex>` of the file's text. */
  readonly digest: string
}

/** Where a thing was written: `path` is one of `Bundle.sources`. */
export interface Position {
  readonly path: string
  readonly line: number
}

/** [from, to) */
export interface Interval {
  readonly from: number
  readonly to: number | null
}

// ---- catalogue ----------------------------------------------------------------------------------------------------

export interface Catalogue {
  readonly models: readonly CatalogueModel[]
}

export type ReleaseState = 'released' | 'unreleased'

export interface CatalogueModel {
  /** Canonical id. */
  readonly id: string
  readonly family: string
  readonly version: string
  /** Id of the model that this one was tuned, quantized or merged from: every directive on that one covers this one too. */
  readonly derivedFrom: readonly string[]
  readonly release: ReleaseState
  readonly listing: 'shown' | 'hidden'
  /** Every mode it has; []: it has none. */
  readonly modes: readonly string[]
  /** How a request chooses among `modes`; []: only by name. */
  readonly modeSelectors: readonly ModeSelection[]
  readonly variants: readonly { readonly id: string; readonly release: ReleaseState }[]
  readonly risks: readonly { readonly domain: string; readonly tier: string }[]
  /** Greatest output of one request, tokens; null: not stated. */
  readonly maxOutputTokens: number | null
  /** Every name that a request may carry, the canonical id included. No name stands twice in the catalogue. */
  readonly names: readonly CatalogueName[]
  /** Names by which the model API may name it in an answer, the canonical id included. */
  readonly servedAs: readonly string[]
  readonly position: Position
}

export interface CatalogueName {
  readonly name: string
  /** The variant that this name stands for; null: the model itself. */
  readonly variant: string | null
  /** The one mode that this name fixes; null: the selector decides. */
  readonly mode: string | null
  /** What goes upstream in its place; null: the name as it is. */
  readonly forwardAs: string | null
}

/** Of one request field: `values` name the mode of each listed value; any other value is `otherwise`; no value means every mode. */
export interface ModeSelection {
  readonly field: Exclude<ModeSelector['field'], 'mode'>
  readonly values: readonly { readonly value: string; readonly mode: string }[]
  /** null: any mode could come of it. */
  readonly otherwise: string | null
  /** The value by which the gate fixes a mode; a mode without one cannot be forced. */
  readonly force: readonly { readonly mode: string; readonly value: string }[]
}

// ---- lists --------------------------------------------------------------------------------------------------------

/** ISO 3166-1 alpha-2 (`IR`) or 3166-2 (`UA-43`), upper case. Nationalities take countries alone. */
export type PlaceCode = string

export interface NamedList {
  readonly id: string
  readonly title: string
  /** `ear`: HK counts as CN wherever the list is used (the engine adds it; do not write it). */
  readonly regime: 'ear' | 'itar' | 'ofac' | 'doj' | 'company'
  /** Never empty. */
  readonly members: readonly PlaceCode[]
  readonly asOf: number
  readonly source: string
  readonly digest: string | null
  readonly reviewBy: number
  readonly position: Position
}

/** Union of named lists and single codes. At least one of them is not empty. */
export interface CodeSet {
  readonly lists: readonly string[]
  readonly codes: readonly PlaceCode[]
}

// ---- directives ---------------------------------------------------------------------------------------------------

export type DirectiveKind = 'restriction' | 'program' | 'evaluation-window' | 'embargo' | 'internal-policy'

export type Directive = RestrictingDirective | EvaluationWindow

interface DirectiveHead {
  /** kebab-case; one id and version stands once. */
  readonly id: string
  readonly version: number
  readonly title: string
  readonly about: About
  readonly scope: Scope
  /** Earlier versions of the same id that leave force when this one takes effect. */
  readonly supersedes: readonly number[]
  readonly obligations: readonly DirectiveObligation[]
  readonly tellTheCaller: 'reason' | 'nothing'
  /** Shown to the caller in place of the reason's own sentence; null: that one. Only where `tellTheCaller` is `reason`. */
  readonly callerText: string | null
  readonly whenFreshnessIsUnknown: 'refuse' | 'hold'
  readonly position: Position
}

/** Who wrote it and how we read it: for records, explanations and diffs. Nothing here changes a decision. */
export interface About {
  readonly issuer: string
  /** Citations; [] only for our own (internal-policy, program, evaluation-window), which then have `decidedBy`. */
  readonly authority: readonly string[]
  readonly decidedBy: string | null
  readonly rationale: string | null
  readonly theLetterSays: string | null
  readonly document: {
    readonly digest: string
    readonly received: number
    readonly receivedBy: string | null
    readonly keptAt: string | null
    readonly confidential: boolean
  } | null
  readonly ourReading: readonly {
    readonly choice: string
    readonly status: string
    readonly decidedBy: string
    readonly on: number
  }[]
  readonly toCorrectOurFacts: string | null
  /** A reminder; passing it warns and relaxes nothing. */
  readonly reviewBy: number
}

/**
 * restriction, embargo, program, internal-policy: prohibits what its limbs match, in [effective, ends). A program is written with one
 * limb `{test: 'member', holds: false}`. Several directives add up: each one can only deny.
 */
export interface RestrictingDirective extends DirectiveHead {
  readonly kind: Exclude<DirectiveKind, 'evaluation-window'>
  readonly effective: number
  /** null: ends when withdrawn. A program has null: it may not open its resource by ending. */
  readonly ends: number | null
  /** Not empty; limb ids are unique in the directive. */
  readonly limbs: readonly Limb[]
  /** Demands on us-person, immigration-status and nationalities; null only where no limb tests them. */
  readonly statusEvidence: EvidenceDemand | null
  /** Demands on residence; null only where no limb tests it. */
  readonly residenceEvidence: EvidenceDemand | null
  /** Demands on places; null only where no limb (nor `doj-202.256`) tests one. */
  readonly placeEvidence: PlaceDemand | null
  readonly onUnknown: 'deny' | 'step-up'
  readonly inFlight: InFlight
  /** Until this instant it is evaluated and recorded (flag `would_deny`) but denies nothing; null: enforced. Never a regulator's. */
  readonly reportOnlyUntil: number | null
}

/**
 * Closes its scope at all times, before and after its interval too, and opens it in the interval to those it admits. Windows over
 * the same resource add up: it is open to whoever one of them admits. Its obligations bind those it admits.
 */
export interface EvaluationWindow extends DirectiveHead {
  readonly kind: 'evaluation-window'
  readonly admission: { readonly from: number; readonly to: number }
  /** The subject must meet one of these; only register tests with `holds: true`. Not empty. */
  readonly admits: readonly RegisterTest[]
}

/** Empty arrays mean: nothing. A resource is covered if `models` covers it and every further line does. */
export interface Scope {
  /** `all`, or the union of families and canonical ids. Lineage is followed: what derives from a covered model is covered. */
  readonly models: 'all' | { readonly families: readonly string[]; readonly ids: readonly string[] }
  /** `any`: the model itself and every variant. Otherwise only these variants (`null` stands for the model itself). */
  readonly variants: 'any' | readonly (string | null)[]
  /** Otherwise only when the request can reach one of these modes (and only for those). */
  readonly modes: 'any' | readonly string[]
  /** Otherwise only models that the catalogue puts in one of these tiers. */
  readonly risks: 'any' | readonly { readonly domain: string; readonly tier: string }[]
  /** By what is done, not by route. `list-models` is decided as `infer` of each model. */
  readonly actions: 'any' | readonly ('infer' | 'count-tokens')[]
  readonly phases: 'any' | readonly Phase[]
}

export interface EvidenceDemand {
  readonly atLeast: Assurance
  /** Stale at age ≥ this; null: no limit. */
  readonly notOlderThan: number | null
}

export interface PlaceDemand {
  readonly databaseNotOlderThan: number | null
  /** `unknown`: behind an anonymizer the favourable place is unknown. `use-address`: the address is taken as it is. */
  readonly anonymizers: 'unknown' | 'use-address'
  /** Without anonymizer data; null only beside `use-address`. */
  readonly whereAnonymizersAreUnknown: 'accept' | 'unknown' | null
  /** With a source that names no subdivisions; null only where no place limb names one. */
  readonly whereRegionsAreUnknown: 'unknown' | 'whole-country' | null
}

export type InFlight =
  | { readonly kind: 'terminate' }
  | { readonly kind: 'drain-until'; readonly at: number }
  | { readonly kind: 'finish-started' }

export type DirectiveObligation =
  | { readonly kind: 'no-store' }
  | { readonly kind: 'log-full' }
  | { readonly kind: 'cap-output-tokens'; readonly max: number }

/** What a limb that matches answers. `membership_absent` becomes `membership_ended` where the register holds an ended entry. */
export type LimbReason =
  | 'embargoed_location'
  | 'embargoed_resident'
  | 'person_restricted'
  | 'destination_restricted'
  | 'mode_restricted'
  | 'tier_restricted'
  | 'membership_absent'

/**
 * Matches where `is` holds for any party in one of the roles. Roles that nobody names are empty. A place test reads the client address
 * for subject and actor and the attested places for the end users of a service, so a place limb lists `subject, actor, end-user`.
 * Grants discharge it party by party.
 */
export interface Limb {
  readonly id: string
  readonly anyOf: readonly Role[]
  readonly is: Condition
  readonly reason: LimbReason
  /** Only on a place or residence limb of an embargo: an unknown that nobody can be blamed for does not match. The accepted risk. */
  readonly whenUnknown: { readonly kind: 'not-met'; readonly reason: string; readonly reviewBy: number } | null
}

export type Condition = Test | { readonly test: 'all' | 'any'; readonly of: readonly Condition[] }

export type Test =
  | { readonly test: 'foreign-person'; readonly definition: DefinitionId }
  | { readonly test: 'nationality'; readonly attribution: Attribution; readonly countries: CodeSet }
  /** `outside: true`: the limb prohibits every place but these. */
  | { readonly test: 'place'; readonly outside: boolean; readonly places: CodeSet }
  | { readonly test: 'residence'; readonly places: CodeSet }
  /** Can the request reach one of these modes. */
  | { readonly test: 'mode'; readonly modes: readonly string[] }
  | RegisterTest

/** Two-valued, from registers alone. `holds: false` matches whoever is not registered now. */
export type RegisterTest =
  /** The party, the organization that employs it, or the one that runs it is a member. */
  | { readonly test: 'member'; readonly program: string; readonly holds: boolean }
  | { readonly test: 'evaluator'; readonly list: string; readonly holds: boolean }
  | { readonly test: 'staff'; readonly list: string; readonly holds: boolean }
  | { readonly test: 'tier'; readonly tier: string; readonly holds: boolean }

export type DefinitionId =
  | 'ear-772.1-foreign-person'
  | 'itar-120.62'
  | 'cfius-800'
  | 'nispom-117'
  | 'doj-202.256'
  | 'ofac-589.317-a'

export type Attribution = 'any-held' | 'ear-most-recent' | 'itar-ever-held'

// ---- grants and withdrawals ---------------------------------------------------------------------------------------

export type GrantKind =
  | 'specific-license'
  | 'general-license'
  | 'license-exception'
  | 'annex-listing'
  | 'evaluator-access'

export interface Grant extends Interval {
  readonly id: string
  readonly kind: GrantKind
  readonly title: string
  readonly about: About
  /** Not empty; each names its limbs. */
  readonly discharges: readonly {
    readonly directive: string
    readonly versions: readonly number[]
    readonly limbs: readonly string[]
  }[]
  /** A party is covered if one of these covers it. Not empty. */
  readonly covers: readonly Cover[]
  readonly scope: Scope
  /** It helps only at these places (client address, and attested places of a service); null: anywhere. */
  readonly places: { readonly within: CodeSet; readonly evidence: PlaceDemand } | null
  /** It ended here by revocation; null: it was not revoked. */
  readonly revokedFrom: number | null
  readonly obligations: readonly DirectiveObligation[]
  readonly position: Position
}

export type Cover =
  /** The organization itself and services it runs. */
  | { readonly cover: 'organization'; readonly organization: string }
  /** Persons whom the register of employees names (contractors are none), and end users attested to be employees. */
  | { readonly cover: 'employees-of'; readonly organization: string }
  /** Every organization that is a member of the program now, with services and employees. */
  | { readonly cover: 'members-of'; readonly program: string }
  | { readonly cover: 'evaluators'; readonly list: string }
  | { readonly cover: 'staff'; readonly list: string }
  | { readonly cover: 'subject'; readonly subject: SubjectId }
  /** Parties of whom this holds, whoever they are (a general license). Register tests with `holds: true`. */
  | { readonly cover: 'anyone-who'; readonly is: RegisterTest }

export interface Withdrawal {
  readonly id: string
  readonly title: string
  readonly about: About
  readonly directive: string
  readonly versions: readonly number[]
  readonly effective: number
  readonly position: Position
}

// ---- registers ----------------------------------------------------------------------------------------------------

/** Dated records that we keep. Closed: no entry means no. Its own part of the bundle, since it changes daily. */
export interface Registers {
  readonly organizations: readonly Organization[]
  /** Which organization runs a service or an agent: the client register. */
  readonly clients: readonly (SubjectId & Interval & { readonly organization: string })[]
  readonly employees: readonly (SubjectId &
    Interval & { readonly organization: string; readonly engagement: 'employee' | 'contractor' })[]
  readonly members: readonly (Interval & { readonly program: string; readonly member: MemberId })[]
  readonly evaluators: readonly (SubjectId & Interval & { readonly list: string })[]
  readonly staff: readonly (SubjectId & Interval & { readonly list: string })[]
  readonly tiers: readonly (SubjectId & Interval & { readonly tier: string })[]
  readonly attestations: readonly Attestation[]
}

export type MemberId =
  | { readonly kind: 'organization'; readonly organization: string }
  | { readonly kind: 'subject'; readonly subject: SubjectId }

export interface Organization extends Interval {
  readonly id: string
  readonly name: string
  readonly kind: 'company' | 'foreign-government' | 'mission' | 'international-organization'
  /** Country under whose law it is incorporated, alpha-2. */
  readonly incorporatedIn: string
  /** Other countries in which it is organized to do business (15 CFR 772.1). */
  readonly organizedIn: readonly string[]
  /** Ids or names of owners: kept, never decisive for the definitions that exist. */
  readonly ownedBy: readonly string[]
  /** A branch has the nationality of its head for `doj-202.256`; null: no branch. */
  readonly branchOf: string | null
}

/** An organization's signed word about the end users of its services. */
export interface Attestation extends Interval {
  readonly id: string
  readonly organization: string
  readonly signer: string
  /** The services it speaks for. Not empty. */
  readonly clients: readonly SubjectId[]
  /** Under each definition listed here, no end user is a foreign person. */
  readonly noForeignPersonUnder: readonly DefinitionId[]
  /** Under each listed here, some end users are. */
  readonly foreignPersonsUnder: readonly DefinitionId[]
  /** Every end user is a registered employee of the organization. */
  readonly employeesOnly: boolean
  /** Where all of them are; []: not attested. */
  readonly places: readonly PlaceCode[]
}
