// Raw header fields, looked up as they were received: node:http keeps the first of two `Authorization` and joins others.

/** Method, target, version and header fields as the server read them; names and values alternate in `rawHeaders`. */
export interface RequestStart {
  readonly method: string
  readonly target: string
  readonly httpVersion: string
  readonly rawHeaders: readonly string[]
}

/** Every value of one field, in order. Takes a lower-case name. */
export function valuesOf(rawHeaders: readonly string[], name: string): readonly string[] {
  const values: string[] = []
  for (let index = 0; index + 1 < rawHeaders.length; index += 2) {
    if (rawHeaders[index]?.toLowerCase() === name) values.push(rawHeaders[index + 1] ?? '')
  }
  return values
}

/** The value of a field that stands once; null where it is absent or stands more than once. */
export function soleValueOf(rawHeaders: readonly string[], name: string): string | null {
  const values = valuesOf(rawHeaders, name)
  return values.length === 1 ? (values[0] ?? null) : null
}
