// Reads an AuthZEN request into the facts that `decide` takes. Pure: what the request leaves to its surroundings (the time now, the
// catalogue's names, the issuers, where an address is) is handed in. The admin listener and `policy explain` read with this alone.
import type { z } from 'zod'
import type { Facts } from '../vocabulary/decision.ts'
import type { Evidence } from '../vocabulary/evidence.ts'
import type { Subject, TokenFacts } from '../vocabulary/party.ts'
import type { Place } from '../vocabulary/place.ts'
import { type Evaluation, evaluationSchema, type StatedSubject } from './schema.ts'

export interface Surroundings {
  /** Milliseconds since the epoch: what is stated of a later time is refused. */
  readonly now: number
  readonly catalogue: readonly NamedModel[]
  /** Undefined: nothing is known of such an issuer. */
  readonly issuer: (
    issuer: string,
  ) => { readonly organizationExpected: boolean; readonly stepUp: TokenFacts['stepUp'] } | undefined
  /** Where an address is; null: the request states none. */
  readonly locate: (address: string | null) => Place
}

interface NamedModel {
  readonly names: readonly {
    readonly name: string
    readonly variant: string | null
    readonly mode: string | null
  }[]
}

export interface EvaluationFault {
  /** [] for a fault of the whole. */
  readonly path: readonly (string | number)[]
  readonly message: string
}

export type EvaluationReading =
  | {
      readonly kind: 'evaluation'
      readonly facts: Facts
      /** Milliseconds since the epoch; null: now. */
      readonly instant: number | null
      /** Only an enforcement point may be believed that something was verified. */
      readonly statesVerified: boolean
    }
  | { readonly kind: 'faults'; readonly faults: readonly EvaluationFault[] }

/** @param scalars `typed` for JSON, `text` for YAML of the strict subset */
export function readEvaluation(
  body: unknown,
  surroundings: Surroundings,
  scalars: 'typed' | 'text' = 'typed',
): EvaluationReading {
  const parsed = evaluationSchema[scalars].safeParse(body)
  if (!parsed.success) return { kind: 'faults', faults: faultsOf(parsed.error) }
  const evaluation = parsed.data
  const ahead = timesAhead(evaluation, surroundings.now)
  if (ahead.length > 0) return { kind: 'faults', faults: ahead }
  const statesVerified = partiesOf(evaluation).some(([, { properties }]) =>
    properties.evidence.some(({ state }) => state === 'verified'),
  )
  return {
    kind: 'evaluation',
    facts: factsOf(evaluation, surroundings),
    instant: evaluation.context.time,
    statesVerified,
  }
}

/** Each where it stands: a key that is not known at the key itself. */
export const faultsOf = ({ issues }: z.ZodError): readonly EvaluationFault[] =>
  issues.flatMap((issue): readonly EvaluationFault[] => {
    const path = issue.path.map((step) => (typeof step === 'symbol' ? String(step) : step))
    if (issue.code === 'unrecognized_keys') {
      return issue.keys.map((key) => ({ path: [...path, key], message: 'is not known here' }))
    }
    if (issue.message.endsWith('received undefined')) return [{ path, message: 'is missing' }]
    return [{ path, message: `${issue.message.charAt(0).toLowerCase()}${issue.message.slice(1)}` }]
  })

type Path = EvaluationFault['path']

function partiesOf({ subject, context }: Evaluation): readonly (readonly [Path, StatedSubject])[] {
  return [
    [['subject'], subject],
    ...(context.actor === null ? [] : [[['context', 'actor'], context.actor] as const]),
    ...context.prior_actors.map((prior, index) => [['context', 'prior_actors', index], prior] as const),
  ]
}

/** The statement of a time that has not come: nothing was verified or built then, and it would never grow stale. */
function timesAhead(evaluation: Evaluation, now: number): readonly EvaluationFault[] {
  const message = 'is later than now'
  const built = evaluation.context.place?.database_built_at ?? now
  return [
    ...(built > now ? [{ path: ['context', 'place', 'database_built_at'], message }] : []),
    ...partiesOf(evaluation).flatMap(([path, { properties }]) =>
      properties.evidence.flatMap(({ verified_at }, index) =>
        (verified_at ?? now) > now
          ? [{ path: [...path, 'properties', 'evidence', index, 'verified_at'], message }]
          : [],
      ),
    ),
  ]
}

function factsOf({ subject, action, resource, context }: Evaluation, surroundings: Surroundings): Facts {
  const { iss, jti, sid, iat } = context.token
  // A token of which nobody says when it was issued was issued before every revocation.
  const issuedAt = iat ?? 0
  const issuer = surroundings.issuer(iss)
  return {
    caller: {
      subject: partyOf(iss, subject),
      actor: context.actor && partyOf(iss, context.actor),
      priorActors: context.prior_actors.map((actor) => partyOf(iss, actor)),
      organization: context.organization,
      organizationExpected: issuer?.organizationExpected === true,
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
    place: placeOf(context, surroundings),
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
          name: nameOf(resource, surroundings.catalogue),
          // Whoever enforces the answer can fix any mode, so that one that is left open may be forced.
          mode: { field: 'mode', value: resource.properties.mode },
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
function nameOf({ id, properties: { variant } }: Evaluation['resource'], catalogue: readonly NamedModel[]): string {
  if (variant === null) return id
  const model = catalogue.find(({ names }) => names.some(({ name }) => name === id))
  const named = model?.names.filter((each) => each.variant === variant) ?? []
  const found = named.find(({ name }) => name === id) ?? named.find(({ mode }) => mode === null) ?? named[0]
  return found?.name ?? `${id} (variant ${variant})`
}

function placeOf({ address, place }: Evaluation['context'], { locate }: Surroundings): Place {
  if (place === null) return locate(address)
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
