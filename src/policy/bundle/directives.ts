// Directives in a bundle: what they cover, when their limbs match, which evidence they accept.

import type { Assurance } from '../../vocabulary/evidence.ts'
import type { Action, Phase } from '../../vocabulary/operation.ts'
import type { Role } from '../../vocabulary/party.ts'
import type { Reason } from '../../vocabulary/reason.ts'
import type { CodeSet, Position } from './parts.ts'

export type DirectiveKind = 'restriction' | 'program' | 'evaluation-window' | 'embargo' | 'internal-policy'

export type Directive = RestrictingDirective | EvaluationWindow

interface DirectiveHead {
  /** kebab-case; one id and version stands once. */
  readonly id: string
  readonly version: number
  readonly title: string
  readonly about: About
  readonly scope: Scope
  /**
   * Earlier versions of the same id that leave force when this one takes effect; one that never is in force (it was withdrawn or
   * replaced before) takes nothing out of force. A program replaces only programs, and until it begins they say who is admitted.
   */
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
  /** `review`: the decision is `pending_review`, for a person to take up. Of several directives: deny > review > step-up. */
  readonly onUnknown: OnUnknown
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

/** By what is done, not by route. `list-models` is decided as `infer` of each model. */
export const decidedActions = ['infer', 'count-tokens'] as const
type DecidedAction = Extract<Action, (typeof decidedActions)[number]>

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
  readonly actions: 'any' | readonly DecidedAction[]
  readonly phases: 'any' | readonly Phase[]
}

export const onUnknownWords = ['deny', 'review', 'step-up'] as const
export type OnUnknown = (typeof onUnknownWords)[number]

export interface EvidenceDemand {
  readonly atLeast: Assurance
  /** Stale at age ≥ this; null: no limit. */
  readonly notOlderThan: number | null
  /**
   * What becomes of statements of one party that cannot both be true (usable ones, of whatever assurance and age): a word of a US
   * person and a word of none; a word of none and a list that names US; a word that rests on citizenship, or a list that names US,
   * and a complete list without US; two complete lists that differ. Words differ only where no standing fits both: true under one
   * definition and false under a narrower one may both be right. A status and a residence never conflict in this sense.
   *
   * - `unknown`: neither wins.
   * - `newer-wins`: statements are read from the latest `verifiedAt` on, and what cannot be true beside one of a later time that is
   *   read is set aside. A statement without a time is always read, and sets nothing aside.
   * - `better-wins`: the same from the highest assurance on, as received: verified, asserted, inferred.
   *
   * What is set aside counts for nothing, also where it is adverse; records show it as `conflicting`. What still contradicts itself
   * (equal times, equal assurance, no time) conflicts as under `unknown`. For a nationality only lists are compared; a demand on
   * residence has no conflict to decide. The winner must still be as good and as fresh as the directive demands.
   */
  readonly whenConflicting: WhenConflicting
}

export const whenConflictingWords = ['unknown', 'newer-wins', 'better-wins'] as const
export type WhenConflicting = (typeof whenConflictingWords)[number]

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
  /** Only this mode may answer: fixed by the gate where the request leaves it open; where it cannot be, nothing is permitted. */
  | { readonly kind: 'force-mode'; readonly mode: string }
  /** Nothing flows from this instant on, less the clock's uncertainty. */
  | { readonly kind: 'terminate-at'; readonly at: number }
  /** Open answers are decided again at least this often, seconds. */
  | { readonly kind: 'recheck-every'; readonly seconds: number }

/** What a limb that matches answers. `membership_absent` becomes `membership_ended` where the register holds an ended entry. */
export const limbReasons = [
  'embargoed_location',
  'embargoed_resident',
  'person_restricted',
  'destination_restricted',
  'mode_restricted',
  'tier_restricted',
  'membership_absent',
] as const
export type LimbReason = Extract<Reason, (typeof limbReasons)[number]>

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

export const definitionIds = [
  'ear-772.1-foreign-person',
  'itar-120.62',
  'cfius-800',
  'nispom-117',
  'doj-202.256',
  'ofac-589.317-a',
] as const
export type DefinitionId = (typeof definitionIds)[number]

export const attributions = ['any-held', 'ear-most-recent', 'itar-ever-held'] as const
export type Attribution = (typeof attributions)[number]
