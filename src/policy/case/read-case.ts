// Reads a case from plain values. Scalars may be typed or source text (`true` or `'true'`), so that strict YAML and JSON read alike.
// Closed: a word that is not of the shape is a fault, never ignored. What each key means stands beside it: the editor's help and the
// page of the language are printed from here.

import { z } from 'zod'
import { isCountryCode, isRegionCode } from '../../vocabulary/country.ts'
import { usPersonBases } from '../../vocabulary/evidence.ts'
import { actions, dialectNames, phases } from '../../vocabulary/operation.ts'
import { anonymizers } from '../../vocabulary/place.ts'
import { reasons } from '../../vocabulary/reason.ts'
import type { Case } from './case.ts'
import { closed, either, isMap, readerOf, unknownKey } from './forms.ts'
import { plainIssuer } from './plain.ts'

/** An editor sees numbers and booleans where YAML is read as source text here. */
const word = z
  .string({ error: 'must be a single value, not a list or a map' })
  .meta({ title: 'text', type: ['string', 'number', 'boolean'] })
const oneOf = <const Word extends string>(words: readonly Word[]): z.ZodType<Word> =>
  z.enum(words, { error: ({ input }) => `\`${String(input)}\` is none of ${words.join(', ')}` })

const yesOrNo = z.union([z.boolean(), z.enum(['true', 'false']).transform((text) => text === 'true')], {
  error: 'must be `true` or `false`',
})
const number = z
  .union([z.number(), z.string().regex(/^\d+$/).transform(Number)], { error: 'must be a whole number' })
  .pipe(z.number().int().nonnegative())
const instant = z.iso
  .datetime({ offset: true, error: 'must be an instant with its offset: write it like 2026-06-20T12:00:00Z' })
  .transform((text) => Date.parse(text))
  .meta({ title: 'instant', samples: ['2026-06-20T12:00:00Z'] })
const oneOrMore = either(
  word.transform((text): readonly string[] => [text]),
  z.array(word, { error: 'must be one name or a list of names' }).min(1, { error: 'is empty: name at least one' }),
)

const usPerson = either(
  yesOrNo.transform((value) => ({ value, basis: undefined, definition: undefined })),
  closed({
    value: yesOrNo.meta({ description: 'Whether they are a US person.' }),
    basis: oneOf(usPersonBases).optional().meta({ description: 'On what that rests.' }),
    definition: word
      .optional()
      .meta({ description: 'The definition under which it was said; without one it serves EAR and ITAR.' }),
  }),
)

const residence = either(
  word.transform((country) => ({ country, region: undefined })),
  closed({
    country: word.meta({ description: 'Country code.' }),
    region: word.optional().meta({ description: 'ISO 3166-2 code.' }),
  }),
)

/** Facts of one party; each is absent unless said. */
const statements = {
  us_person: usPerson.optional().meta({
    description: 'US person or not: `true`, `false`, or with its basis.',
    samples: [{ value: true, basis: 'citizen-or-national' }],
  }),
  status: word.optional().meta({ description: 'Immigration status.', samples: ['h-1b', 'asylum-applicant'] }),
  nationalities: z
    .array(word)
    .min(1)
    .optional()
    .meta({ description: 'Nationalities held.', samples: [['US', 'IR']] }),
  nationalities_complete: yesOrNo
    .default(false)
    .meta({ description: 'The list of nationalities is said to be complete.' }),
  residence: residence.optional().meta({ description: 'Where they ordinarily reside.', samples: ['CU'] }),
}

const partyKeys = {
  ...statements,
  id: word.default('somebody').meta({ description: 'Their `sub`: what registers know them by.' }),
  issuer: word
    .default(plainIssuer)
    .meta({ description: 'Who issued it: a short id of the issuers file, or the issuer itself.', samples: ['demo'] }),
  kind: oneOf(['person', 'service'])
    .default('person')
    .meta({ description: 'A person, or a service that acts for others.' }),
  verified: yesOrNo.default(true).meta({ description: 'Whether the statements beside it are verified.' }),
  verified_at: instant
    .optional()
    .meta({ description: 'When they were verified; 30 days before the case unless said.' }),
  says: closed(statements)
    .meta({ title: 'statements' })
    .optional()
    .meta({ description: 'What they say of themselves, unverified, beside the rest.' }),
}
const party = closed(partyKeys).meta({ title: 'party' })

const caller = closed({
  ...partyKeys,
  organization: word.optional().meta({ description: 'The organization that the token names.' }),
  organization_expected: yesOrNo
    .default(false)
    .meta({ description: 'The issuer names an organization for everybody, so that none is a gap.' }),
  actor: party.optional().meta({ description: 'Who acts for the subject: an agent or a service.' }),
  prior_actors: z.array(party).default([]).meta({ description: 'Earlier actors of a chain, latest first.' }),
  step_up: yesOrNo.default(true).meta({ description: 'The issuer can be asked for better evidence.' }),
}).meta({ title: 'caller' })

const question = closed({
  model: oneOrMore.meta({ description: 'The model by any of its names, or several.', samples: ['fable-5'] }),
  mode: word.optional().meta({ description: 'The mode; left to the model unless said.' }),
  dialect: oneOf(dialectNames).default('openai').meta({ description: 'The API that is spoken.' }),
  action: oneOf(actions).default('infer').meta({ description: 'What is asked of the model.' }),
  phase: oneOf(phases).default('admit').meta({
    description: 'When it is decided: at admission, at start, while it goes on, or at delivery of a stored answer.',
  }),
  stream: yesOrNo.default(false).meta({ description: 'The answer is streamed.' }),
  max_output_tokens: number.optional().meta({ description: 'The output limit that the request states.' }),
}).meta({ title: 'question' })

/** Of a question of which only the model is said. */
const plainQuestion = question.parse({ model: 'any' })

const somewhere = closed({
  country: word.meta({ description: 'What the database says.', samples: ['US'] }),
  region: word.optional().meta({ description: 'The region that it says.', samples: ['UA-43'] }),
  anonymizer: oneOf([...anonymizers, 'no-data'] as const)
    .default('none')
    .meta({ description: 'What the address is known to be; `no-data`: the gate has no such database.' }),
  database_days: number.default(1).meta({ description: 'Whole days since the database was built.' }),
  resolves_regions: yesOrNo.default(false).meta({ description: 'Whether the database tells regions apart.' }),
}).meta({ title: 'looked-up place' })

const gaps = ['home', 'nowhere-in-database', 'no-address', 'no-database'] as const

/** `home` is a US address; a country or region code; or one of the three ways not to know. */
const place = either(
  word
    .refine((text) => gaps.some((one) => one === text) || isCountryCode(text) || isRegionCode(text), {
      error: ({ input }) =>
        `\`${String(input)}\` is no place: write \`home\`, a code like DE or UA-43, or one of ${gaps.slice(1).join(', ')}`,
    })
    .meta({ title: 'place', anyOf: [{ enum: gaps }, { pattern: '^[A-Z]{2}(-[A-Z0-9]{1,3})?$' }] }),
  somewhere,
)

const denials = Object.entries(reasons).flatMap(([reason, { basis }]) => (basis === 'permit' ? [] : [`deny ${reason}`]))
const answerForm = /^(permit|deny [a-z_]+)( (?:401|403|404|503))?$/

const answer = word
  .refine(
    (text) => {
      const [, said = '', status] = answerForm.exec(text) ?? []
      return said === 'permit' ? status === undefined : denials.includes(said)
    },
    {
      error: ({ input }) =>
        `\`${String(input)}\` is no answer: write \`permit\`, or \`deny\` with its reason (docs/reasons.md), as in ` +
        '`deny person_restricted`, and with its status where that matters, as in `deny evidence_missing 401`',
    },
  )
  .meta({
    title: 'answer',
    anyOf: [{ enum: ['permit', ...denials] }, { pattern: `^(${denials.join('|')}) (401|403|404|503)$` }],
  })

const expectation = either(
  answer.transform((text) => ({ answer: text })),
  closed({
    answer: answer.meta({ description: '`permit`, or `deny` with its reason.' }),
    obligations: z
      .array(word)
      .optional()
      .meta({ description: 'Exactly these obligations.', samples: [['force-mode instant']] }),
    flags: z.array(word).optional().meta({ description: 'At least these flags stand in the record.' }),
  }),
)

const whenMissing = 'is missing: say at which instant it is asked, for example 2026-06-20T12:00:00Z'

/** The whole shape, as people write it. */
export const caseShape: z.ZodType<Omit<Case, 'when'> & { readonly when?: number | undefined }> = closed({
  who: caller.prefault({}).meta({ description: 'Who asks. What is not said is not known of them.' }),
  asks: either(
    oneOrMore.transform((model) => ({ ...plainQuestion, model })),
    question,
    isMap,
  ).meta({ description: 'What they ask for: a model, or more of the question.', samples: ['fable-5'] }),
  where: place.default('home').meta({
    description: '`home` (a US address), a country or region code, a way not to know, or what the database says.',
    samples: ['DE'],
  }),
  when: instant.optional().meta({ description: 'At which instant; without it, that of the file (`examples-at`).' }),
  left: z
    .record(word, number, { error: 'must be a map of grants and whole numbers: write it like { some-license: 500 }' })
    .optional()
    .meta({
      description:
        'Output tokens that are left of a grant with a quantity, by its id; of what is not named nothing is left.',
      samples: [{ 'some-license': 500 }],
    }),
  expect: expectation.meta({ description: 'The right answer.', samples: ['deny destination_restricted'] }),
})

const readWritten = readerOf(caseShape)

export interface CaseFault {
  readonly path: readonly (string | number)[]
  readonly code: 'missing' | 'unknown-key' | 'wrong-value'
  /** Without its subject, which is the last step of the path. */
  readonly message: string
}

export type CaseReading =
  | { readonly kind: 'case'; readonly case: Case }
  | { readonly kind: 'faults'; readonly faults: readonly CaseFault[] }

/**
 * @param input a plain value, as read from YAML or JSON
 * @param at when it is asked where it does not say so itself; without it, silence is a fault
 */
export function readCase(input: unknown, at?: number): CaseReading {
  const { success, data, error } = readWritten(input)
  if (!success) return { kind: 'faults', faults: error.issues.flatMap(faultsOf) }
  const when = data.when ?? at
  if (when === undefined) return { kind: 'faults', faults: [{ path: ['when'], code: 'missing', message: whenMissing }] }
  return { kind: 'case', case: { ...data, when } }
}

function faultsOf(issue: z.core.$ZodIssue): readonly CaseFault[] {
  const path = issue.path.map((step) => (typeof step === 'symbol' ? String(step) : step))
  if (issue.code === 'unrecognized_keys') {
    return issue.keys.map(
      (key): CaseFault => ({ path: [...path, key], code: 'unknown-key', message: unknownKey(key, issue.message) }),
    )
  }
  if (issue.input === undefined && issue.code !== 'custom') return [{ path, code: 'missing', message: 'is missing' }]
  return [{ path, code: 'wrong-value', message: issue.message }]
}
