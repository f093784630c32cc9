// Where a value stands in a text that readJson has accepted, so that an edit can replace exactly its bytes.

export interface JsonSpan {
  /** First byte of the value token. */
  readonly start: number
  /** Byte behind its last. */
  readonly end: number
}

/**
 * Takes bytes that `readJson` has accepted and the way to a value (keys after unescaping, array indexes); gives the span of
 * its token, or `undefined` where the way leads nowhere. On bytes that were not accepted the answer means nothing.
 */
export function locateJson(bytes: Uint8Array, path: readonly (string | number)[]): JsonSpan | undefined {
  let start = skipBlanks(bytes, 0)
  for (const step of path) {
    const found = typeof step === 'number' ? itemStart(bytes, start, step) : memberStart(bytes, start, step)
    if (found === undefined) return undefined
    start = found
  }
  return { start, end: valueEnd(bytes, start) }
}

function skipBlanks(bytes: Uint8Array, from: number): number {
  let at = from
  for (let code = bytes[at]; code === 0x20 || code === 0x0a || code === 0x0d || code === 0x09; ) code = bytes[++at]
  return at
}

function itemStart(bytes: Uint8Array, start: number, index: number): number | undefined {
  if (bytes[start] !== 0x5b) return undefined
  let at = skipBlanks(bytes, start + 1)
  if (bytes[at] === 0x5d) return undefined
  for (let passed = 0; passed < index; passed++) {
    at = skipBlanks(bytes, valueEnd(bytes, at))
    if (bytes[at] !== 0x2c) return undefined
    at = skipBlanks(bytes, at + 1)
  }
  return at
}

function memberStart(bytes: Uint8Array, start: number, key: string): number | undefined {
  if (bytes[start] !== 0x7b) return undefined
  let at = skipBlanks(bytes, start + 1)
  while (bytes[at] === 0x22) {
    const keyEnd = stringEnd(bytes, at)
    const matches = JSON.parse(Buffer.from(bytes.subarray(at, keyEnd)).toString()) === key
    at = skipBlanks(bytes, skipBlanks(bytes, keyEnd) + 1) // behind the colon
    if (matches) return at
    at = skipBlanks(bytes, valueEnd(bytes, at))
    if (bytes[at] !== 0x2c) return undefined
    at = skipBlanks(bytes, at + 1)
  }
  return undefined
}

/** Byte behind the string that opens at `start`. */
function stringEnd(bytes: Uint8Array, start: number): number {
  let at = start + 1
  while (at < bytes.length && bytes[at] !== 0x22) at += bytes[at] === 0x5c ? 2 : 1
  return at + 1
}

/** Byte behind the value that begins at `start`. */
function valueEnd(bytes: Uint8Array, start: number): number {
  const first = bytes[start]
  if (first === 0x22) return stringEnd(bytes, start)
  let at = start
  if (first !== 0x7b && first !== 0x5b) {
    // A number or a word ends before a comma, a bracket or a blank, all of which are ASCII punctuation or below.
    while (at < bytes.length && !endsScalar(bytes[at])) at++
    return at
  }
  let open = 0
  for (; at < bytes.length; at++) {
    const code = bytes[at]
    if (code === 0x22) at = stringEnd(bytes, at) - 1
    else if (code === 0x7b || code === 0x5b) open++
    else if ((code === 0x7d || code === 0x5d) && --open === 0) return at + 1
  }
  return at
}

function endsScalar(code: number | undefined): boolean {
  return (
    code === 0x2c || code === 0x7d || code === 0x5d || code === 0x20 || code === 0x0a || code === 0x0d || code === 0x09
  )
}
