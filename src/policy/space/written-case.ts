// Written case: a request as a lawyer writes it (src/policy/case), so that it can be explained, kept as an example, and asked again.
// What a case has no word for (evidence that was revoked, an operator's own place) is said to be so, never written as something near.

import { canonicalJson, type JsonValue } from '../../json/index.ts'
import type { Facts } from '../../vocabulary/decision.ts'
import type { Evidence } from '../../vocabulary/evidence.ts'
import { instantText } from '../../vocabulary/instant-text.ts'
import type { Caller, Subject } from '../../vocabulary/party.ts'
import type { Place } from '../../vocabulary/place.ts'
import { factsOf } from '../case/case.ts'
import { plainIssuer } from '../case/plain.ts'
import { readCase } from '../case/read-case.ts'
import { flow } from './flow.ts'

export interface WrittenCase {
  /** Plain values, as `readCase` reads them. */
  readonly value: Readonly<Record<string, JsonValue>>
  /** The same as strict YAML, a line for each key. */
  readonly yaml: string
  /** It says all of the request; otherwise `facts` is the whole, and the case is only like it. */
  readonly isWhole: boolean
}

const day = 86_400_000

/** @param answer `permit` or `deny <reason>` */
export function writtenCase(facts: Facts, instant: number, answer: string): WrittenCase {
  const value = {
    who: whoOf(facts.caller, instant),
    asks: asksOf(facts),
    where: whereOf(facts.place, instant),
    when: instantText(instant),
    ...(Object.keys(facts.remaining).length === 0 ? {} : { left: { ...facts.remaining } }),
    expect: answer,
  }
  const yaml = Object.entries(value).map(([key, part]) => `${key}: ${flow(part)}\n`)
  return { value, yaml: yaml.join(''), isWhole: saysAllOf(value, facts, instant) }
}

function saysAllOf(value: JsonValue, facts: Facts, instant: number): boolean {
  const reading = readCase(value)
  if (reading.kind === 'faults' || reading.case.when !== instant) return false
  return essence(factsOf(reading.case)) === essence(facts)
}

/** Without what no directive reads: where evidence came from, the token, the address itself. */
function essence({ caller, place, operation, remaining }: Facts): string {
  const subject = (one: Subject | null): unknown =>
    one === null ? null : [one.id, one.kind, one.evidence.map(({ source: _, ...rest }) => rest).map(sorted)]
  const { organization, organizationExpected, actor, priorActors } = caller
  const { address: _, databaseDigest: __, ...rest } = place
  return JSON.stringify([
    subject(caller.subject),
    subject(actor),
    priorActors.map(subject),
    [organization, organizationExpected],
    sorted(rest),
    [operation.action, operation.phase, operation.models, remaining],
  ])
}

const sorted = (value: object): unknown => Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1))

function whoOf(caller: Caller, instant: number): JsonValue {
  return {
    ...partyOf(caller.subject, instant),
    ...(caller.organization === null ? {} : { organization: caller.organization }),
    ...(caller.organizationExpected ? { organization_expected: true } : {}),
    ...(caller.actor === null ? {} : { actor: partyOf(caller.actor, instant) }),
    ...(caller.priorActors.length === 0
      ? {}
      : { prior_actors: caller.priorActors.map((one) => partyOf(one, instant)) }),
  }
}

/** What is verified at one time beside what is self-asserted; or what is self-asserted twice. */
function partyOf({ id, kind, evidence }: Subject, instant: number): Record<string, JsonValue> {
  const verified = evidence.filter(({ state }) => state === 'verified')
  const asserted = evidence.filter(({ state }) => state !== 'verified')
  const beside = verified.length > 0 ? verified : onceEach(asserted)
  const says = asserted.filter((one) => !beside.includes(one))
  const at = verified[0]?.verifiedAt ?? null
  return {
    ...(id.subject === 'somebody' ? {} : { id: id.subject }),
    ...(id.issuer === plainIssuer ? {} : { issuer: id.issuer }),
    ...(kind === 'person' ? {} : { kind }),
    ...(verified.length === 0 && beside.length > 0 ? { verified: false } : {}),
    ...(at === null || at === instant - 30 * day ? {} : { verified_at: instantText(at) }),
    ...statementsOf(beside),
    ...(says.length === 0 ? {} : { says: statementsOf(says) }),
  }
}

const onceEach = (evidence: readonly Evidence[]): readonly Evidence[] =>
  evidence.filter((one, index) => evidence.findIndex(({ name }) => name === one.name) === index)

function statementsOf(evidence: readonly Evidence[]): Record<string, JsonValue> {
  const said: Record<string, JsonValue> = {}
  for (const one of evidence) {
    switch (one.name) {
      case 'us-person': {
        const { value, basis, definition } = one.value
        const more = { ...(basis === null ? {} : { basis }), ...(definition === null ? {} : { definition }) }
        said['us_person'] = Object.keys(more).length === 0 ? value : { value, ...more }
        break
      }
      case 'immigration-status':
        said['status'] = one.value
        break
      case 'nationalities':
        said['nationalities'] = [...one.value]
        if (one.complete) said['nationalities_complete'] = true
        break
      case 'residence': {
        const { country, region } = one.value
        said['residence'] = region === null ? country : { country, region }
      }
    }
  }
  return said
}

function asksOf({ operation }: Facts): JsonValue {
  const [reference] = operation.models
  const name = reference?.name ?? ''
  const more = {
    ...(reference?.mode?.value == null ? {} : { mode: reference.mode.value }),
    ...(operation.action === 'infer' ? {} : { action: operation.action }),
    ...(operation.phase === 'admit' ? {} : { phase: operation.phase }),
  }
  return Object.keys(more).length === 0 ? name : { model: name, ...more }
}

function whereOf(place: Place, instant: number): JsonValue {
  if (place.state === 'not-found') return 'nowhere-in-database'
  if (place.state === 'address-unknown') return 'no-address'
  if (place.state === 'unavailable') return 'no-database'
  const country = place.country ?? ''
  const days = place.databaseBuiltAt === null ? null : (instant - place.databaseBuiltAt) / day
  const isPlain = days === 1 && place.anonymizer === 'none' && place.resolvesRegions === (place.region !== null)
  if (isPlain) return place.region ?? (country === 'US' ? 'home' : country)
  return {
    country,
    ...(place.region === null ? {} : { region: place.region }),
    ...(place.anonymizer === 'none' ? {} : { anonymizer: place.anonymizer ?? 'no-data' }),
    ...(days === null || days === 1 ? {} : { database_days: Math.max(0, Math.floor(days)) }),
    ...(place.resolvesRegions && place.region === null ? { resolves_regions: true } : {}),
  }
}

/** Everything that a request says, where a case cannot. */
export const factsText = (facts: Facts): string => canonicalJson(facts)
