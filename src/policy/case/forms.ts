// The forms of which every shape of the language is made: closed maps, and values that may be written short or long. How a fault of
// these forms is said stands here too, so that a case and a policy file complain alike.
import { z } from 'zod'
import { nearest } from '../../vocabulary/nearest.ts'

/** A map with exactly these keys. */
export function closed<Keys extends z.core.$ZodLooseShape>(keys: Keys): z.ZodObject<Keys, z.core.$strict> {
  const known = Object.keys(keys).join(', ')
  return z.strictObject(keys, {
    // Of unknown keys the message is the list of the known ones; `unknownKey` makes a sentence of it for each.
    error: (issue) => (issue.code === 'unrecognized_keys' ? known : 'must be a map of keys and values'),
  })
}

/** What is wrong with a key that a closed map does not know, without its subject. */
export function unknownKey(key: string, known: string): string {
  const near = nearest(key, known.split(', '))
  return near === undefined ? `is not known here; known are ${known}` : `is not known here: did you mean \`${near}\`?`
}

/**
 * A reader by the schema. What is right passes through code that zod makes of the schema at its first use; what is wrong is read once
 * more by the schema itself, which says where and why.
 */
export function readerOf<T>(schema: z.ZodType<T>): (input: unknown) => z.ZodSafeParseResult<T> {
  let compiled: z.ZodType<T> | undefined
  return (input) => {
    compiled ??= z.compile(schema)
    return compiled.safeParse(input, { reportInput: true })
  }
}

export const isMap = (input: unknown): input is object =>
  typeof input === 'object' && input !== null && !Array.isArray(input)

/**
 * A value that may be written short, as one word, or long, as a map or list. It is read by what stands there, so that a fault speaks of
 * the form that was meant; `undefined` counts as short. `written` tells the printer of JSON Schemas what the reading hides.
 */
export function either<Short, Long>(
  short: z.ZodType<Short>,
  long: z.ZodType<Long>,
  isLong: (input: unknown) => boolean = (input) => typeof input === 'object' && input !== null,
): z.ZodType<Short | Long> {
  const [readShort, readLong] = [readerOf(short), readerOf(long)]
  return z
    .unknown()
    .transform((input, context): Short | Long => {
      const reading: z.ZodSafeParseResult<Short | Long> = isLong(input) ? readLong(input) : readShort(input)
      if (reading.success) return reading.data
      for (const issue of reading.error.issues) context.issues.push({ ...issue, input: issue.input } as never)
      return z.NEVER
    })
    .meta({ written: z.union([short, long]) })
}
