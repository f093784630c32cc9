// Strict I-JSON (RFC 8259 as narrowed by RFC 7493), written by hand because JSON.parse keeps the last of two equal keys,
// repairs nothing but says nothing either, recurses without a bound, and in V8 13.6 can be made to misread an escaped key by what
// it parsed before (test/json/read-everywhere.test.ts).
// Promises: what is accepted has one meaning for every conforming parser: valid UTF-8, no byte order mark, unique keys
// at every depth after unescaping, no lone surrogates, one value, within the budget. JSON.parse gives an equal value.
// Nothing in a value that was read is inherited: a name such as `constructor` or `__proto__` is there if the text has it.
// Messages never quote the text: they may end up in a record.
//
// It costs about what JSON.parse costs (docs/benchmarks.md) because the grammar is read from the bytes, and strings are cut out
// of a Latin-1 view of them, which is a copy and no decoding. Only what is beyond ASCII is decoded, only escapes are rebuilt.

import { Buffer, isAscii, isUtf8 } from 'node:buffer'
import { limits } from '../limits.ts'
import { type Room, readEscaped, roomFor } from './escaped-string.ts'
import { isExactNumber } from './exact-number.ts'
import { beyondAscii, bitsBefore, controlsIn, specialsIn } from './four-bytes.ts'
import { FoundFault, type JsonFault, unreadable } from './json-fault.ts'
import { defaultBudget, type JsonBudget, type JsonValue, Members } from './json-value.ts'
import { beginKeys, countNewKeys, knownKey } from './known-keys.ts'
import { isDigit, numberEnd } from './number-token.ts'

export type JsonReading = { readonly kind: 'value'; readonly value: JsonValue } | JsonFault

/**
 * Reads exactly one JSON value. Takes the bytes as they came and a budget (default: src/limits.ts); gives the value, or
 * the first fault with its byte offset. Never throws. Time is linear in the bytes.
 */
export function readJson(input: Uint8Array, budget?: Partial<JsonBudget>): JsonReading {
  const buffer = Buffer.isBuffer(input) ? input : Buffer.from(input.buffer, input.byteOffset, input.byteLength)
  if (!isAscii(buffer) && !isUtf8(buffer))
    return { kind: 'fault', reason: 'request_unreadable', message: 'the text is not valid UTF-8', offset: 0 }
  begin(buffer, budget === undefined ? defaultBudget : { ...defaultBudget, ...budget })
  try {
    return { kind: 'value', value: document() }
  } catch (error) {
    if (!(error instanceof FoundFault)) throw error
    const { reason, message, at } = error
    return { kind: 'fault', reason, message: `${message} at byte ${at}`, offset: at }
  } finally {
    end()
  }
}

// State of the one reading under way. Reading is synchronous and does not call out, so there is never a second one; module
// variables are twice as fast here as fields of an object.
const nothing: Buffer = Buffer.alloc(0)
const noView: DataView = new DataView(new ArrayBuffer(0))
let bytes = nothing
let view = noView
/** Each byte as one character. */
let latin = ''
let length = 0
let position = 0
let depthLeft = 0
let nodesLeft = 0
let keyBytes = 0
/** Less one for each key that is not plain; what is left bounds the plain ones that are new. */
let newKeysLeft = 0
let exactNumbers = false
/** First backslash at or behind the last place where one was looked for; `length` where there is none. */
let nextBackslash = 0
let room: Room | undefined

function begin(buffer: Buffer, budget: JsonBudget): void {
  bytes = buffer
  view = new DataView(buffer.buffer, buffer.byteOffset, buffer.byteLength)
  latin = buffer.toString('latin1')
  length = buffer.length
  position = 0
  depthLeft = budget.depth
  nodesLeft = budget.nodes
  keyBytes = budget.keyBytes
  newKeysLeft = budget.newKeys
  beginKeys()
  exactNumbers = budget.exactNumbers
  nextBackslash = -1
}

/** Holds on to nothing of what was read. */
function end(): void {
  bytes = nothing
  view = noView
  latin = ''
  room = undefined
}

/** What `codeAt` gives behind the last byte. */
const none = -1

function codeAt(at: number): number {
  return at < length ? (bytes[at] as number) : none
}

function document(): JsonValue {
  if (length >= 3 && latin.startsWith('\u00ef\u00bb\u00bf')) throw unreadable('a byte order mark', 0)
  const first = blanks()
  if (first === none) throw unreadable('the text is empty', position)
  const result = value(first)
  if (blanks() !== none) throw unreadable('something follows the value', position)
  return result
}

/** Skips blanks and gives the byte that stands next. */
function blanks(): number {
  let at = position
  let code = codeAt(at)
  if (code > 0x20) return code
  while (code === 0x20 || code === 0x0a || code === 0x0d || code === 0x09) code = codeAt(++at)
  position = at
  return code
}

function value(code: number): JsonValue {
  if (--nodesLeft < 0) throw new FoundFault('too_large', 'too many values', position)
  switch (code) {
    case 0x22: // "
      return string()
    case 0x7b: // {
      return object()
    case 0x5b: // [
      return array()
    case 0x74: // t
      return word('true', true)
    case 0x66: // f
      return word('false', false)
    case 0x6e: // n
      return word('null', null)
    default:
      return number(code)
  }
}

function word<T extends boolean | null>(spelling: string, meaning: T): T {
  if (!latin.startsWith(spelling, position)) throw unreadable('an unexpected character', position)
  position += spelling.length
  return meaning
}

function object(): JsonValue {
  if (--depthLeft < 0) throw new FoundFault('too_large', 'nested too deeply', position)
  position++
  const members = new Members()
  let code = blanks()
  if (code === 0x7d) return closed(members)
  for (;;) {
    if (code !== 0x22) throw unreadable('a key is expected', position)
    const at = position
    const name = key()
    // Invariant: keys are compared after unescaping, so that `"\u006dodel"` beside `"model"` is found.
    if (name in members) throw new FoundFault('request_ambiguous', 'a key occurs twice in one object', at)
    if (blanks() !== 0x3a) throw unreadable('a colon is expected', position)
    position++
    members[name] = value(blanks())
    code = blanks()
    if (code === 0x7d) break
    if (code !== 0x2c) throw unreadable('a comma or the end of the object is expected', position)
    position++
    code = blanks()
  }
  return closed(members)
}

/** Passes the closing bracket. */
function closed<T>(holder: T): T {
  position++
  depthLeft++
  return holder
}

function key(): string {
  const at = position
  const known = knownKey(bytes, view, at + 1)
  if (known === undefined) newKeysLeft--
  else position += known.length + 2
  if (countNewKeys() > newKeysLeft) throw new FoundFault('too_large', 'too many different keys', at)
  const name = known ?? string()
  // A UTF-16 unit is at most three bytes: short keys need no counting.
  if (name.length * 3 > keyBytes && Buffer.byteLength(name) > keyBytes)
    throw new FoundFault('too_large', 'a key is too long', at)
  return name
}

function array(): JsonValue {
  if (--depthLeft < 0) throw new FoundFault('too_large', 'nested too deeply', position)
  position++
  const items: JsonValue[] = []
  let code = blanks()
  if (code === 0x5d) return closed(items)
  for (;;) {
    items.push(value(code))
    code = blanks()
    if (code === 0x5d) break
    if (code !== 0x2c) throw unreadable('a comma or the end of the array is expected', position)
    position++
    code = blanks()
  }
  return closed(items)
}

/** Most keys and many values are shorter than this; beyond it native searches are faster. */
const shortString = 24

/** Reads the string whose opening quote stands at `position`. */
function string(): string {
  const start = position + 1
  const lastWord = Math.min(start + shortString, length) - 4
  let at = start
  let seen = 0
  while (at <= lastWord) {
    const four = view.getInt32(at, true)
    const marks = specialsIn(four)
    seen |= four
    if (marks !== 0) {
      at += bitsBefore(marks) >> 3
      if (bytes[at] !== 0x22) break
      position = at + 1
      return cut(start, at, seen)
    }
    at += 4
  }
  return longString(start, at, seen)
}

/** Up to `clean` no quote, backslash or control character stands, and `seen` is all bytes there, one over the other. */
function longString(start: number, clean: number, seen: number): string {
  const quote = latin.indexOf('"', clean)
  if (nextBackslash < clean) {
    // Each backslash of the text is found once, so that time stays linear.
    const found = latin.indexOf('\\', clean)
    nextBackslash = found < 0 ? length : found
  }
  if (nextBackslash < quote || quote < 0) {
    isCostly(start - 1)
    room ??= roomFor(length)
    const { value: text, end: closing } = readEscaped(bytes, view, start, room)
    position = closing + 1
    return text
  }
  position = quote + 1
  return cut(start, quote, seen | withoutControls(clean, quote))
}

/** All bytes of a stretch, one over the other; throws where one is a control character. */
function withoutControls(from: number, to: number): number {
  let seen = 0
  let at = from
  for (; at <= to - 16; at += 16) {
    const a = view.getInt32(at, true)
    const b = view.getInt32(at + 4, true)
    const c = view.getInt32(at + 8, true)
    const d = view.getInt32(at + 12, true)
    if ((controlsIn(a) | controlsIn(b) | controlsIn(c) | controlsIn(d)) !== 0) break
    seen |= a | b | c | d
  }
  for (; at < to; at++) {
    const code = bytes[at] as number
    if (code < 0x20) throw unreadable('a control character in a string', at)
    seen |= code
  }
  return seen
}

function cut(start: number, behind: number, seen: number): string {
  if ((seen & beyondAscii) === 0) return latin.slice(start, behind)
  isCostly(start - 1)
  return bytes.toString('utf8', start, behind)
}

/** A value that has to be worked out counts as three. */
function isCostly(at: number): void {
  nodesLeft -= 2
  if (nodesLeft < 0) throw new FoundFault('too_large', 'too many values', at)
}

/** So many digits are read exactly by adding them up. */
const shortNumber = 9

function number(first: number): number {
  const start = position
  if (first >= 0x31 && first <= 0x39) {
    let sum = 0
    let code = first
    let at = start
    while (isDigit(code) && at - start < shortNumber) {
      sum = sum * 10 + (code - 0x30)
      code = codeAt(++at)
    }
    if (!isDigit(code) && code !== 0x2e && code !== 0x65 && code !== 0x45) {
      position = at
      return sum
    }
  }
  position = numberEnd(bytes, start)
  if (position - start > shortNumber + 1) isCostly(start)
  if (position - start > limits.jsonNumberBytes) throw new FoundFault('too_large', 'a number is too long', start)
  const token = latin.slice(start, position)
  const result = Number(token)
  if (exactNumbers && !isExactNumber(token, result)) throw unreadable('a number that a double does not hold', start)
  return result
}
