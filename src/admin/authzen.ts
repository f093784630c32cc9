// AuthZEN 1.0 in front of the very function that the data path uses: a request in, facts out; a decision in, an answer out.
import type { z } from 'zod'
import type { Evaluated, Gate } from '../enforcement/index.ts'
import { clientAddress } from '../location/index.ts'
import { catalogueOf } from '../policy/index.ts'
import { timestamp } from '../vocabulary/clock.ts'
import type { Facts } from '../vocabulary/decision.ts'
import type { Evidence } from '../vocabulary/evidence.ts'
import type { Subject } from '../vocabulary/party.ts'
import type { Place } from '../vocabulary/place.ts'
import { reasons } from '../vocabulary/reason.ts'
import type { AdminRole } from '../vocabulary/settings.ts'
import { batchSchema, type Evaluation, evaluationSchema, type StatedSubject } from './authzen-schema.ts'

export interface Asked {
  readonly kind: 'asked'
  readonly facts: Facts
  /** Milliseconds since the epoch; null: now. */
  readonly instant: number | null
}

export interface AuthzenFault {
  readonly kind: 'fault'
  readonly status: 400 | 403
  readonly code: 'request_unreadable' | 'role_required'
  readonly message: string
}

/** @param body parsed JSON @param roles of the asking credential */
export function readEvaluation(gate: Gate, body: unknown, roles: readonly AdminRole[]): Asked | AuthzenFault {
  const parsed = evaluationSchema.safeParse(body)
  if (!parsed.success) return unreadable(parsed.error)
  const evaluation = parsed.data
  const ahead = timeAhead(evaluation, gate.clock.now())
  if (ahead !== undefined) return fault(`\`${ahead}\`: is later than now`)
  if (!roles.includes('enforcement-point') && statesVerified(evaluation)) {
    const message = 'only an enforcement-point may state evidence as verified'
    return { kind: 'fault', status: 403, code: 'role_required', message }
  }
  return { kind: 'asked', facts: factsOf(gate, evaluation), instant: evaluation.context.time }
}

/** AuthZEN 1.0 §7.1: the top level holds defaults for each evaluation; without evaluations it is a single one, answered like one. */
export function readBatch(
  gate: Gate,
  body: unknown,
  roles: readonly AdminRole[],
): Asked | { kind: 'batch'; asked: readonly Asked[] } | AuthzenFault {
  const parsed = batchSchema.safeParse(body)
  if (!parsed.success) return unreadable(parsed.error)
  const { evaluations = [], options: _, ...defaults } = parsed.data
  if (evaluations.length === 0) return readEvaluation(gate, defaults, roles)
  const asked: Asked[] = []
  for (const evaluation of evaluations) {
    const one = readEvaluation(gate, { ...defaults, ...evaluation }, roles)
    if (one.kind === 'fault') return one
    asked.push(one)
  }
  return { kind: 'batch', asked }
}

export function answerOf({ id, effect, reason, decision }: Evaluated): object {
  const found = decision?.determinations.flatMap(({ limbs }) => limbs.map((limb) => limb.reason)) ?? []
  return {
    decision: effect === 'permit',
    context: {
      id,
      basis: reasons[reason].basis,
      reason,
      reasons: [...new Set([reason, ...found.filter((each) => each !== null)])],
      obligations: decision?.obligations ?? [],
      valid_until: decision?.validUntil == null ? null : timestamp(decision.validUntil),
    },
  }
}

/** @param base origin under which the caller reached this listener */
export function configuration(base: string): object {
  return {
    policy_decision_point: base,
    access_evaluation_endpoint: `${base}/access/v1/evaluation`,
    access_evaluations_endpoint: `${base}/access/v1/evaluations`,
  }
}

/** The first faults, each where it stands; a message is not made as long as its request. */
function unreadable(error: z.ZodError): AuthzenFault {
  const said = error.issues
    .slice(0, 10)
    .map(({ path, message }) => (path.length === 0 ? message : `\`${path.join('.')}\`: ${message}`))
  const message = said.join('; ')
  return fault(message.length > 1_000 ? `${message.slice(0, 1_000)} …` : message)
}

function fault(message: string): AuthzenFault {
  return { kind: 'fault', status: 400, code: 'request_unreadable', message }
}

function partiesOf({ subject, context }: Evaluation): readonly StatedSubject[] {
  return [subject, ...(context.actor === null ? [] : [context.actor]), ...context.prior_actors]
}

function statesVerified(evaluation: Evaluation): boolean {
  return partiesOf(evaluation).some(({ properties }) => properties.evidence.some(({ state }) => state === 'verified'))
}

/** The statement of a time that has not come: nothing was verified or built then, and it would never grow stale. */
function timeAhead(evaluation: Evaluation, now: number): string | undefined {
  if ((evaluation.context.place?.database_built_at ?? now) > now) return 'context.place.database_built_at'
  const evidence = partiesOf(evaluation).flatMap(({ properties }) => properties.evidence)
  return evidence.some(({ verified_at }) => (verified_at ?? now) > now) ? 'evidence.verified_at' : undefined
}

function factsOf(gate: Gate, { subject, action, resource, context }: Evaluation): Facts {
  const { iss, jti, sid, iat } = context.token
  const issuedAt = iat ?? Math.floor(gate.clock.now() / 1000)
  const issuer = gate.settings.issuers.find((each) => each.issuer === iss)
  return {
    caller: {
      subject: partyOf(iss, subject),
      actor: context.actor && partyOf(iss, context.actor),
      priorActors: context.prior_actors.map((actor) => partyOf(iss, actor)),
      organization: context.organization,
      organizationExpected: issuer?.organization === 'always-asserted',
      token: {
        issuer: iss,
        jti,
        sid,
        issuedAt,
        expiresAt: issuedAt,
        audience: [],
        digest: '',
        keyThumbprint: '',
        stepUp: issuer?.stepUp ?? null,
      },
    },
    place: placeOf(gate, context),
    remaining: {},
    operation: {
      id: `authzen.${action.name}`,
      dialect: 'openai',
      action: action.name,
      phase: action.properties.phase,
      stream: action.properties.stream,
      maxOutputTokens: action.properties.max_output_tokens,
      models: [
        {
          pointer: '/resource/id',
          name: nameOf(gate, resource),
          mode: resource.properties.mode === null ? null : { field: 'mode', value: resource.properties.mode },
        },
      ],
    },
  }
}

function partyOf(issuer: string, { type, id, properties }: StatedSubject): Subject {
  const evidence: Evidence[] = properties.evidence.map(({ verified_at: verifiedAt, ...rest }) => ({
    ...rest,
    verifiedAt,
  }))
  return { id: { issuer, subject: id }, kind: type, evidence }
}

/** The name under which the catalogue has the variant; where it has none, a name that no catalogue can have (it holds blanks). */
function nameOf(gate: Gate, { id, properties: { variant } }: Evaluation['resource']): string {
  if (variant === null) return id
  const policy = gate.policies.current()?.policy
  const model = policy && catalogueOf(policy).find(({ names }) => names.some(({ name }) => name === id))
  const named = model?.names.filter((each) => each.variant === variant) ?? []
  const found = named.find(({ name }) => name === id) ?? named.find(({ mode }) => mode === null) ?? named[0]
  return found?.name ?? `${id} (variant ${variant})`
}

function placeOf(gate: Gate, { address, place }: Evaluation['context']): Place {
  if (place === null) {
    return gate.location.locate(
      address === null ? { kind: 'unknown', why: 'not stated' } : clientAddress(address, [], null),
    )
  }
  const { country, region, anonymizer, database_built_at: databaseBuiltAt } = place
  return {
    // Whoever states no country has not looked one up: nothing is known, not "nothing was found".
    state: country === null ? 'address-unknown' : 'located',
    address: null,
    country,
    region,
    resolvesRegions: region !== null,
    source: 'stated',
    databaseBuiltAt,
    databaseDigest: null,
    anonymizer,
  }
}
