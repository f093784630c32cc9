// `obligations`: what the gate must do with a permit that an instrument had a part in. A word (`no-store`), or a map with one key and
// its measure (`{ cap-output-tokens: 500 }`).
import { z } from 'zod'
import type { DirectiveObligation } from '../../bundle/bundle.ts'
import { topKeys } from '../fault.ts'
import { count, identifier, instant, seconds } from './scalars.ts'
import { closed, type Field, key, someOf } from './shape.ts'

const words = ['no-store', 'log-full'] as const

/** By their key: how the measure is read, and how it is written. */
const measured = {
  'cap-output-tokens': {
    field: closed({ 'cap-output-tokens': key(count, 'No more output than this, tokens.', 500) }).transform(
      (keys): DirectiveObligation => ({ kind: 'cap-output-tokens', max: keys['cap-output-tokens'] }),
    ),
    like: '{ cap-output-tokens: 500 }',
  },
  'force-mode': {
    field: closed({
      'force-mode': key(
        identifier,
        'Only this mode may answer; the gate fixes it where the request leaves it open.',
        'instant',
      ),
    }).transform((keys): DirectiveObligation => ({ kind: 'force-mode', mode: keys['force-mode'] })),
    like: '{ force-mode: instant }',
  },
  'terminate-at': {
    field: closed({
      'terminate-at': key(instant, 'Nothing flows from this instant on.', '2026-10-01T00:00:00Z'),
    }).transform((keys): DirectiveObligation => ({ kind: 'terminate-at', at: keys['terminate-at'] })),
    like: '{ terminate-at: 2026-10-01T00:00:00Z }',
  },
  'recheck-every': {
    field: closed({
      'recheck-every': key(seconds, 'Open answers are decided again at least this often.', '30s'),
    }).transform((keys): DirectiveObligation => ({ kind: 'recheck-every', seconds: keys['recheck-every'] })),
    like: '{ recheck-every: 30s }',
  },
} as const satisfies Readonly<Record<string, { readonly field: Field<DirectiveObligation>; readonly like: string }>>

const forms = [...words, ...Object.values(measured).map(({ like }) => like)].map((form) => `\`${form}\``).join(', ')

const obligation: Field<DirectiveObligation> = z
  .unknown()
  .transform((input, context): DirectiveObligation => {
    const word = words.find((one) => one === input)
    if (word !== undefined) return { kind: word }
    const refuse = (message: string): DirectiveObligation => {
      context.issues.push({ code: 'custom', message, input, params: { code: 'wrong-word' } })
      return z.NEVER
    }
    const keys = Object.keys(topKeys(input))
    const name = (typeof input === 'string' ? input : keys[0]) as keyof typeof measured
    if (!Object.hasOwn(measured, name)) return refuse(`must be one of ${forms}`)
    const { field, like } = measured[name]
    if (typeof input === 'string') return refuse(`needs its measure: write it like \`${like}\``)
    if (keys.length > 1) return refuse('must be one obligation: start each with its own `- ` or braces')
    const reading = field.safeParse(input, { reportInput: true })
    if (reading.success) return reading.data
    for (const issue of reading.error.issues) context.issues.push({ ...issue, input: issue.input } as never)
    return z.NEVER
  })
  .meta({ written: z.union([z.enum(words), ...Object.values(measured).map(({ field }) => field)]) })

export const obligationsField: Field<readonly DirectiveObligation[]> = key(
  someOf(obligation, 'obligations'),
  'What the gate must do with a permit that this instrument had a part in: `no-store` (nothing is kept, here or upstream), `log-full` (every predicate on record, never content), or one with its measure.',
  ['log-full', 'no-store'],
  [{ 'recheck-every': '30s' }],
)
