// Case: one question and its right answer, as a lawyer writes it down. The examples of a directive, the rows of test/scenarios and
// what the demo says of its personas all have this shape; what is not said is the ordinary (at home, evidence verified and fresh).
//
//   who:    { us_person: { value: true, basis: citizen-or-national }, nationalities: [US, IR] }
//   asks:   fable-5
//   where:  DE
//   when:   2026-06-20T12:00:00Z
//   left:   { some-license: 500 }
//   expect: deny destination_restricted
//
// read-case.ts reads it.

import type { Decision, Facts, Obligation } from '../../vocabulary/decision.ts'
import type { Evidence, UsPersonBasis } from '../../vocabulary/evidence.ts'
import { instantText } from '../../vocabulary/instant-text.ts'
import type { Action, Dialect, ModeSelector, Operation, Phase } from '../../vocabulary/operation.ts'
import type { Caller, Subject } from '../../vocabulary/party.ts'
import type { Anonymizer, Place } from '../../vocabulary/place.ts'
import { reasons } from '../../vocabulary/reason.ts'
import { plainPlace, plainToken } from './plain.ts'

const dayMs = 86_400_000

/** What is said of one party. */
export interface CaseStatements {
  readonly us_person?:
    | { readonly value: boolean; readonly basis?: UsPersonBasis | undefined; readonly definition?: string | undefined }
    | undefined
  readonly status?: string | undefined
  readonly nationalities?: readonly string[] | undefined
  readonly nationalities_complete: boolean
  readonly residence?: { readonly country: string; readonly region?: string | undefined } | undefined
}

export interface CaseParty extends CaseStatements {
  readonly id: string
  readonly issuer: string
  readonly kind: 'person' | 'service'
  /** Whether the statements beside it are verified. */
  readonly verified: boolean
  /** When; 30 days before the case where it is not said. */
  readonly verified_at?: number | undefined
  /** What they say of themselves, beside what is verified. */
  readonly says?: CaseStatements | undefined
}

export interface CaseCaller extends CaseParty {
  readonly organization?: string | undefined
  readonly organization_expected: boolean
  readonly actor?: CaseParty | undefined
  readonly prior_actors: readonly CaseParty[]
  /** The issuer has acr-values: it can be asked for better evidence. */
  readonly step_up: boolean
}

export interface CaseQuestion {
  readonly model: readonly string[]
  /** The mode itself; left to the model where it is not said. */
  readonly mode?: string | undefined
  readonly dialect: Dialect
  readonly action: Action
  readonly phase: Phase
  readonly stream: boolean
  readonly max_output_tokens?: number | undefined
}

/** `home` is a US address; a country or region code; or one of the three ways not to know. */
export type CasePlace =
  | string
  | {
      readonly country: string
      readonly region?: string | undefined
      readonly anonymizer: Anonymizer | 'no-data'
      /** Whole days since the database was built. */
      readonly database_days: number
      readonly resolves_regions: boolean
    }

export interface Case {
  readonly who: CaseCaller
  readonly asks: CaseQuestion
  readonly where: CasePlace
  /** Milliseconds since the epoch. */
  readonly when: number
  /** Output tokens that are left of grants with a quantity, by grant id; of others nothing is left. */
  readonly left?: Readonly<Record<string, number>> | undefined
  readonly expect: {
    /** `permit`, `deny <reason>` or `deny <reason> <status>`. */
    readonly answer: string
    /** Exactly these. */
    readonly obligations?: readonly string[] | undefined
    /** At least these. */
    readonly flags?: readonly string[] | undefined
  }
}

/** What `decide` needs for it; decide it at `one.when`. */
export function factsOf(one: Case): Facts {
  return { caller: callerOf(one), place: placeOf(one), operation: operationOf(one), remaining: one.left ?? {} }
}

/** In words, how the decision differs from what the case expects; [] where it does not. */
export function differences(one: Case, decision: Decision): readonly string[] {
  const expected = one.expect
  const found: string[] = []
  const [effect = '', reason, status] = expected.answer.split(' ')
  if (decision.effect !== effect) found.push(`expected ${effect}, but the decision is ${answerOf(decision)}`)
  else if (reason !== undefined && decision.reason !== reason) {
    found.push(`expected ${reason}, but the reason is ${decision.reason}`)
  }
  if (status !== undefined && String(statusOf(decision)) !== status) {
    found.push(`expected status ${status}, but it is ${statusOf(decision)}`)
  }
  if (expected.obligations !== undefined) {
    const obligations = decision.obligations.map(obligationText)
    if ([...expected.obligations].sort().join() !== [...obligations].sort().join())
      found.push(`expected obligations [${expected.obligations.join(', ')}], but there are [${obligations.join(', ')}]`)
  }
  for (const flag of expected.flags ?? []) {
    const flags = decision.determinations.flatMap(({ limbs }) => limbs.flatMap((limb) => limb.flags))
    if (!flags.some((one) => one === flag))
      found.push(`expected the flag ${flag}, but there are [${[...new Set(flags)].join(', ')}]`)
  }
  return found
}

/** `permit` or `deny <reason>`. */
export const answerOf = (decision: Decision): string =>
  decision.effect === 'permit' ? 'permit' : `deny ${decision.reason}`

const statusOf = (decision: Decision): number => (decision.stepUp ? 401 : reasons[decision.reason].status)

/** As `expect.obligations` has them; `force-mode` of whichever resource. */
export function obligationText(obligation: Obligation): string {
  switch (obligation.kind) {
    case 'force-mode':
      return `force-mode ${obligation.mode}`
    case 'cap-output-tokens':
      return `cap-output-tokens ${obligation.max}`
    case 'terminate-at':
      return `terminate-at ${instantText(obligation.at)}`
    case 'recheck-every':
      return `recheck-every ${obligation.seconds}s`
    case 'no-store':
    case 'log-full':
      return obligation.kind
  }
}

function callerOf({ who, when }: Case): Caller {
  return {
    subject: subjectOf(who, when),
    actor: who.actor === undefined ? null : subjectOf(who.actor, when),
    priorActors: who.prior_actors.map((prior) => subjectOf(prior, when)),
    organization: who.organization ?? null,
    organizationExpected: who.organization_expected,
    token: plainToken(who.issuer, when, who.step_up),
  }
}

function subjectOf(who: CaseParty, when: number): Subject {
  const verifiedAt = who.verified_at ?? when - 30 * dayMs
  const evidence = [
    ...evidenceOf(who, who.verified ? { state: 'verified', verifiedAt } : { state: 'asserted', verifiedAt: null }),
    ...(who.says === undefined ? [] : evidenceOf(who.says, { state: 'asserted', verifiedAt: null })),
  ]
  return { id: { issuer: who.issuer, subject: who.id }, kind: who.kind, evidence }
}

function evidenceOf(
  said: CaseStatements,
  backing: { readonly state: 'verified' | 'asserted'; readonly verifiedAt: number | null },
): readonly Evidence[] {
  const by = { ...backing, source: 'case' }
  const evidence: Evidence[] = []
  if (said.us_person !== undefined) {
    const { value, definition = null, basis = null } = said.us_person
    evidence.push({ name: 'us-person', value: { value, definition, basis }, ...by })
  }
  if (said.status !== undefined) evidence.push({ name: 'immigration-status', value: said.status, ...by })
  if (said.nationalities !== undefined) {
    evidence.push({ name: 'nationalities', value: said.nationalities, complete: said.nationalities_complete, ...by })
  }
  if (said.residence !== undefined) {
    const { country, region = null } = said.residence
    evidence.push({ name: 'residence', value: { country, region }, ...by })
  }
  return evidence
}

function placeOf({ where, when }: Case): Place {
  if (where === 'nowhere-in-database') return { ...plainPlace, state: 'not-found', databaseBuiltAt: when - dayMs }
  if (where === 'no-address')
    return { ...plainPlace, state: 'address-unknown', address: null, databaseBuiltAt: when - dayMs }
  if (where === 'no-database') return { ...plainPlace, state: 'unavailable', databaseDigest: null, anonymizer: null }
  if (typeof where === 'string') {
    const code = where === 'home' ? 'US' : where
    const region = code.includes('-') ? code : null
    const country = code.slice(0, 2)
    return { ...plainPlace, country, region, resolvesRegions: region !== null, databaseBuiltAt: when - dayMs }
  }
  return {
    ...plainPlace,
    country: where.country,
    region: where.region ?? null,
    resolvesRegions: where.resolves_regions || where.region !== undefined,
    databaseBuiltAt: when - where.database_days * dayMs,
    anonymizer: where.anonymizer === 'no-data' ? null : where.anonymizer,
  }
}

function operationOf({ asks }: Case): Operation {
  const mode: ModeSelector = { field: 'mode', value: asks.mode ?? null }
  return {
    id: 'case',
    dialect: asks.dialect,
    action: asks.action,
    phase: asks.phase,
    stream: asks.stream,
    maxOutputTokens: asks.max_output_tokens ?? null,
    models: asks.model.map((name, index) => ({ pointer: index === 0 ? '/model' : `/models/${index}`, name, mode })),
  }
}
