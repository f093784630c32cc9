// Reads a case from plain values. Scalars may be typed or source text (`true` or `'true'`), so that strict YAML and JSON read alike.
// Closed: a word that is not of the shape is a fault, never ignored.

import { z } from 'zod'
import { usPersonBases } from '../../vocabulary/evidence.ts'
import { actions, dialectNames, phases } from '../../vocabulary/operation.ts'
import { anonymizers } from '../../vocabulary/place.ts'
import type { Case } from './case.ts'

const yesOrNo = z.union([z.boolean(), z.enum(['true', 'false']).transform((text) => text === 'true')])
const number = z.union([z.number(), z.string().regex(/^\d+$/).transform(Number)]).pipe(z.number().int().nonnegative())
const instant = z.iso.datetime({ offset: true }).transform((text) => Date.parse(text))
const oneOrMore = z.union([z.string().transform((text) => [text]), z.array(z.string()).min(1)])

const usPerson = z.union([
  yesOrNo.transform((value) => ({ value, basis: undefined, definition: undefined })),
  z.strictObject({
    value: yesOrNo,
    basis: z.enum(usPersonBases).optional(),
    definition: z.string().optional(),
  }),
])

/** Facts of one party; each is absent unless said. */
const statements = {
  us_person: usPerson.optional(),
  status: z.string().optional(),
  nationalities: z.array(z.string()).min(1).optional(),
  nationalities_complete: yesOrNo.default(false),
  residence: z
    .union([
      z.string().transform((country) => ({ country, region: undefined })),
      z.strictObject({ country: z.string(), region: z.string().optional() }),
    ])
    .optional(),
}

const party = z.strictObject({
  ...statements,
  id: z.string().default('somebody'),
  issuer: z.string().default('https://id.portcullis.example'),
  kind: z.enum(['person', 'service']).default('person'),
  /** Whether the statements beside it are verified. */
  verified: yesOrNo.default(true),
  /** When; 30 days before the case unless said. */
  verified_at: instant.optional(),
  /** What they say of themselves, beside what is verified. */
  says: z.strictObject(statements).optional(),
})

const caller = party.extend({
  organization: z.string().optional(),
  organization_expected: yesOrNo.default(false),
  actor: party.optional(),
  prior_actors: z.array(party).default([]),
  /** The issuer has acr-values: it can be asked for better evidence. */
  step_up: yesOrNo.default(true),
})

const question = z.strictObject({
  model: oneOrMore,
  /** The mode itself; left to the model unless said. */
  mode: z.string().optional(),
  dialect: z.enum(dialectNames).default('openai'),
  action: z.enum(actions).default('infer'),
  phase: z.enum(phases).default('admit'),
  stream: yesOrNo.default(false),
  max_output_tokens: number.optional(),
})

const somewhere = z.strictObject({
  country: z.string(),
  region: z.string().optional(),
  anonymizer: z.enum([...anonymizers, 'no-data']).default('none'),
  /** Whole days since the database was built. */
  database_days: number.default(1),
  resolves_regions: yesOrNo.default(false),
})

/** `home` is a US address; a country or region code; or one of the three ways not to know. */
const place = z.union([
  z.enum(['home', 'nowhere-in-database', 'no-address', 'no-database']),
  z.string().regex(/^[A-Z]{2}(-[A-Z0-9]{1,3})?$/),
  somewhere,
])

const answer = z.string().regex(/^(permit|deny [a-z_]+( (401|403|404|503))?)$/)

const expectation = z.union([
  answer.transform((text) => ({ answer: text })),
  z.strictObject({
    answer,
    obligations: z.array(z.string()).optional(),
    flags: z.array(z.string()).optional(),
  }),
])

const shape: z.ZodType<Case> = z.strictObject({
  who: caller.prefault({}),
  asks: z.union([oneOrMore.transform((model) => question.parse({ model })), question]),
  where: place.default('home'),
  when: instant.default(Date.parse('2026-06-20T12:00:00Z')),
  expect: expectation,
})

export type CaseReading =
  | { readonly kind: 'case'; readonly case: Case }
  | {
      readonly kind: 'faults'
      readonly faults: readonly { readonly path: readonly PropertyKey[]; readonly message: string }[]
    }

/** @param input a plain value, as read from YAML or JSON */
export function readCase(input: unknown): CaseReading {
  const { success, data, error } = shape.safeParse(input)
  return success ? { kind: 'case', case: data } : { kind: 'faults', faults: error.issues }
}
