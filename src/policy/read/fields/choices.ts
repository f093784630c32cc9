// `we-chose`: what is not in the letter. How good evidence must be, what an unknown does, what becomes of open answers, what the
// caller is told. Kept apart from the letter so that a reader can tell the two.
import { type Assurance, assurances } from '../../../vocabulary/evidence.ts'
import type { EvidenceDemand, InFlight, OnUnknown, PlaceDemand, WhenConflicting } from '../../bundle/bundle.ts'
import { onUnknownWords, whenConflictingWords } from '../../bundle/directives.ts'
import { age, choice, instant, text } from './scalars.ts'
import { closed, type Field, key, named, optional, type Shape, wordOr } from './shape.ts'

interface EvidenceKeys {
  readonly 'at-least': Assurance
  readonly 'not-older-than': number | null
  readonly 'when-conflicting': WhenConflicting | undefined
}

interface PlaceKeys {
  readonly 'database-not-older-than': number | null
  readonly anonymizers: 'unknown' | 'use-address'
  readonly 'where-anonymizers-are-unknown': 'accept' | 'unknown' | undefined
  readonly 'where-regions-are-unknown': 'unknown' | 'whole-country' | undefined
}

export interface ChoiceKeys {
  readonly 'status-evidence': EvidenceKeys | undefined
  readonly 'residence-evidence': EvidenceKeys | undefined
  readonly 'place-evidence': PlaceKeys | undefined
  readonly 'on-unknown': OnUnknown | undefined
  readonly 'in-flight': 'terminate' | 'finish-started' | { readonly 'drain-until': number }
  readonly 'tell-the-caller': 'reason' | 'nothing'
  readonly 'caller-text': string | undefined
  readonly 'when-freshness-is-unknown': 'refuse' | 'hold' | undefined
  readonly enforcement: { readonly 'report-only-until': number } | undefined
}

const evidenceField: Field<EvidenceKeys> = named(
  closed<Shape<EvidenceKeys>>({
    'at-least': key(
      choice(...assurances),
      'The least assurance at which a favourable statement counts. An adverse one counts at any.',
      'verified',
    ),
    'not-older-than': key(
      age,
      'The age from which on it is stale; without a time it is stale too.',
      '365d',
      'no-limit',
    ),
    'when-conflicting': optional(
      key(
        choice(...whenConflictingWords),
        'Statements that cannot both be true: neither wins (`unknown`), those of the latest time, or those of the highest assurance.',
        'newer-wins',
      ),
      'unknown',
    ),
  }),
  'evidence demand',
  'How good and how fresh evidence must be.',
)

export const placeEvidenceField: Field<PlaceKeys> = named(
  closed<Shape<PlaceKeys>>({
    'database-not-older-than': key(
      age,
      'The age from which on a place database is too old for a favourable place.',
      '30d',
      'no-limit',
    ),
    anonymizers: key(
      choice('unknown', 'use-address'),
      'Behind a VPN, Tor or a proxy a favourable place is unknown, or the address is taken as it is.',
      'unknown',
    ),
    'where-anonymizers-are-unknown': optional(
      key(
        choice('accept', 'unknown'),
        'For gateways without anonymizer data. Needed beside `anonymizers: unknown`.',
        'accept',
      ),
    ),
    'where-regions-are-unknown': optional(
      key(
        choice('unknown', 'whole-country'),
        'For gateways whose data tells no regions apart: the place is unknown, or the whole country is refused as if it were the region. Needed where a region is named.',
        'whole-country',
      ),
    ),
  })
    .refine((keys) => keys.anonymizers === 'use-address' || keys['where-anonymizers-are-unknown'] !== undefined, {
      error: 'is silent on gateways without anonymizer data: say `where-anonymizers-are-unknown: accept` or `unknown`',
      params: { code: 'anonymizers-silent' },
    })
    .meta({
      if: { properties: { anonymizers: { const: 'unknown' } }, required: ['anonymizers'] },
      // oxlint-disable-next-line unicorn/no-thenable -- a keyword of JSON Schema
      then: { required: ['where-anonymizers-are-unknown'] },
    }),
  'place demand',
  'How fresh the place of an address must be known, and what holds where it cannot be.',
)

export const choicesShape: Shape<ChoiceKeys> = {
  'status-evidence': optional(
    key(evidenceField, 'On status and nationalities. Needed where a limb tests them.', {
      'at-least': 'verified',
      'not-older-than': '365d',
    }),
  ),
  'residence-evidence': optional(
    key(evidenceField, 'On residence. Needed where a limb tests it.', {
      'at-least': 'asserted',
      'not-older-than': 'no-limit',
    }),
  ),
  'place-evidence': optional(
    key(placeEvidenceField, 'On the place of an address. Needed where a limb tests it.', {
      'database-not-older-than': '30d',
      anonymizers: 'unknown',
      'where-anonymizers-are-unknown': 'accept',
    }),
  ),
  'on-unknown': optional(
    key(
      choice(...onUnknownWords),
      'What an evidence gap answers: a refusal, a refusal that a person reviews, or (where the caller can mend it) a request for better evidence. Of several directives the strictest counts.',
      'step-up',
    ),
    'deny',
  ),
  'in-flight': key(
    wordOr(
      'terminate',
      wordOr(
        'finish-started',
        closed({ 'drain-until': key(instant, 'Until when open answers may go on.', '2026-06-13T00:00:00Z') }),
        'unused',
      ),
      '`finish-started` or `{ drain-until: … }`',
    ),
    'What becomes of answers that are open when it takes effect.',
    'terminate',
    { 'drain-until': '2026-06-13T00:00:00Z' },
  ),
  'tell-the-caller': key(
    choice('reason', 'nothing'),
    'Whether the caller learns the reason, or only that access is restricted.',
    'reason',
  ),
  'caller-text': optional(
    key(
      text,
      "Told in place of the reason's own sentence. Only beside `tell-the-caller: reason`.",
      'This model is under export review.',
    ),
  ),
  'when-freshness-is-unknown': optional(
    key(
      choice('refuse', 'hold'),
      'What holds where a gateway cannot know whether it has the latest policy. Without it `hold` for an embargo, else `refuse`.',
      'refuse',
    ),
  ),
  enforcement: optional(
    key(
      closed({
        'report-only-until': key(
          instant,
          'Until then it denies nothing, and what it would have denied is recorded.',
          '2026-09-01T00:00:00Z',
        ),
      }),
      "Only for our own instruments, never a regulator's.",
    ),
  ),
}

export const evidenceDemand = (keys: EvidenceKeys | undefined): EvidenceDemand | null =>
  keys === undefined
    ? null
    : {
        atLeast: keys['at-least'],
        notOlderThan: keys['not-older-than'],
        whenConflicting: keys['when-conflicting'] ?? 'unknown',
      }

export const placeDemand = (keys: PlaceKeys | undefined): PlaceDemand | null =>
  keys === undefined
    ? null
    : {
        databaseNotOlderThan: keys['database-not-older-than'],
        anonymizers: keys.anonymizers,
        whereAnonymizersAreUnknown: keys['where-anonymizers-are-unknown'] ?? null,
        whereRegionsAreUnknown: keys['where-regions-are-unknown'] ?? null,
      }

export const inFlight = (keys: ChoiceKeys['in-flight']): InFlight =>
  typeof keys === 'string' ? { kind: keys } : { kind: 'drain-until', at: keys['drain-until'] }
