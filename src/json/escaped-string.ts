// A string with escapes: its bytes are written out one behind the other as UTF-8, and become a text at the end.
// Promises: every escape of RFC 8259 §7 and no other, no lone surrogate, each byte looked at once.

import { Buffer } from 'node:buffer'
import { beyondAscii, bitsBefore, specialsIn } from './four-bytes.ts'
import { unreadable } from './json-fault.ts'

/** Room for what a text means; what is meant is never longer than how it is spelt. */
export interface Room {
  readonly bytes: Buffer
  readonly view: DataView
}

/** A word is written whole even if only its first byte counts. */
const slack = 4
const small = roomOf(Buffer.alloc(8_192))

function roomOf(bytes: Buffer): Room {
  return { bytes, view: new DataView(bytes.buffer, bytes.byteOffset, bytes.length) }
}

/** For all strings of a text of so many bytes, one after the other. */
export function roomFor(length: number): Room {
  return length + slack <= small.bytes.length ? small : roomOf(Buffer.allocUnsafeSlow(length + slack))
}

export interface EscapedString {
  readonly value: string
  /** Its closing quote. */
  readonly end: number
}

/** The string whose first byte, behind the quote, stands at `start`. Throws FoundFault. */
export function readEscaped(bytes: Buffer, view: DataView, start: number, room: Room): EscapedString {
  const last = bytes.length - 1
  const lastWord = bytes.length - 4
  let at = start
  let to = 0
  let seen = 0
  const written = room.view
  for (;;) {
    // What is plain up to the next special byte. A word is written whole, and what should not stand there overwritten.
    let count = 4
    while (count === 4 && at <= lastWord) {
      const word = view.getInt32(at, true)
      const marks = specialsIn(word)
      written.setInt32(to, word, true)
      seen |= word
      if (marks !== 0) count = bitsBefore(marks) >> 3
      at += count
      to += count
    }
    // Escapes, as many as there are; one that stands at the very end of the text has no letter.
    while (at < last && bytes[at] === 0x5c) {
      const letter = bytes[at + 1] as number
      const meaning = meanings[letter] as number
      if (meaning !== 0) {
        written.setUint8(to++, meaning)
        at += 2
        continue
      }
      if (letter !== 0x75) throw unreadable('an unknown escape in a string', at)
      const point = codePoint(bytes, at)
      if (point >= 0x80) seen = beyondAscii
      to = writePoint(room.bytes, to, point)
      at += point > 0xffff ? 12 : 6
    }
    if (at > last) throw unreadable('a string does not end', start - 1)
    const code = bytes[at] as number
    if (code === 0x22)
      return { value: room.bytes.toString((seen & beyondAscii) === 0 ? 'latin1' : 'utf8', 0, to), end: at }
    if (code < 0x20) throw unreadable('a control character in a string', at)
    if (code === 0x5c) throw unreadable('an unknown escape in a string', at)
    if (at > lastWord) {
      // Among the last three bytes of the text.
      written.setUint8(to++, code)
      seen |= code
      at++
    }
  }
}

/** What a letter behind a backslash means; zero where it means nothing. */
const meanings: Uint8Array = new Uint8Array(256)
for (const pair of ['""', '\\\\', '//', 'b\b', 'f\f', 'n\n', 'r\r', 't\t'])
  meanings[pair.charCodeAt(0)] = pair.charCodeAt(1)

/** Of `\uXXXX`, or of two of them that are a pair of surrogates. */
function codePoint(bytes: Buffer, at: number): number {
  const unit = hexadecimal(bytes, at)
  if ((unit & 0xf800) !== 0xd800) return unit
  const isPaired = unit < 0xdc00 && bytes[at + 6] === 0x5c && bytes[at + 7] === 0x75
  const low = isPaired ? hexadecimal(bytes, at + 6) : 0
  if ((low & 0xfc00) !== 0xdc00) throw unreadable('a lone surrogate', at)
  return 0x10000 + ((unit - 0xd800) << 10) + (low - 0xdc00)
}

const noUnit = 0x10000
/** What a hexadecimal digit stands for; no other byte leaves sixteen bits of a unit. */
const digits: Int32Array = new Int32Array(256).fill(noUnit)
for (const digit of '0123456789abcdefABCDEF') digits[digit.charCodeAt(0)] = Number.parseInt(digit, 16)

/** The four digits of the `\u` at `at`. */
function hexadecimal(bytes: Buffer, at: number): number {
  const unit =
    at + 5 < bytes.length
      ? (digitAt(bytes, at + 2) << 12) |
        (digitAt(bytes, at + 3) << 8) |
        (digitAt(bytes, at + 4) << 4) |
        digitAt(bytes, at + 5)
      : noUnit
  if (unit >= noUnit) throw unreadable('an unknown escape in a string', at)
  return unit
}

function digitAt(bytes: Buffer, at: number): number {
  return digits[bytes[at] as number] as number
}

/** Writes a code point in UTF-8 (RFC 3629 §3); gives the place behind it. */
function writePoint(bytes: Buffer, to: number, point: number): number {
  if (point < 0x80) {
    bytes[to] = point
    return to + 1
  }
  if (point < 0x800) {
    bytes[to] = 0xc0 | (point >> 6)
    bytes[to + 1] = 0x80 | (point & 0x3f)
    return to + 2
  }
  if (point < 0x10000) {
    bytes[to] = 0xe0 | (point >> 12)
    bytes[to + 1] = 0x80 | ((point >> 6) & 0x3f)
    bytes[to + 2] = 0x80 | (point & 0x3f)
    return to + 3
  }
  bytes[to] = 0xf0 | (point >> 18)
  bytes[to + 1] = 0x80 | ((point >> 12) & 0x3f)
  bytes[to + 2] = 0x80 | ((point >> 6) & 0x3f)
  bytes[to + 3] = 0x80 | (point & 0x3f)
  return to + 4
}
