// From YAML's plain values to typed ones: closed maps, lists that are never empty, words or maps. Every key says what it means and how
// it is written, here and nowhere else: complaints, the JSON Schemas for editors and the page of the language are made from it.
import { z } from 'zod'
import { closed as closedMap, readerOf } from '../../case/forms.ts'

/** A reader of one value. `undefined` in the type means: the key may be absent. */
export type Field<T> = z.ZodType<T, unknown>

/** The fields of a map, by its keys. */
export type Shape<Keys> = { readonly [Key in keyof Keys]: Field<Keys[Key]> }

/** What a JSON Schema says of a value, beside what the reader's own form shows. */
export type Written = Readonly<Record<string, unknown>>

export const closed: typeof closedMap = closedMap

/** A key's meaning, in a sentence, and values as people write them. */
export const key = <T>(field: Field<T>, description: string, ...samples: readonly unknown[]): Field<T> =>
  field.meta({ description, ...(samples.length === 0 ? {} : { samples }) })

/** A map that several places share has a name, under which the page of the language shows it once. */
export const named = <T>(field: Field<T>, title: string, description: string): Field<T> =>
  field.meta({ title, description })

/** The key may be absent; `otherwise` is what then holds, where that is a value. */
export const optional = <T>(field: Field<T>, otherwise?: string | boolean): Field<T | undefined> =>
  otherwise === undefined ? field.optional() : field.optional().meta({ otherwise })

/** A list with at least one item. */
export const someOf = <T>(item: Field<T>, what: string): Field<readonly T[]> =>
  z.array(item, { error: `must be a list of ${what}` }).min(1, { error: `is empty: name at least one of ${what}` })

/** A list that may be empty. */
export const anyOf = <T>(item: Field<T>, what: string): Field<readonly T[]> =>
  z.array(item, { error: `must be a list of ${what}` })

/** One value, or a list of them. */
export const oneOrSome = <T>(item: Field<T>, what: string): Field<readonly T[]> =>
  z
    .preprocess((input) => (typeof input === 'string' ? [input] : input), someOf(item, what))
    .meta({ written: z.union([item, someOf(item, what)]) })

/** A map of which at least one key is there. */
export const someKeyOf = <Keys>(keys: Shape<Keys>): Field<Keys> =>
  closed<Shape<Keys>>(keys)
    .refine((read) => Object.values(read as object).some((value) => value !== undefined), {
      error: `is empty: name at least one of ${Object.keys(keys).join(', ')}`,
      params: { code: 'empty' },
    })
    .meta({ minProperties: 1 }) as unknown as Field<Keys>

/** A map whose keys are names: gives its entries, in the order of the file. A key's own faults stand at the key. */
export const mapOf = <Key extends string, T>(
  name: Field<Key>,
  value: Field<T>,
  what: string,
): Field<readonly (readonly [Key, T])[]> => {
  const [readName, readValue] = [readerOf(name), readerOf(value)]
  return z
    .unknown()
    .transform((input, context) => {
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
      return entries.flatMap(([text, one]): (readonly [Key, T])[] => {
        const [keyReading, reading] = [readName(text), readValue(one)]
        for (const { message } of keyReading.error?.issues ?? []) {
          context.issues.push({ code: 'custom', message, input: one, path: [text], params: { code: 'wrong-name' } })
        }
        for (const issue of reading.error?.issues ?? []) {
          context.issues.push({ ...issue, input: issue.input, path: [text, ...issue.path] } as never)
        }
        return keyReading.success && reading.success ? [[keyReading.data, reading.data]] : []
      })
    })
    .meta({ written: z.record(name, value), minProperties: 1 })
}

/** One fixed word, or a list or map. */
export const wordOr = <Word extends string, T>(word: Word, other: Field<T>, what: string): Field<Word | T> => {
  const read = readerOf(other)
  return z
    .unknown()
    .transform((input, context) => {
      if (input === word) return word
      const reading = read(input)
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
    .meta({ written: z.union([z.literal(word), other]) })
}

/**
 * A scalar of its own: `read` gives the value or a sentence, without its subject, that says what is wanted. The text is never
 * guessed at: what is not exactly one of the accepted spellings is a fault. `written` is what an editor can check of it; an editor
 * sees numbers and booleans where this reader sees their source text.
 */
export function scalar<T>(
  code: string,
  read: (text: string) => { readonly value: T } | string,
  written: Written,
): Field<T> {
  return z
    .string({ error: 'must be a single value, not a list or a map' })
    .check((payload: { value: unknown; readonly issues: unknown[] }) => {
      const input = payload.value as string
      const result = read(input)
      if (typeof result === 'string') payload.issues.push({ code: 'custom', message: result, input, params: { code } })
      // In place: a transformation would be a second schema behind each of a hundred thousand values.
      else payload.value = result.value
    })
    .meta(written) as unknown as Field<T>
}
