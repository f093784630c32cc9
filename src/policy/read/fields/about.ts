// Who wrote an instrument and how we read it: the keys that every directive, grant and withdrawal has. Kept for records and
// explanations; nothing here changes a decision.
import type { About } from '../../bundle/bundle.ts'
import { choice, day, digest, identifier, instant, text, yesNo } from './scalars.ts'
import { closed, optional, type Shape, someOf } from './shape.ts'

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
  title: text,
  issuer: text,
  authority: optional(someOf(text, 'citations')),
  'decided-by': optional(text),
  rationale: optional(text),
  'the-letter-says': optional(text),
  document: optional(
    closed({
      digest,
      received: instant,
      'received-by': optional(text),
      'kept-at': optional(text),
      confidential: optional(yesNo),
    }),
  ),
  'our-reading': optional(
    someOf(
      closed({ choice: text, status: choice('settled', 'unsettled'), 'decided-by': identifier, on: day }),
      'readings (choice, status, decided-by, on)',
    ),
  ),
  'to-correct-our-facts': optional(text),
  'review-by': day,
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
