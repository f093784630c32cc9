// Where a value stands in a text that readJson has accepted, so that an edit can replace exactly its bytes.

import { Buffer } from 'node:buffer'
import { bitsBefore, specialsIn } from './four-bytes.ts'

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
  const { buffer, byteOffset, byteLength } = bytes
  const text = {
    bytes: Buffer.from(buffer, byteOffset, byteLength),
    view: new DataView(buffer, byteOffset, byteLength),
  }
  let start = skipBlanks(text.bytes, 0)
  for (const step of path) {
    const found = typeof step === 'number' ? itemStart(text, start, step) : memberStart(text, start, step)
    if (found === undefined) return undefined
    start = found
  }
  return { start, end: valueEnd(text, start) }
}

interface Text {
  readonly bytes: Buffer
  readonly view: DataView
}

function skipBlanks(bytes: Buffer, from: number): number {
  let at = from
  for (let code = bytes[at]; code === 0x20 || code === 0x0a || code === 0x0d || code === 0x09; ) code = bytes[++at]
  return at
}

function itemStart(text: Text, start: number, index: number): number | undefined {
  const { bytes } = text
  if (bytes[start] !== 0x5b) return undefined
  let at = skipBlanks(bytes, start + 1)
  if (bytes[at] === 0x5d) return undefined
  for (let passed = 0; passed < index; passed++) {
    at = skipBlanks(bytes, valueEnd(text, at))
    if (bytes[at] !== 0x2c) return undefined
    at = skipBlanks(bytes, at + 1)
  }
  return at
}

function memberStart(text: Text, start: number, key: string): number | undefined {
  const { bytes } = text
  if (bytes[start] !== 0x7b) return undefined
  const wanted = Buffer.from(key)
  let at = skipBlanks(bytes, start + 1)
  while (bytes[at] === 0x22) {
    const keyEnd = stringEnd(text, at)
    const matches = means(bytes.subarray(at + 1, keyEnd - 1), wanted)
    at = skipBlanks(bytes, skipBlanks(bytes, keyEnd) + 1) // behind the colon
    if (matches) return at
    at = skipBlanks(bytes, valueEnd(text, at))
    if (bytes[at] !== 0x2c) return undefined
    at = skipBlanks(bytes, at + 1)
  }
  return undefined
}

/** What stands between the quotes, unescaped, is the wanted UTF-8. */
function means(token: Buffer, wanted: Buffer): boolean {
  if (!token.includes(0x5c)) return token.equals(wanted)
  return token.length > wanted.length && Buffer.from(String(JSON.parse(`"${token.toString()}"`))).equals(wanted)
}

/** Byte behind the string that opens at `start`. */
function stringEnd({ bytes, view }: Text, start: number): number {
  const { length } = bytes
  let at = start + 1
  while (at < length) {
    if (bytes[at] === 0x22) return at + 1
    if (bytes[at] === 0x5c) at += 2
    else if (at > length - 4) at += 1
    else {
      const marks = specialsIn(view.getInt32(at, true))
      at += marks === 0 ? 4 : Math.max(1, bitsBefore(marks) >> 3)
    }
  }
  return at
}

/** Byte behind the value that begins at `start`. */
function valueEnd(text: Text, start: number): number {
  const { bytes } = text
  const first = bytes[start]
  if (first === 0x22) return stringEnd(text, start)
  let at = start
  if (first !== 0x7b && first !== 0x5b) {
    // A number or a word ends before a comma, a bracket or a blank, all of which are ASCII punctuation or below.
    while (at < bytes.length && !endsScalar(bytes[at])) at++
    return at
  }
  let open = 0
  for (; at < bytes.length; at++) {
    const code = bytes[at]
    if (code === 0x22) at = stringEnd(text, at) - 1
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
