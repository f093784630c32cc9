// Examples in a file: one sentence each, the case that it speaks of, and the answer that it claims.
import { z } from 'zod'
import type { Case } from '../../case/case.ts'
import { isMap } from '../../case/forms.ts'
import { type CaseFault, caseShape, readCase } from '../../case/read-case.ts'
import { withIssuers } from '../../case/with-issuers.ts'
import { type FaultPath, type PolicyFile, type Report, topKeys } from '../fault.ts'
import { choice, instant, text } from './scalars.ts'
import { closed, type Field, key, named, optional, type Shape, someOf } from './shape.ts'

export interface Example {
  readonly sentence: string
  readonly case: Case
  readonly file: PolicyFile
  readonly path: FaultPath
  readonly line: number
}

/** Maps with one key, the sentence. */
export type RawExamples = readonly unknown[]

const oneSentence = (one: object): string | null =>
  Object.keys(one).length === 1 ? null : 'must be one sentence with its case: start each with `- `'

/** A list of maps with one key each: the sentence. */
export const examplesField: Field<RawExamples> = key(
  someOf(
    z
      .unknown()
      .check(({ value: input, issues }) => {
        const message = isMap(input) ? oneSentence(input) : 'must be a sentence, `:` and its case'
        if (message !== null) issues.push({ code: 'custom', message, input })
      })
      .meta({
        written: z.record(z.string(), caseShape.meta({ title: 'case' })),
        minProperties: 1,
        maxProperties: 1,
      }),
    'examples',
  ),
  'Questions with their right answers: a sentence, then the case. For each limb at least one that it denies and one that it lets through. Always the last key, so that a file that was cut short is refused.',
  [
    {
      'a person on an H-1B visa at home is refused': {
        who: { status: 'h-1b' },
        asks: 'fable-5',
        expect: 'deny person_restricted',
      },
    },
  ],
)

export const examplesAtField: Field<number> = key(
  instant,
  'When the examples are asked that name no instant themselves. Without it: when the instrument takes effect (`effective`, `opens` or `from`).',
  '2026-06-20T12:00:00Z',
)

interface ExamplesFileKeys {
  readonly kind: string
  readonly title: string
  readonly 'examples-at': number | undefined
  readonly examples: RawExamples
}

export const examplesFileShape: Field<ExamplesFileKeys> = named(
  closed<Shape<ExamplesFileKeys>>({
    kind: key(choice('examples') as Field<string>, 'What the file is.', 'examples'),
    title: key(text, 'What is asked here.', 'June 2026, all directives together'),
    'examples-at': optional(
      key(instant, 'When the examples are asked that name no instant themselves.', '2026-06-20T12:00:00Z'),
    ),
    examples: examplesField,
  }),
  'examples',
  'Questions with their right answers, asked of all the files together.',
)

/**
 * The examples under the key `examples` of a file, read even where something else in the file is wrong. Short ids of issuers become
 * the issuers that they stand for; what is no short id stays as it is.
 */
export function readExamples(
  file: PolicyFile,
  issuers: ReadonlyMap<string, string>,
  report: Report,
): readonly Example[] {
  const keys = topKeys(file.document.value)
  const raw = keys['examples']
  const at = askedAt(keys)
  // That it is no list of sentences is said with the shape of the file.
  return (Array.isArray(raw) ? raw : []).flatMap((one: unknown, index) => {
    if (!isMap(one) || oneSentence(one) !== null) return []
    const [[sentence, input]] = Object.entries(one) as [[string, unknown]]
    const path: FaultPath = ['examples', index, sentence]
    const reading = readCase(input, at)
    if (reading.kind === 'faults') {
      for (const fault of reading.faults) tell(fault, file, path, report)
      return []
    }
    const { line } = file.document.positionOf(path, 'key')
    return [{ sentence, case: withIssuers(reading.case, issuers), file, path, line }]
  })
}

/**
 * When an example is asked that does not say so itself: at the instant that the file says, else at the first at which the instrument
 * does something. A file that has neither must say it in each example.
 */
function askedAt(keys: Readonly<Record<string, unknown>>): number | undefined {
  for (const key of ['examples-at', 'effective', 'opens', 'from']) {
    if (keys[key] === undefined) continue
    const reading = instant.safeParse(keys[key])
    if (reading.success) return reading.data
  }
  return undefined
}

function tell({ path, code, message }: CaseFault, file: PolicyFile, at: FaultPath, report: Report): void {
  const name = path.length > 0 ? `: \`${path.join('.')}\`` : ' as it'
  const where = code === 'missing' ? [...at, ...path.slice(0, -1)] : [...at, ...path]
  const of = code === 'unknown-key' ? 'key' : 'value'
  report.error(file, where, 'wrong-example', `the example cannot be read${name} ${message}`, of)
}
