// AuthZEN 1.0 in front of the very function that the data path uses: a request in, facts out; a decision in, an answer out.
import { z } from 'zod'
import type { Evaluated, Gate } from '../enforcement/index.ts'
import { limits } from '../limits.ts'
import { timestamp } from '../vocabulary/clock.ts'
import type { Facts } from '../vocabulary/decision.ts'
import type { Evidence } from '../vocabulary/evidence.ts'
import type { Subject } from '../vocabulary/party.ts'
import type { Anonymizer, Place } from '../vocabulary/place.ts'
import { reasons } from '../vocabulary/reason.ts'
import type { AdminRole } from '../vocabulary/settings.ts'

export interface Asked {
  readonly kind: 'asked'
  readonly facts: Facts
  /** Milliseconds since the epoch; null: now. */
  readonly instant: number | null
}

export interface AuthzenFault {
  readonly kind: 'fault'
  readonly status: 400 | 403
  readonly message: string
}

const instant = z.iso.datetime({ offset: true }).transform((text) => Date.parse(text))
const evidenceHead = {
  state: z.enum(['verified', 'asserted', 'inferred', 'invalid', 'unavailable', 'revoked']).default('asserted'),
  source: z.string().max(200).default('stated'),
  verified_at: instant.nullable().default(null),
}
const evidenceSchema = z.discriminatedUnion('name', [
  z.strictObject({
    name: z.literal('us-person'),
    value: z.strictObject({
      value: z.boolean(),
      definition: z.string().nullable().default(null),
      basis: z
        .enum(['citizen-or-national', 'permanent-resident', 'protected', 'entity', 'none'])
        .nullable()
        .default(null),
    }),
    ...evidenceHead,
  }),
  z.strictObject({ name: z.literal('immigration-status'), value: z.string(), ...evidenceHead }),
  z.strictObject({
    name: z.literal('nationalities'),
    value: z.array(z.string()),
    complete: z.boolean().default(false),
    ...evidenceHead,
  }),
  z.strictObject({
    name: z.literal('residence'),
    value: z.strictObject({ country: z.string(), region: z.string().nullable().default(null) }),
    ...evidenceHead,
  }),
])
const subjectSchema = z.strictObject({
  type: z.enum(['person', 'service']),
  id: z.string().min(1),
  properties: z.strictObject({ evidence: z.array(evidenceSchema).default([]) }).default({ evidence: [] }),
})
const placeSchema = z.strictObject({
  country: z
    .string()
    .regex(/^[A-Z]{2}$/)
    .nullable()
    .default(null),
  region: z
    .string()
    .regex(/^[A-Z]{2}-[A-Z0-9]{1,3}$/)
    .nullable()
    .default(null),
  anonymizer: z.enum(['none', 'vpn', 'tor', 'public-proxy', 'residential-proxy']).nullable().default(null),
  database_built_at: instant.nullable().default(null),
})
const contextSchema = z
  .strictObject({
    time: instant.nullable().default(null),
    address: z.string().nullable().default(null),
    place: placeSchema.nullable().default(null),
    actor: subjectSchema.nullable().default(null),
    organization: z.string().nullable().default(null),
    prior_actors: z.array(subjectSchema).default([]),
    token: z.strictObject({
      iss: z.string().min(1),
      jti: z.string().nullable().default(null),
      sid: z.string().nullable().default(null),
      iat: z.number().int().nullable().default(null),
    }),
  })
  .refine(({ address, place }) => address === null || place === null, 'state `address` or `place`, not both')
const evaluationSchema = z.strictObject({
  subject: subjectSchema,
  action: z.strictObject({
    name: z.enum(['infer', 'count-tokens']),
    properties: z
      .strictObject({
        phase: z.enum(['admit', 'start', 'continue', 'deliver']).default('admit'),
        stream: z.boolean().default(false),
        max_output_tokens: z.number().int().positive().nullable().default(null),
      })
      .prefault({}),
  }),
  resource: z.strictObject({
    type: z.literal('model'),
    id: z.string().min(1),
    properties: z.strictObject({ mode: z.string().nullable().default(null) }).prefault({}),
  }),
  context: contextSchema,
})
const shared = z.strictObject({
  subject: z.unknown().optional(),
  action: z.unknown().optional(),
  resource: z.unknown().optional(),
  context: z.unknown().optional(),
})
const batchSchema = shared.extend({ evaluations: z.array(shared).min(1).max(limits.authzenEvaluations) })

type Evaluation = z.infer<typeof evaluationSchema>
type StatedSubject = z.infer<typeof subjectSchema>

/** @param body parsed JSON @param roles of the asking credential */
export function readEvaluation(gate: Gate, body: unknown, roles: readonly AdminRole[]): Asked | AuthzenFault {
  const parsed = evaluationSchema.safeParse(body)
  if (!parsed.success) return unreadable(parsed.error)
  const evaluation = parsed.data
  if (!roles.includes('enforcement-point') && statesVerified(evaluation)) {
    return { kind: 'fault', status: 403, message: 'only an enforcement-point may state evidence as verified' }
  }
  return { kind: 'asked', facts: factsOf(gate, evaluation), instant: evaluation.context.time }
}

/** AuthZEN 1.0 §7: the top level holds defaults for each evaluation. */
export function readBatch(
  gate: Gate,
  body: unknown,
  roles: readonly AdminRole[],
): { kind: 'batch'; asked: readonly Asked[] } | AuthzenFault {
  const parsed = batchSchema.safeParse(body)
  if (!parsed.success) return unreadable(parsed.error)
  const { evaluations, ...defaults } = parsed.data
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

function unreadable(error: z.ZodError): AuthzenFault {
  const message = error.issues.map(({ path, message }) => `\`${path.join('.')}\`: ${message}`).join('; ')
  return { kind: 'fault', status: 400, message }
}

function statesVerified({ subject, context }: Evaluation): boolean {
  const parties = [subject, context.actor, ...context.prior_actors]
  return parties.some((party) => party?.properties.evidence.some(({ state }) => state === 'verified'))
}

function factsOf(gate: Gate, { subject, action, resource, context }: Evaluation): Facts {
  const { iss, jti, sid, iat } = context.token
  const issuedAt = iat ?? Math.floor(gate.clock.now() / 1000)
  const stepUp = gate.settings.issuers.find(({ issuer }) => issuer === iss)?.stepUp ?? null
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
        stepUp,
      },
    },
    place: placeOf(gate, context),
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
          name: resource.id,
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

function placeOf(gate: Gate, { address, place }: Evaluation['context']): Place {
  if (place === null)
    return gate.location.locate(
      address === null ? { kind: 'unknown', why: 'not stated' } : { kind: 'address', address, proxy: false },
    )
  const anonymizer: Anonymizer | null = place.anonymizer
  return {
    state: place.country === null ? 'not-found' : 'located',
    address: null,
    country: place.country,
    region: place.region,
    resolvesRegions: place.region !== null,
    source: 'stated',
    databaseBuiltAt: place.database_built_at,
    databaseDigest: null,
    anonymizer,
  }
}
