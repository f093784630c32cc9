// Who wrote an instrument and how we read it: the keys that every directive, grant and withdrawal has. Kept for records and
// explanations; nothing here changes a decision.
import type { z } from 'zod'
import type { About } from '../../bundle/bundle.ts'
import { choice, day, digest, identifier, instant, text, yesNo } from './scalars.ts'
import { closed, type Field, key, optional, type Shape, someOf } from './shape.ts'

interface DocumentKeys {
  readonly digest: string
  readonly received: number
  readonly 'received-by': string | undefined
  readonly 'kept-at': string | undefined
  readonly confidential: boolean | undefined
}

interface ReadingKeys {
  readonly choice: string
  readonly status: string
  readonly 'decided-by': string
  readonly on: number
}

export interface AboutKeys {
  readonly title: string
  readonly issuer: string
  readonly authority: readonly string[] | undefined
  readonly 'decided-by': string | undefined
  readonly rationale: string | undefined
  readonly 'the-letter-says': string | undefined
  readonly document: DocumentKeys | undefined
  readonly 'our-reading': readonly ReadingKeys[] | undefined
  readonly 'to-correct-our-facts': string | undefined
  readonly 'review-by': number
}

export const aboutShape: Shape<AboutKeys> = {
  title: key(
    text,
    'What it does, in one line, as people will read it.',
    'No service to comprehensively sanctioned places',
  ),
  issuer: key(text, 'Who issued it.', 'US Department of Commerce, Bureau of Industry and Security'),
  authority: optional(
    key(someOf(text, 'citations'), 'The law or order that it rests on, each citation by itself.', ['15 CFR 744.22(b)']),
  ),
  'decided-by': optional(key(text, 'Who decided it, by role: for our own instruments.', 'general-counsel')),
  rationale: optional(key(text, 'Why. For records; the caller never sees it.', 'evaluation showed uplift for attacks')),
  'the-letter-says': optional(
    key(text, 'The words of the instrument themselves.', '… to any destination worldwide or to any "foreign person" …'),
  ),
  document: optional(
    key(
      closed<Shape<DocumentKeys>>({
        digest: key(digest, 'SHA-256 of the document as received.', `sha256:${'0'.repeat(64)}`),
        received: key(instant, 'When it arrived.', '2026-06-12T21:21:00Z'),
        'received-by': optional(key(text, 'Who took it in.', 'export-compliance')),
        'kept-at': optional(key(text, 'Where the original is kept.', 'legal archive, file 2026-112')),
        confidential: optional(key(yesNo, 'The caller must not learn that it exists.', false), false),
      }),
      'The document itself, as it was received.',
    ),
  ),
  'our-reading': optional(
    key(
      someOf(
        closed<Shape<ReadingKeys>>({
          choice: key(text, 'How we read it.', 'hosted inference counts as an export'),
          status: key(choice('settled', 'unsettled'), 'Whether the reading is settled.', 'unsettled'),
          'decided-by': key(identifier, 'Who decided to read it so.', 'general-counsel'),
          on: key(day, 'On which day.', '2026-06-12'),
        }),
        'readings (choice, status, decided-by, on)',
      ),
      'Where the text left room: what we took it to mean, who decided, and whether that is settled.',
    ),
  ),
  'to-correct-our-facts': optional(
    key(text, 'Where a caller who was refused can put our facts right.', 'https://vendor.example/export-status'),
  ),
  'review-by': key(
    day,
    'By which day it must be looked at again. A reminder: passing it warns and relaxes nothing.',
    '2027-06-12',
  ),
}

/** A regulator's instrument must cite; our own must say who decided it. */
export const citedShape: Shape<AboutKeys> = {
  ...aboutShape,
  authority: (aboutShape.authority as z.ZodOptional<Field<readonly string[]>>).unwrap(),
}
export const decidedShape: Shape<AboutKeys> = {
  ...aboutShape,
  'decided-by': (aboutShape['decided-by'] as z.ZodOptional<Field<string>>).unwrap(),
}

export function compileAbout(keys: AboutKeys): About {
  const { document } = keys
  return {
    issuer: keys.issuer,
    authority: keys.authority ?? [],
    decidedBy: keys['decided-by'] ?? null,
    rationale: keys.rationale ?? null,
    theLetterSays: keys['the-letter-says'] ?? null,
    document:
      document === undefined
        ? null
        : {
            digest: document.digest,
            received: document.received,
            receivedBy: document['received-by'] ?? null,
            keptAt: document['kept-at'] ?? null,
            confidential: document.confidential ?? false,
          },
    ourReading: (keys['our-reading'] ?? []).map((one) => ({
      choice: one.choice,
      status: one.status,
      decidedBy: one['decided-by'],
      on: one.on,
    })),
    toCorrectOurFacts: keys['to-correct-our-facts'] ?? null,
    reviewBy: keys['review-by'],
  }
}
