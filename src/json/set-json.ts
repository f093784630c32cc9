// The splice: one value in a text is replaced, or one member inserted; every other byte stays as it was read.

import { Buffer } from 'node:buffer'
import { canonicalJson } from './canonical-json.ts'
import type { JsonValue } from './json-value.ts'
import { locateJson } from './locate-json.ts'

/**
 * Takes bytes that `readJson` has accepted, the way to a value and what shall stand there. An existing value is replaced; a
 * missing member is inserted as the first of its object. Gives new bytes, or `undefined` where the way leads through
 * something that is not there or not an object: then nothing was edited.
 */
export function setJson(
  bytes: Uint8Array,
  path: readonly (string | number)[],
  value: JsonValue,
): Uint8Array | undefined {
  const token = canonicalJson(value)
  const span = locateJson(bytes, path)
  if (span !== undefined) return splice(bytes, span.start, span.end, token)
  const key = path.at(-1)
  if (typeof key !== 'string') return undefined
  const parent = locateJson(bytes, path.slice(0, -1))
  if (parent === undefined || bytes[parent.start] !== 0x7b) return undefined
  // Behind a brace stands a key or, over blanks, the other brace.
  const isEmpty = !bytes.subarray(parent.start + 1, parent.end).includes(0x22)
  return splice(bytes, parent.start + 1, parent.start + 1, `${canonicalJson(key)}:${token}${isEmpty ? '' : ','}`)
}

function splice(bytes: Uint8Array, start: number, end: number, token: string): Uint8Array {
  return Buffer.concat([bytes.subarray(0, start), Buffer.from(token), bytes.subarray(end)])
}
