// The bundle's shape as a closed schema: a bundle may come from a file, so nothing in it is taken on trust. An unknown property, word
// or code refuses the whole bundle; a construct that the engine does not have can therefore never be ignored.

import { z } from 'zod'
import { assurances } from '../../vocabulary/evidence.ts'
import { modeFields, phases } from '../../vocabulary/operation.ts'
import { roles } from '../../vocabulary/party.ts'
import { type Bundle, bundleFormat, type Condition } from './bundle.ts'
import { attributions, decidedActions, limbReasons, onUnknownWords, whenConflictingWords } from './directives.ts'
import { grantKinds } from './grants.ts'
import {
  countrySet,
  definitionId,
  duration,
  instant,
  interval,
  list,
  placeCode,
  placeSet,
  position,
  some,
  subjectId,
  text,
} from './schema-parts.ts'
import { registers } from './schema-registers.ts'

// ---- catalogue

const release = z.enum(['released', 'unreleased'])
const catalogueModel = z.strictObject({
  id: text,
  family: text,
  version: text,
  derivedFrom: list(text),
  release,
  listing: z.enum(['shown', 'hidden']),
  modes: list(text),
  modeSelectors: list(
    z.strictObject({
      field: z.enum(modeFields),
      values: list(z.strictObject({ value: z.string(), mode: text })),
      otherwise: text.nullable(),
      force: list(z.strictObject({ mode: text, value: text })),
    }),
  ),
  variants: list(z.strictObject({ id: text, release })),
  risks: list(z.strictObject({ domain: text, tier: text })),
  maxOutputTokens: z.int().positive().nullable(),
  names: some(
    z.strictObject({ name: text, variant: text.nullable(), mode: text.nullable(), forwardAs: text.nullable() }),
  ),
  servedAs: list(text),
  position,
})

const namedList = z.strictObject({
  id: text,
  title: text,
  regime: z.enum(['ear', 'itar', 'ofac', 'doj', 'company']),
  members: some(placeCode),
  asOf: instant,
  source: text,
  digest: text.nullable(),
  reviewBy: instant,
  position,
})

// ---- directives

const about = z.strictObject({
  issuer: text,
  authority: list(text),
  decidedBy: text.nullable(),
  rationale: text.nullable(),
  theLetterSays: text.nullable(),
  document: z
    .strictObject({
      digest: text,
      received: instant,
      receivedBy: text.nullable(),
      keptAt: text.nullable(),
      confidential: z.boolean(),
    })
    .nullable(),
  ourReading: list(z.strictObject({ choice: text, status: text, decidedBy: text, on: instant })),
  toCorrectOurFacts: text.nullable(),
  reviewBy: instant,
})

const scope = z.strictObject({
  models: z.union([
    z.literal('all'),
    z
      .strictObject({ families: list(text), ids: list(text) })
      .refine(({ families, ids }) => families.length + ids.length > 0, 'names no model at all'),
  ]),
  variants: z.union([z.literal('any'), some(text.nullable())]),
  modes: z.union([z.literal('any'), some(text)]),
  risks: z.union([z.literal('any'), some(z.strictObject({ domain: text, tier: text }))]),
  actions: z.union([z.literal('any'), some(z.enum(decidedActions))]),
  phases: z.union([z.literal('any'), some(z.enum(phases))]),
})

const evidenceDemand = z.strictObject({
  atLeast: z.enum(assurances),
  notOlderThan: duration.nullable(),
  whenConflicting: z.enum(whenConflictingWords),
})

const placeDemand = z
  .strictObject({
    databaseNotOlderThan: duration.nullable(),
    anonymizers: z.enum(['unknown', 'use-address']),
    whereAnonymizersAreUnknown: z.enum(['accept', 'unknown']).nullable(),
    whereRegionsAreUnknown: z.enum(['unknown', 'whole-country']).nullable(),
  })
  .refine(
    (demand) => demand.anonymizers === 'use-address' || demand.whereAnonymizersAreUnknown !== null,
    'is silent on missing anonymizer data',
  )

const registerTests = [
  z.strictObject({ test: z.literal('member'), program: text, holds: z.boolean() }),
  z.strictObject({ test: z.enum(['evaluator', 'staff']), list: text, holds: z.boolean() }),
  z.strictObject({ test: z.literal('tier'), tier: text, holds: z.boolean() }),
] as const
const heldTest = z
  .discriminatedUnion('test', registerTests)
  .refine(({ holds }) => holds, 'must hold: an admission cannot be a negation')

/**
 * A condition inside another, read by itself: of a schema that contains itself zod remembers every value above it, in case the input
 * goes in circles, which JSON cannot.
 */
const within = z.transform((input: unknown, { issues }): Condition => {
  const { success, data, error } = condition.safeParse(input)
  if (success) return data
  for (const issue of error.issues) issues.push({ ...issue, input } as never)
  return z.NEVER
})

const condition: z.ZodType<Condition> = z.discriminatedUnion('test', [
  z.strictObject({ test: z.enum(['all', 'any']), of: some(within) }),
  z.strictObject({ test: z.literal('foreign-person'), definition: definitionId }),
  z.strictObject({
    test: z.literal('nationality'),
    attribution: z.enum(attributions),
    countries: countrySet,
  }),
  z.strictObject({ test: z.literal('place'), outside: z.boolean(), places: placeSet }),
  z.strictObject({ test: z.literal('residence'), places: placeSet }),
  z.strictObject({ test: z.literal('mode'), modes: some(text) }),
  ...registerTests,
])

const obligation = z.discriminatedUnion('kind', [
  z.strictObject({ kind: z.enum(['no-store', 'log-full']) }),
  z.strictObject({ kind: z.literal('cap-output-tokens'), max: z.int().positive() }),
  z.strictObject({ kind: z.literal('force-mode'), mode: text }),
  z.strictObject({ kind: z.literal('terminate-at'), at: instant }),
  z.strictObject({ kind: z.literal('recheck-every'), seconds: z.int().positive() }),
])

const limb = z.strictObject({
  id: text,
  anyOf: some(z.enum(roles)),
  is: condition,
  reason: z.enum(limbReasons),
  whenUnknown: z.strictObject({ kind: z.literal('not-met'), reason: text, reviewBy: instant }).nullable(),
})

const directiveHead = {
  id: text,
  version: z.int().positive(),
  title: text,
  about,
  scope,
  supersedes: list(z.int().positive()),
  obligations: list(obligation),
  tellTheCaller: z.enum(['reason', 'nothing']),
  callerText: text.nullable(),
  whenFreshnessIsUnknown: z.enum(['refuse', 'hold']),
  position,
}

const directive = z.discriminatedUnion('kind', [
  z.strictObject({
    ...directiveHead,
    kind: z.enum(['restriction', 'program', 'embargo', 'internal-policy']),
    effective: instant,
    ends: instant.nullable(),
    limbs: some(limb),
    statusEvidence: evidenceDemand.nullable(),
    residenceEvidence: evidenceDemand.nullable(),
    placeEvidence: placeDemand.nullable(),
    onUnknown: z.enum(onUnknownWords),
    inFlight: z.discriminatedUnion('kind', [
      z.strictObject({ kind: z.enum(['terminate', 'finish-started']) }),
      z.strictObject({ kind: z.literal('drain-until'), at: instant }),
    ]),
    reportOnlyUntil: instant.nullable(),
  }),
  z.strictObject({
    ...directiveHead,
    kind: z.literal('evaluation-window'),
    admission: z.strictObject({ from: instant, to: instant }),
    admits: some(heldTest),
  }),
])

const cover = z.discriminatedUnion('cover', [
  z.strictObject({ cover: z.enum(['organization', 'employees-of']), organization: text }),
  z.strictObject({ cover: z.literal('members-of'), program: text }),
  z.strictObject({ cover: z.enum(['evaluators', 'staff']), list: text }),
  z.strictObject({ cover: z.literal('subject'), subject: z.strictObject(subjectId) }),
  z.strictObject({ cover: z.literal('anyone-who'), is: heldTest }),
])

const grant = z.strictObject({
  id: text,
  kind: z.enum(grantKinds),
  title: text,
  about,
  discharges: some(z.strictObject({ directive: text, versions: some(z.int().positive()), limbs: some(text) })),
  covers: some(cover),
  scope,
  places: z.strictObject({ within: placeSet, evidence: placeDemand }).nullable(),
  quantity: z.strictObject({ outputTokens: z.int().positive() }).nullable(),
  revokedFrom: instant.nullable(),
  obligations: list(obligation),
  position,
  ...interval,
})

const withdrawal = z.strictObject({
  id: text,
  title: text,
  about,
  directive: text,
  versions: some(z.int().positive()),
  effective: instant,
  position,
})

const shape: z.ZodType<Bundle> = z.strictObject({
  format: z.literal(bundleFormat),
  serial: z.int().nonnegative(),
  catalogue: z.strictObject({ models: list(catalogueModel) }),
  lists: list(namedList),
  directives: list(directive),
  grants: list(grant),
  withdrawals: list(withdrawal),
  registers,
  sources: list(z.strictObject({ path: text, digest: text })),
})

export type BundleReading =
  | { readonly kind: 'bundle'; readonly bundle: Bundle }
  | { readonly kind: 'faults'; readonly faults: readonly string[] }

/** As code, which zod makes of it when the first bundle comes. */
let compiled: typeof shape | undefined

export function readBundleShape(value: unknown): BundleReading {
  compiled ??= z.compile(shape)
  const { success, data, error } = compiled.safeParse(value)
  if (success) return { kind: 'bundle', bundle: data }
  return {
    kind: 'faults',
    faults: error.issues.map(({ path, message }) => `${path.join('.') || 'bundle'}: ${message}`),
  }
}
