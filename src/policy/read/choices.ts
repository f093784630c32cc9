// `we-chose`: what is not in the letter. How good evidence must be, what an unknown does, what becomes of open answers, what the
// caller is told. Kept apart from the letter so that a reader can tell the two.
import { z } from 'zod'
import { type Assurance, assurances } from '../../vocabulary/evidence.ts'
import type { DirectiveObligation, EvidenceDemand, InFlight, PlaceDemand } from '../bundle/bundle.ts'
import { topKeys } from './fault.ts'
import { age, choice, choiceOf, count, instant, text } from './scalars.ts'
import { closed, type Field, optional, type Shape, someOf, wordOr } from './shape.ts'

interface EvidenceKeys {
  readonly 'at-least': Assurance
  readonly 'not-older-than': number | null
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
  readonly 'on-unknown': 'deny' | 'step-up' | undefined
  readonly 'in-flight': 'terminate' | 'finish-started' | { readonly 'drain-until': number }
  readonly 'tell-the-caller': 'reason' | 'nothing'
  readonly 'caller-text': string | undefined
  readonly 'when-freshness-is-unknown': 'refuse' | 'hold' | undefined
  readonly enforcement: { readonly 'report-only-until': number } | undefined
}

const evidenceField: Field<EvidenceKeys> = closed<Shape<EvidenceKeys>>({
  'at-least': choice(...assurances),
  'not-older-than': age,
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
  'on-unknown': optional(choiceOf(['deny', 'step-up'], ['review'])),
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

/** `no-store`, `log-full`, `{ cap-output-tokens: 500 }`. */
export const obligationsField: Field<readonly DirectiveObligation[]> = someOf(
  z.unknown().transform((input, context): DirectiveObligation => {
    if (input === 'no-store' || input === 'log-full') return { kind: input }
    const cap = closed({ 'cap-output-tokens': count }).safeParse(input)
    if (cap.success) return { kind: 'cap-output-tokens', max: cap.data['cap-output-tokens'] }
    const name = typeof input === 'string' ? input : Object.keys(topKeys(input))[0]
    const known = '`no-store`, `log-full` or `{ cap-output-tokens: … }`'
    const later = ['force-mode', 'terminate-at', 'recheck-every'].includes(name ?? '')
    const message = later ? `\`${name}\` is not supported yet: use ${known}` : `must be ${known}`
    context.issues.push({ code: 'custom', message, input, params: { code: later ? 'not-supported' : 'wrong-word' } })
    return z.NEVER
  }) as unknown as Field<DirectiveObligation>,
  'obligations',
)

export const evidenceDemand = (keys: EvidenceKeys | undefined): EvidenceDemand | null =>
  keys === undefined
    ? null
    : { atLeast: keys['at-least'], notOlderThan: keys['not-older-than'], whenConflicting: 'unknown' }

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
