// Small policies for tests of one thing at a time: one model, one directive, what the test says and nothing else.

import type { JsonValue } from '../../src/json/index.ts'
import type {
  Bundle,
  CatalogueModel,
  Condition,
  EvaluationWindow,
  Grant,
  Limb,
  PlaceDemand,
  Registers,
  RestrictingDirective,
  Scope,
} from '../../src/policy/bundle/bundle.ts'
import { decide, factsOf, loadPolicy, type Policy, readCase } from '../../src/policy/index.ts'
import type { Decision } from '../../src/vocabulary/decision.ts'

export const at = (text: string): number => Date.parse(text)
export const noon: number = at('2026-06-20T12:00:00Z')
export const day = 86_400_000

const position = { path: 'test.yaml', line: 1 }
const about = {
  issuer: 'test',
  authority: ['15 CFR 744.22(b)'],
  decidedBy: null,
  rationale: null,
  theLetterSays: null,
  document: null,
  ourReading: [],
  toCorrectOurFacts: null,
  reviewBy: at('2027-01-01T00:00:00Z'),
}

export const everything: Scope = {
  models: 'all',
  variants: 'any',
  modes: 'any',
  risks: 'any',
  actions: 'any',
  phases: 'any',
}

export function model(id: string, more: Partial<CatalogueModel> = {}): CatalogueModel {
  return {
    id,
    family: id,
    version: '1',
    derivedFrom: [],
    release: 'released',
    listing: 'shown',
    modes: [],
    modeSelectors: [],
    variants: [],
    risks: [],
    maxOutputTokens: null,
    names: [{ name: id, variant: null, mode: null, forwardAs: null }],
    servedAs: [id],
    position,
    ...more,
  }
}

export const foreign: Condition = { test: 'foreign-person', definition: 'ear-772.1-foreign-person' }

export function limb(is: Condition, more: Partial<Limb> = {}): Limb {
  return { id: 'limb', anyOf: ['subject'], is, reason: 'person_restricted', whenUnknown: null, ...more }
}

export const strictPlace: PlaceDemand = {
  databaseNotOlderThan: 30 * day,
  anonymizers: 'unknown',
  whereAnonymizersAreUnknown: 'accept',
  whereRegionsAreUnknown: 'unknown',
}

export function restriction(
  id: string,
  limbs: readonly Limb[],
  more: Partial<RestrictingDirective> = {},
): RestrictingDirective {
  return {
    id,
    version: 1,
    kind: 'restriction',
    title: id,
    about,
    scope: everything,
    supersedes: [],
    obligations: [],
    tellTheCaller: 'reason',
    callerText: null,
    whenFreshnessIsUnknown: 'refuse',
    position,
    effective: at('2026-06-01T00:00:00Z'),
    ends: null,
    limbs,
    statusEvidence: { atLeast: 'verified', notOlderThan: 365 * day, whenConflicting: 'unknown' },
    residenceEvidence: { atLeast: 'asserted', notOlderThan: null, whenConflicting: 'unknown' },
    placeEvidence: strictPlace,
    onUnknown: 'step-up',
    inFlight: { kind: 'terminate' },
    reportOnlyUntil: null,
    ...more,
  }
}

export function window(id: string, more: Partial<EvaluationWindow> = {}): EvaluationWindow {
  return {
    id,
    version: 1,
    kind: 'evaluation-window',
    title: id,
    about,
    scope: everything,
    supersedes: [],
    obligations: [],
    tellTheCaller: 'reason',
    callerText: null,
    whenFreshnessIsUnknown: 'refuse',
    position,
    admission: { from: at('2026-06-10T00:00:00Z'), to: at('2026-06-30T00:00:00Z') },
    admits: [{ test: 'evaluator', list: 'red-team', holds: true }],
    ...more,
  }
}

export function grant(id: string, directive: string, more: Partial<Grant> = {}): Grant {
  return {
    id,
    kind: 'specific-license',
    title: id,
    about,
    discharges: [{ directive, versions: [1], limbs: ['limb'] }],
    covers: [{ cover: 'employees-of', organization: 'holder' }],
    scope: everything,
    places: null,
    quantity: null,
    from: at('2026-06-10T00:00:00Z'),
    to: at('2026-06-30T00:00:00Z'),
    revokedFrom: null,
    obligations: [],
    position,
    ...more,
  }
}

export const issuer = 'https://id.portcullis.example'
export const ever = { from: 0, to: null }

export function registers(more: Partial<Registers> = {}): Registers {
  return {
    organizations: [],
    clients: [],
    employees: [],
    members: [],
    evaluators: [],
    staff: [],
    tiers: [],
    attestations: [],
    ...more,
  }
}

export function bundle(more: Partial<Bundle> = {}): Bundle {
  return {
    format: 'portcullis-bundle/1',
    serial: 1,
    catalogue: { models: [model('m')] },
    lists: [],
    directives: [],
    grants: [],
    withdrawals: [],
    registers: registers(),
    sources: [],
    ...more,
  }
}

/** Through JSON, as the gate gets it. */
export const load = (more: Partial<Bundle> = {}): Policy =>
  loadPolicy(JSON.parse(JSON.stringify(bundle(more))) as JsonValue)

/** Asks as a case does (src/policy/case/case.ts): at home, at noon of 20 June, for `m`, unless said. */
export function ask(policy: Policy, asked: Record<string, unknown> = {}, clockUncertaintyMs = 0): Decision {
  const reading = readCase({ asks: 'm', expect: 'permit', ...asked }, Date.UTC(2026, 5, 20, 12))
  if (reading.kind === 'faults') throw new Error(JSON.stringify(reading.faults))
  return decide(policy, factsOf(reading.case), reading.case.when, { clockUncertaintyMs })
}

/** `permit` or the reason of the denial. */
export const answer = ({ effect, reason }: Decision): string => (effect === 'permit' ? effect : reason)
