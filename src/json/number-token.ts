// The grammar of numbers, RFC 8259 §6.

import type { Buffer } from 'node:buffer'
import { unreadable } from './json-fault.ts'

/** Byte behind the number that begins at `start`. Throws FoundFault. */
export function numberEnd(bytes: Buffer, start: number): number {
  const isNegative = bytes[start] === 0x2d
  const whole = isNegative ? start + 1 : start
  let at = digitsEnd(bytes, whole)
  if (at === whole) throw unreadable(isNegative ? 'a digit is expected' : 'an unexpected character', whole)
  if (bytes[whole] === 0x30) at = whole + 1 // what follows a leading zero is no part of the number
  if (bytes[at] === 0x2e) at = someDigitsEnd(bytes, at + 1)
  if (bytes[at] === 0x65 || bytes[at] === 0x45) {
    const isSigned = bytes[at + 1] === 0x2b || bytes[at + 1] === 0x2d
    at = someDigitsEnd(bytes, isSigned ? at + 2 : at + 1)
  }
  return at
}

function someDigitsEnd(bytes: Buffer, start: number): number {
  const end = digitsEnd(bytes, start)
  if (end === start) throw unreadable('a digit is expected', start)
  return end
}

function digitsEnd(bytes: Buffer, start: number): number {
  let at = start
  while (at < bytes.length && isDigit(bytes[at] as number)) at++
  return at
}

export function isDigit(code: number): boolean {
  return code >= 0x30 && code <= 0x39
}
