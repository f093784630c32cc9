// From YAML's plain values to typed ones: closed maps, lists that are never empty, and zod's issues said as faults.
// Promises that a key which is not known here is an error where it stands, and that all issues of a file come out together.
import { z } from 'zod'
import type { PolicyFile, Report } from '../fault.ts'

/** A reader of one value. `undefined` in the type means: the key may be absent. */
export type Field<T> = z.ZodType<T, unknown>

/** The fields of a map, by its keys. */
export type Shape<Keys> = { readonly [Key in keyof Keys]: Field<Keys[Key]> }

/** A map with exactly these keys. */
export function closed<Shape extends z.core.$ZodLooseShape>(shape: Shape): z.ZodObject<Shape, z.core.$strict> {
  const known = Object.keys(shape).join(', ')
  return z.strictObject(shape, {
    error: (issue) =>
      issue.code === 'unrecognized_keys' ? `is not known here; known are ${known}` : 'must be a map of keys and values',
  })
}

/** A list with at least one item. */
export const someOf = <T>(item: Field<T>, what: string): Field<readonly T[]> =>
  z.array(item, { error: `must be a list of ${what}` }).min(1, { error: `is empty: name at least one of ${what}` })

export const optional = <T>(field: Field<T>): Field<T | undefined> => field.optional()

/** A map whose keys are names: gives its entries, in the order of the file. A key's own faults stand at the key. */
export const mapOf = <Key extends string, T>(
  key: Field<Key>,
  value: Field<T>,
  what: string,
): Field<readonly (readonly [Key, T])[]> =>
  z.unknown().transform((input, context) => {
    if (typeof input !== 'object' || input === null || Array.isArray(input)) {
      context.issues.push({ code: 'invalid_type', expected: 'record', input, message: `must be a map of ${what}` })
      return z.NEVER
    }
    const entries = Object.entries(input)
    if (entries.length === 0) {
      context.issues.push({
        code: 'custom',
        message: `is empty: name at least one of ${what}`,
        input,
        params: { code: 'empty' },
      })
    }
    return entries.flatMap(([name, one]): (readonly [Key, T])[] => {
      const [keyReading, reading] = [key.safeParse(name), value.safeParse(one, { reportInput: true })]
      for (const issue of keyReading.error?.issues ?? []) {
        context.issues.push({
          code: 'custom',
          message: issue.message,
          input: one,
          path: [name],
          params: { code: 'wrong-name' },
        })
      }
      for (const issue of reading.error?.issues ?? []) {
        context.issues.push({ ...issue, input: issue.input, path: [name, ...issue.path] } as never)
      }
      return keyReading.success && reading.success ? [[keyReading.data, reading.data]] : []
    })
  })

/** One fixed word, or a list or map. */
export const wordOr = <Word extends string, T>(word: Word, other: Field<T>, what: string): Field<Word | T> =>
  z.unknown().transform((input, context) => {
    if (input === word) return word
    const reading = other.safeParse(input, { reportInput: true })
    if (reading.success) return reading.data
    if (input === undefined) {
      context.issues.push({ code: 'invalid_type', expected: 'unknown', input })
    } else if (typeof input === 'string') {
      const message = `must be \`${word}\` or ${what}`
      context.issues.push({ code: 'custom', message, input, params: { code: 'wrong-word' } })
    } else {
      for (const issue of reading.error.issues) context.issues.push({ ...issue, input: issue.input } as never)
    }
    return z.NEVER
  })

/** Why a key is asked for: said when it is missing. */
const hints: Readonly<Record<string, string>> = {
  authority: 'cite the law or order that it rests on',
  'decided-by': 'say who decided it',
  'review-by': 'say by which day it must be looked at again',
  examples: 'add at least one that is permitted and, for each limb, one that is denied',
  meaning: 'say which definitions its words follow',
  'where-anonymizers-are-unknown': 'say `accept` or `unknown`',
  discharges: 'name the directive, its versions and the limbs that it discharges',
  limbs: 'name each limb that it discharges',
  digest: 'run the check once more: it says which digest the members have',
  effective: 'say from which instant it holds, for example 2026-06-12T21:21:00Z',
  ends: 'say `when-withdrawn`, or an instant',
  until: 'say `further-notice`, or an instant',
  'tell-the-caller': 'say `reason` or `nothing`',
}

/** Gives the typed value, or nothing after having reported every fault of the file's shape. */
export function readShape<T>(schema: z.ZodType<T, unknown>, file: PolicyFile, report: Report): T | undefined {
  const reading = schema.safeParse(file.document.value, { reportInput: true })
  if (reading.success) return reading.data
  for (const issue of reading.error.issues) {
    const path = issue.path.map((step) => (typeof step === 'symbol' ? String(step) : step))
    const name = path.at(-1)
    if (issue.code === 'unrecognized_keys') {
      for (const key of issue.keys)
        report.error(file, [...path, key], 'unknown-key', `\`${key}\` ${issue.message}`, 'key')
    } else if (issue.input === undefined && typeof name === 'string' && issue.code !== 'custom') {
      const hint = Object.hasOwn(hints, name) ? `: ${hints[name]}` : ''
      report.error(file, path.slice(0, -1), 'missing', `\`${name}\` is missing${hint}`)
    } else {
      const subject = typeof name === 'string' ? `\`${name}\` ` : ''
      report.error(file, path, codeOf(issue), `${subject}${issue.message}`)
    }
  }
  return undefined
}

const codeOf = (issue: z.core.$ZodIssue): string => {
  if (issue.code === 'too_small') return 'empty'
  if (issue.code === 'custom' && typeof issue.params?.['code'] === 'string') return issue.params['code']
  return 'wrong-value'
}

/**
 * A scalar of its own: `read` gives the value or a sentence, without its subject, that says what is wanted. The text is never
 * guessed at: what is not exactly one of the accepted spellings is a fault.
 */
export function scalar<T>(code: string, read: (text: string) => { readonly value: T } | string): Field<T> {
  return z.string({ error: 'must be a single value, not a list or a map' }).transform((input, context) => {
    const result = read(input)
    if (typeof result !== 'string') return result.value
    context.issues.push({ code: 'custom', message: result, input, params: { code } })
    return z.NEVER
  })
}
