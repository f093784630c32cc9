// Step 6, record: nothing leaves the gate before this has resolved. Also the only maker of permits.
import type { ActivePolicy } from '../directives/index.ts'
import { timestamp } from '../vocabulary/clock.ts'
import type { Decision } from '../vocabulary/decision.ts'
import { deepFreeze } from '../vocabulary/deep-freeze.ts'
import type { Resource } from '../vocabulary/operation.ts'
import type { Caller } from '../vocabulary/party.ts'
import type { Place } from '../vocabulary/place.ts'
import { type Reason, reasons } from '../vocabulary/reason.ts'
import type { DecisionRecord } from '../vocabulary/record.ts'
import type { Exchange } from './exchange.ts'
import type { Gate } from './gate.ts'
import { type Dispatch, Permit } from './permit.ts'

/** Where a verdict comes from that the policy was not asked for. */
export const notAsked: DecisionRecord['cache'] = { state: 'none', of: null }

/** What ended the exchange: a decision of the policy, or a refusal before there was one. */
export interface Verdict {
  readonly effect: 'permit' | 'deny'
  readonly reason: Reason
  /** Present once the policy decided. */
  readonly decision: Decision | null
  readonly cache: DecisionRecord['cache']
  /** Code that the caller is sent; null with a permit. */
  readonly told: string | null
  readonly detail: string | null
  readonly via: DecisionRecord['request']['via']
}

/** What a permit of the policy is recorded as. */
export function permitVerdict(decision: Decision, cache: DecisionRecord['cache']): Verdict {
  return { effect: 'permit', reason: decision.reason, decision, cache, told: null, detail: null, via: 'data' }
}

/** Who asked for a decision in another's place, and for which instant (ms since the epoch) if not for its own. */
export interface Asking {
  readonly caller: Caller
  readonly roles: readonly string[]
  readonly decidedFor: number | null
}

/** @returns when the decision is on disk. @throws LogUnavailable: then nothing may leave. */
export function recordDecision(
  gate: Gate,
  exchange: Exchange,
  verdict: Verdict,
  asking: Asking | null = null,
): Promise<void> {
  return gate.log.append(decisionRecord(gate, exchange, verdict, asking))
}

/** The outcome of a decision that was handed out instead of enforced here: what becomes of it is the enforcement point's to record. */
export function recordAnswered(gate: Gate, id: string): void {
  const nothing = {
    reason: null,
    upstreamStatus: null,
    status: null,
    bytes: 0,
    outputTokens: null,
    servedModel: null,
    lastByteAt: null,
  }
  gate.log
    .append({ k: 'outcome', id, at: timestamp(gate.clock.now()), ending: 'answered', ...nothing })
    .catch((error: unknown) => gate.observe.fault(error, 'an outcome could not be recorded'))
}

/** Records a permit and hands out the one thing that can be forwarded. @throws LogUnavailable. */
export function recordPermit(gate: Gate, exchange: Exchange, verdict: Verdict, dispatch: Dispatch): Promise<Permit> {
  return recordDecision(gate, exchange, verdict).then(() => Permit.afterRecord(dispatch))
}

function decisionRecord(gate: Gate, exchange: Exchange, verdict: Verdict, asking: Asking | null): DecisionRecord {
  const { caller, place, operation, active, resources } = exchange
  const { decision } = verdict
  return {
    k: 'decision',
    id: exchange.id,
    at: timestamp(exchange.instant),
    decidedFor: asking === null || asking.decidedFor === null ? null : timestamp(asking.decidedFor),
    askedBy: asking && askedBy(gate, asking),
    request: {
      method: exchange.method,
      operation: exchange.operationId,
      phase: operation?.phase ?? 'admit',
      stream: operation?.stream ?? false,
      length: exchange.length,
      socket: exchange.socket,
      via: verdict.via,
    },
    subject: caller && remembered(subjects, caller, () => subjectOf(gate, caller)),
    place: place && remembered(places, place, () => placeOf(gate, place)),
    // Of a permit the resources are the decision's own, and all who share it name the same models.
    models:
      resources === decision?.resources ? remembered(models, resources, () => modelsOf(exchange)) : modelsOf(exchange),
    references: referencesOf(exchange),
    effect: verdict.effect,
    basis: reasons[verdict.reason].basis,
    reason: verdict.reason,
    told: verdict.told,
    detail: verdict.detail,
    determinations: decision?.determinations ?? [],
    obligations: decision?.obligations ?? [],
    validUntil: decision?.validUntil == null ? null : validUntilOf(decision.validUntil),
    policy: active && remembered(policies, active, () => policyOf(active)),
    settings: gate.settings.digest,
    cache: verdict.cache,
    software: gate.software,
  }
}

const policyOf = ({ digest, serial, unsigned, suspensions, revocations }: ActivePolicy): DecisionRecord['policy'] => ({
  digest,
  serial,
  unsigned,
  suspensions,
  revocations,
})

// A caller is the same object for one token, a place for one address, a decision for all who share it: what the records say of them
// is made once. Callers and places belong to one gate, as their pseudonyms do.
const subjects = new WeakMap<Caller, DecisionRecord['subject']>()
const places = new WeakMap<Place, DecisionRecord['place']>()
const policies = new WeakMap<ActivePolicy, DecisionRecord['policy']>()
const models = new WeakMap<readonly Resource[], DecisionRecord['models']>()

function remembered<Key extends object, Value extends object | null>(
  memo: WeakMap<Key, Value>,
  key: Key,
  make: () => Value,
): Value {
  const known = memo.get(key)
  if (known !== undefined) return known
  const made = deepFreeze(make())
  memo.set(key, made)
  return made
}

function subjectOf({ log }: Gate, { subject, actor, organization, token }: Caller): DecisionRecord['subject'] {
  return {
    issuer: subject.id.issuer,
    subject: log.pseudonym('subject', subject.id.subject, subject.id.issuer),
    kind: subject.kind,
    actor: actor && log.pseudonym('subject', actor.id.subject, actor.id.issuer),
    organization,
    // A token that was only stated (AuthZEN) has no digest.
    token: token.digest === '' ? null : log.pseudonym('token', token.digest),
    session: token.sid === null ? null : log.pseudonym('session', token.sid, token.issuer),
  }
}

function placeOf({ log }: Gate, place: Place): DecisionRecord['place'] {
  return {
    state: place.state,
    address: place.address === null ? null : log.pseudonym('address', place.address),
    country: place.country,
    region: place.region,
    anonymizer: place.anonymizer,
    source: place.source,
    database: place.databaseDigest,
  }
}

function askedBy(gate: Gate, { caller, roles }: Asking): DecisionRecord['askedBy'] {
  const { issuer, subject } = caller.subject.id
  return { issuer, subject: gate.log.pseudonym('subject', subject, issuer), roles }
}

const noReferences: DecisionRecord['references'] = Object.freeze([])

function referencesOf({ references }: Exchange): DecisionRecord['references'] {
  if (references.length === 0) return noReferences
  return references.map(({ reference: { pointer, kind, id }, object }) => ({
    pointer,
    kind,
    id,
    decision: object?.decision ?? null,
  }))
}

/** Shared decisions end together, at the next edge of a policy. */
function validUntilOf(ms: number): string {
  if (ms !== lastUntil) {
    lastUntilText = new Date(ms).toISOString()
    lastUntil = ms
  }
  return lastUntilText
}
let lastUntil = Number.NaN
let lastUntilText = ''

/** The models as asked, each with what the catalogue made of it; a name that it does not know is kept as asked. */
function modelsOf(exchange: Exchange): DecisionRecord['models'] {
  const byPointer = new Map(exchange.resources.map((resource) => [resource.pointer, resource]))
  return (exchange.operation?.models ?? []).map(({ pointer, name }) => {
    const resource = byPointer.get(pointer)
    return {
      pointer,
      name,
      model: resource?.model ?? null,
      variant: resource?.variant ?? null,
      modes: resource?.modes ?? [],
    }
  })
}
