// Raw header fields, looked up as they were received: node:http keeps the first of two `Authorization` and joins others.

/** Method, target, version and header fields as the server read them; names and values alternate in `rawHeaders`. */
export interface RequestStart {
  readonly method: string
  readonly target: string
  readonly httpVersion: string
  readonly rawHeaders: readonly string[]
}

const none: readonly string[] = []

/** Every value of one field, in order. Takes a lower-case name. */
export function valuesOf(rawHeaders: readonly string[], name: string): readonly string[] {
  const names = namesOf(rawHeaders)
  let values: string[] | undefined
  for (let at = names.indexOf(name); at >= 0; at = names.indexOf(name, at + 1)) {
    values ??= []
    values.push(rawHeaders[2 * at + 1] ?? '')
  }
  return values ?? none
}

/** The value of a field that stands once; null where it is absent or stands more than once. */
export function soleValueOf(rawHeaders: readonly string[], name: string): string | null {
  const names = namesOf(rawHeaders)
  const at = names.indexOf(name)
  return at < 0 || names.includes(name, at + 1) ? null : (rawHeaders[2 * at + 1] ?? '')
}

// One request is asked about many fields in a row.
let lastHeaders: readonly string[] = none
let lastNames: readonly string[] = none

/** Names in small letters, in order, of fields that are not changed any more. */
export function namesOf(rawHeaders: readonly string[]): readonly string[] {
  if (rawHeaders === lastHeaders) return lastNames
  const names: string[] = []
  for (let index = 0; index + 1 < rawHeaders.length; index += 2) names.push((rawHeaders[index] ?? '').toLowerCase())
  lastHeaders = rawHeaders
  lastNames = names
  return names
}
