// `we-chose`: what is not in the letter. How good evidence must be, what an unknown does, what becomes of open answers, what the
// caller is told. Kept apart from the letter so that a reader can tell the two.
import { type Assurance, assurances } from '../../../vocabulary/evidence.ts'
import type { EvidenceDemand, InFlight, OnUnknown, PlaceDemand, WhenConflicting } from '../../bundle/bundle.ts'
import { onUnknownWords, whenConflictingWords } from '../../bundle/directives.ts'
import { age, choice, instant, text } from './scalars.ts'
import { closed, type Field, optional, type Shape, wordOr } from './shape.ts'

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

const evidenceField: Field<EvidenceKeys> = closed<Shape<EvidenceKeys>>({
  'at-least': choice(...assurances),
  'not-older-than': age,
  'when-conflicting': optional(choice(...whenConflictingWords)),
})

export const placeEvidenceField: Field<PlaceKeys> = closed<Shape<PlaceKeys>>({
  'database-not-older-than': age,
  anonymizers: choice('unknown', 'use-address'),
  'where-anonymizers-are-unknown': optional(choice('accept', 'unknown')),
  'where-regions-are-unknown': optional(choice('unknown', 'whole-country')),
}).refine((keys) => keys.anonymizers === 'use-address' || keys['where-anonymizers-are-unknown'] !== undefined, {
  error: 'is silent on gateways without anonymizer data: say `where-anonymizers-are-unknown: accept` or `unknown`',
  params: { code: 'anonymizers-silent' },
})

export const choicesShape: Shape<ChoiceKeys> = {
  'status-evidence': optional(evidenceField),
  'residence-evidence': optional(evidenceField),
  'place-evidence': optional(placeEvidenceField),
  'on-unknown': optional(choice(...onUnknownWords)),
  'in-flight': wordOr(
    'terminate',
    wordOr('finish-started', closed({ 'drain-until': instant }), 'unused'),
    '`finish-started` or `{ drain-until: … }`',
  ),
  'tell-the-caller': choice('reason', 'nothing'),
  'caller-text': optional(text),
  'when-freshness-is-unknown': optional(choice('refuse', 'hold')),
  enforcement: optional(closed({ 'report-only-until': instant })),
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
