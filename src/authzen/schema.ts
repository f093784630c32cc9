// The AuthZEN 1.0 request that Portcullis reads: closed, so that nothing that it says is ignored. In JSON scalars are typed; in YAML,
// as a case for `policy explain`, they are their source text, and the schema alone says what they mean.
import { z } from 'zod'
import { limits } from '../limits.ts'
import { isCountryCode, isRegionCode } from '../vocabulary/country.ts'
import { assurances, type Evidence, usPersonBases } from '../vocabulary/evidence.ts'
import { type Phase, phases } from '../vocabulary/operation.ts'
import { type Anonymizer, anonymizers } from '../vocabulary/place.ts'

type Stated<E extends Evidence> = E extends Evidence
  ? Omit<E, 'verifiedAt'> & { readonly verified_at: number | null }
  : never

export interface StatedSubject {
  readonly type: 'person' | 'service'
  readonly id: string
  readonly properties: { readonly evidence: readonly Stated<Evidence>[] }
}

export interface Evaluation {
  readonly subject: StatedSubject
  readonly action: {
    readonly name: 'infer' | 'count-tokens'
    readonly properties: { readonly phase: Phase; readonly stream: boolean; readonly max_output_tokens: number | null }
  }
  readonly resource: {
    readonly type: 'model'
    readonly id: string
    readonly properties: { readonly mode: string | null; readonly variant: string | null }
  }
  readonly context: {
    /** Milliseconds since the epoch; null: now. */
    readonly time: number | null
    readonly address: string | null
    readonly place: {
      readonly country: string | null
      readonly region: string | null
      readonly anonymizer: Anonymizer | null
      readonly database_built_at: number | null
    } | null
    readonly actor: StatedSubject | null
    readonly organization: string | null
    readonly prior_actors: readonly StatedSubject[]
    readonly token: {
      readonly iss: string
      readonly jti: string | null
      readonly sid: string | null
      readonly iat: number | null
    }
  }
}

/** AuthZEN 1.0 §7.1: what stands beside `evaluations` holds for each of them that does not say it itself. */
export interface Batch {
  /** None, or an empty list: the request is a single evaluation. */
  readonly evaluations?: readonly object[] | undefined
  readonly options?: unknown
  readonly [shared: string]: unknown
}

const instant = z.iso.datetime({ offset: true }).transform((text) => Date.parse(text))
/** What a name, an id or an issuer may be: short, and nothing that ends a line or a string somewhere behind. */
const text = (longest: number = limits.nameChars) =>
  z
    .string()
    .max(longest)
    .refine((value) => !/\p{Cc}/u.test(value), 'holds a control character')
const name = (longest?: number) => text(longest).refine((value) => value !== '', 'is empty')

type Scalars = 'typed' | 'text'

function evaluationShape(scalars: Scalars): z.ZodType<Evaluation> {
  const yesOrNo = scalars === 'typed' ? z.boolean() : z.enum(['true', 'false']).transform((word) => word === 'true')
  const whole = (least: number, most: number = Number.MAX_SAFE_INTEGER): z.ZodType<number> => {
    const number = z.number().int().min(least).max(most)
    return scalars === 'typed'
      ? number
      : z
          .string()
          .regex(/^\d{1,15}$/, 'is no whole number')
          .transform(Number)
          .pipe(number)
  }
  const evidenceHead = {
    state: z.enum([...assurances, 'invalid', 'unavailable', 'revoked']).default('asserted'),
    // Whatever an enforcement point says here, it is its word that the decision rests on, and the record says so.
    source: text()
      .optional()
      .transform(() => 'stated'),
    verified_at: instant.nullable().default(null),
  }
  const evidenceSchema = z.discriminatedUnion('name', [
    z.strictObject({
      name: z.literal('us-person'),
      value: z.strictObject({
        value: yesOrNo,
        definition: text().nullable().default(null),
        basis: z.enum(usPersonBases).nullable().default(null),
      }),
      ...evidenceHead,
    }),
    z.strictObject({
      name: z.literal('immigration-status'),
      value: z
        .string()
        .regex(/^[A-Za-z0-9-]{1,64}$/)
        .toLowerCase(),
      ...evidenceHead,
    }),
    z.strictObject({
      name: z.literal('nationalities'),
      value: z.array(text()).max(limits.authzenItems),
      complete: yesOrNo.default(false),
      ...evidenceHead,
    }),
    z.strictObject({
      name: z.literal('residence'),
      value: z.strictObject({ country: text(), region: text().nullable().default(null) }),
      ...evidenceHead,
    }),
  ])
  const subjectSchema = z.strictObject({
    type: z.enum(['person', 'service']),
    id: name(),
    properties: z
      .strictObject({ evidence: z.array(evidenceSchema).max(limits.authzenItems).default([]) })
      .default({ evidence: [] }),
  })
  const placeSchema = z
    .strictObject({
      country: z.string().refine(isCountryCode, 'is no country: ISO 3166-1 alpha-2').nullable().default(null),
      region: z.string().refine(isRegionCode, 'is no region: ISO 3166-2').nullable().default(null),
      anonymizer: z.enum(anonymizers).nullable().default(null),
      database_built_at: instant.nullable().default(null),
    })
    .refine(({ country, region }) => region === null || region.slice(0, 2) === country, {
      path: ['region'],
      message: 'is not a region of the `country` beside it',
    })
  const contextSchema = z
    .strictObject({
      time: instant.nullable().default(null),
      address: text().nullable().default(null),
      place: placeSchema.nullable().default(null),
      actor: subjectSchema.nullable().default(null),
      organization: name().nullable().default(null),
      prior_actors: z.array(subjectSchema).max(limits.authzenItems).default([]),
      token: z.strictObject({
        iss: name(),
        jti: name().nullable().default(null),
        sid: name().nullable().default(null),
        iat: whole(0).nullable().default(null),
      }),
    })
    .refine(({ address, place }) => address === null || place === null, 'state `address` or `place`, not both')
  return z.strictObject({
    subject: subjectSchema,
    action: z.strictObject({
      name: z.enum(['infer', 'count-tokens']),
      properties: z
        .strictObject({
          phase: z.enum(phases).default('admit'),
          stream: yesOrNo.default(false),
          max_output_tokens: whole(1, limits.outputTokens).nullable().default(null),
        })
        .prefault({}),
    }),
    resource: z.strictObject({
      type: z.literal('model'),
      id: name(limits.modelNameBytes),
      properties: z
        .strictObject({ mode: name().nullable().default(null), variant: name().nullable().default(null) })
        .prefault({}),
    }),
    context: contextSchema,
  })
}

export const evaluationSchema: Readonly<Record<Scalars, z.ZodType<Evaluation>>> = {
  typed: evaluationShape('typed'),
  text: evaluationShape('text'),
}

const shared = z.strictObject({
  subject: z.unknown().optional(),
  action: z.unknown().optional(),
  resource: z.unknown().optional(),
  context: z.unknown().optional(),
})
export const batchSchema: z.ZodType<Batch> = shared.extend({
  evaluations: z.array(shared).max(limits.authzenEvaluations).optional(),
  options: z
    .strictObject({
      evaluations_semantic: z
        .literal('execute_all', 'only `execute_all` is offered: every evaluation is answered')
        .optional(),
    })
    .optional(),
})
