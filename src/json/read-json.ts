// Strict I-JSON (RFC 8259 as narrowed by RFC 7493), written by hand because JSON.parse keeps the last of two equal keys,
// repairs nothing but says nothing either, and recurses without a bound.
// Promises: what is accepted has one meaning for every conforming parser: valid UTF-8, no byte order mark, unique keys
// at every depth after unescaping, no lone surrogates, one value, within the budget. JSON.parse gives an equal value.
// Messages never quote the text: they may end up in a record.

import { Buffer, isAscii, isUtf8 } from 'node:buffer'
import { isExactNumber } from './exact-number.ts'
import { defaultBudget, type JsonBudget, type JsonValue } from './json-value.ts'

export type JsonFaultReason = 'request_unreadable' | 'request_ambiguous' | 'too_large'

export interface JsonFault {
  readonly kind: 'fault'
  readonly reason: JsonFaultReason
  readonly message: string
  /** Byte at which reading stopped. */
  readonly offset: number
}

export type JsonReading = { readonly kind: 'value'; readonly value: JsonValue } | JsonFault

class Fault extends Error {
  readonly reason: JsonFaultReason
  readonly at: number
  constructor(reason: JsonFaultReason, message: string, at: number) {
    super(message)
    this.reason = reason
    this.at = at
  }
}

/**
 * Reads exactly one JSON value. Takes the bytes as they came and a budget (default: src/limits.ts); gives the value, with
 * null-prototype objects, or the first fault with its byte offset. Never throws. Time is linear in the bytes.
 */
export function readJson(bytes: Uint8Array, budget?: Partial<JsonBudget>): JsonReading {
  const buffer = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength)
  let text: string
  // An ASCII body becomes a one-byte string, which is half the memory and the faster one to scan.
  if (isAscii(buffer)) text = buffer.toString('latin1')
  else if (isUtf8(buffer)) text = buffer.toString('utf8')
  else return { kind: 'fault', reason: 'request_unreadable', message: 'the text is not valid UTF-8', offset: 0 }
  const bounds = budget === undefined ? defaultBudget : { ...defaultBudget, ...budget }
  begin(text, bounds)
  try {
    const value = document()
    return { kind: 'value', value }
  } catch (error) {
    if (!(error instanceof Fault)) throw error
    const offset = Buffer.byteLength(text.slice(0, error.at))
    return { kind: 'fault', reason: error.reason, message: `${error.message} at byte ${offset}`, offset }
  } finally {
    begin('', defaultBudget)
  }
}

// State of the one reading under way. Reading is synchronous and does not call out, so there is never a second one; module
// variables are twice as fast here as fields of an object.
let source = ''
let position = 0
let depthLeft = 0
let nodesLeft = 0
let keyBytes = 0
let exactNumbers = false
/** First backslash and first control character at or after `position`; beyond the end when there is none. */
let nextBackslash = 0
let nextControl = 0

function begin(text: string, budget: JsonBudget): void {
  source = text
  position = 0
  depthLeft = budget.depth
  nodesLeft = budget.nodes
  keyBytes = budget.keyBytes
  exactNumbers = budget.exactNumbers
  nextBackslash = -1
  nextControl = -1
}

function unreadable(message: string, at: number = position): Fault {
  return new Fault('request_unreadable', message, at)
}

function document(): JsonValue {
  if (source.charCodeAt(0) === 0xfeff) throw unreadable('a byte order mark')
  const first = blanks()
  if (position >= source.length) throw unreadable('the text is empty')
  const result = value(first)
  blanks()
  if (position < source.length) throw unreadable('something follows the value')
  return result
}

/** Skips blanks and gives the code of the character that stands next (NaN at the end). */
function blanks(): number {
  let code = source.charCodeAt(position)
  while (code === 0x20 || code === 0x0a || code === 0x0d || code === 0x09) code = source.charCodeAt(++position)
  return code
}

function value(code: number): JsonValue {
  if (--nodesLeft < 0) throw new Fault('too_large', 'too many values', position)
  switch (code) {
    case 0x22: // "
      position++
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
  if (!source.startsWith(spelling, position)) throw unreadable('an unexpected character')
  position += spelling.length
  return meaning
}

function object(): JsonValue {
  if (--depthLeft < 0) throw new Fault('too_large', 'nested too deeply', position)
  position++
  const members: Record<string, JsonValue> = Object.create(null)
  let code = blanks()
  if (code === 0x7d) {
    position++
    depthLeft++
    return members
  }
  for (;;) {
    if (code !== 0x22) throw unreadable('a key is expected')
    const at = position++
    const key = string()
    // A UTF-16 unit is at most three bytes: short keys need no counting.
    if (key.length * 3 > keyBytes && Buffer.byteLength(key) > keyBytes)
      throw new Fault('too_large', 'a key is too long', at)
    // Invariant: keys are compared after unescaping, so that `"\u006dodel"` beside `"model"` is found.
    if (key in members) throw new Fault('request_ambiguous', 'a key occurs twice in one object', at)
    if (blanks() !== 0x3a) throw unreadable('a colon is expected')
    position++
    members[key] = value(blanks())
    code = blanks()
    position++
    if (code === 0x7d) break
    if (code !== 0x2c) throw unreadable('a comma or the end of the object is expected', position - 1)
    code = blanks()
  }
  depthLeft++
  return members
}

function array(): JsonValue {
  if (--depthLeft < 0) throw new Fault('too_large', 'nested too deeply', position)
  position++
  const items: JsonValue[] = []
  let code = blanks()
  if (code === 0x5d) {
    position++
    depthLeft++
    return items
  }
  for (;;) {
    items.push(value(code))
    code = blanks()
    position++
    if (code === 0x5d) break
    if (code !== 0x2c) throw unreadable('a comma or the end of the array is expected', position - 1)
    code = blanks()
  }
  depthLeft++
  return items
}

/** Most keys and many values are shorter than this: a loop beats the call to a native search. */
const shortString = 24
// What RFC 8259 §7 forbids unescaped.
const controlCharacter = /[\u0000-\u001f]/g

/** Reads the rest of a string whose opening quote is behind. */
function string(): string {
  const start = position
  const near = Math.min(start + shortString, source.length)
  for (let at = start; at < near; at++) {
    const code = source.charCodeAt(at)
    if (code === 0x22) {
      position = at + 1
      return source.slice(start, at)
    }
    if (code === 0x5c || code < 0x20) return longString(start, at)
  }
  return longString(start, near)
}

/**
 * Reads the rest of a string that is long or has escapes, by native searches for what could end or spoil it. Each occurrence
 * in the text is found once, so time stays linear. `clean`: up to here no quote, backslash or control character stands.
 */
function longString(start: number, clean: number): string {
  let end = source.indexOf('"', clean)
  let backslash = backslashFrom(clean)
  const isPlain = end < backslash
  let hasUnit = false
  while (backslash < end) {
    if (source.charCodeAt(backslash + 1) === 0x75) hasUnit = true
    const behind = backslash + 2
    if (behind > end) end = source.indexOf('"', behind)
    backslash = backslashFrom(behind)
  }
  if (end < 0) throw unreadable('a string does not end', start)
  if (nextControl < clean) {
    controlCharacter.lastIndex = clean
    nextControl = controlCharacter.exec(source)?.index ?? source.length
  }
  if (nextControl < end) throw unreadable('a control character in a string', nextControl)
  position = end + 1
  return isPlain ? source.slice(start, end) : unescaped(start, end, hasUnit)
}

function backslashFrom(from: number): number {
  if (nextBackslash < from) {
    const found = source.indexOf('\\', from)
    nextBackslash = found < 0 ? source.length : found
  }
  return nextBackslash
}

/** The meaning of one string token with escapes is left to JSON.parse, which is as strict about it. */
function unescaped(start: number, end: number, hasUnit: boolean): string {
  let result: string
  try {
    result = JSON.parse(source.slice(start - 1, end + 1))
  } catch {
    throw unreadable('an unknown escape in a string', start)
  }
  // Valid UTF-8 holds no lone surrogate; only an escape can make one.
  if (hasUnit && !result.isWellFormed()) throw unreadable('a lone surrogate', start)
  return result
}

function isDigit(code: number): boolean {
  return code >= 0x30 && code <= 0x39
}

function number(first: number): number {
  const start = position
  let at = position
  let code = first
  if (code === 0x2d) code = source.charCodeAt(++at)
  if (code === 0x30) code = source.charCodeAt(++at)
  else if (isDigit(code))
    do code = source.charCodeAt(++at)
    while (isDigit(code))
  else throw unreadable(first === 0x2d ? 'a digit is expected' : 'an unexpected character', at)
  if (code === 0x2e) {
    code = source.charCodeAt(++at)
    if (!isDigit(code)) throw unreadable('a digit is expected', at)
    do code = source.charCodeAt(++at)
    while (isDigit(code))
  }
  if (code === 0x65 || code === 0x45) {
    code = source.charCodeAt(++at)
    if (code === 0x2b || code === 0x2d) code = source.charCodeAt(++at)
    if (!isDigit(code)) throw unreadable('a digit is expected', at)
    do code = source.charCodeAt(++at)
    while (isDigit(code))
  }
  position = at
  const token = source.slice(start, at)
  const result = Number(token)
  if (exactNumbers && !isExactNumber(token, result)) throw unreadable('a number that a double does not hold', start)
  return result
}
