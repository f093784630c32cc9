// Arguments of commands as values. What is not written exactly is refused with the way to write it, never read as something near.
import { InvalidArgumentError } from 'commander'
import { nameForm } from '../directives/index.ts'
import { readInstant } from '../vocabulary/read-instant.ts'

/**
 * RFC 3339 with its offset; seconds may be left out. Throws InvalidArgumentError, also for what is on no calendar (31 June, 24:00):
 * Date.parse would take the next day.
 * @returns milliseconds since the epoch
 */
export function instantArgument(text: string): number {
  const instant = readInstant(text)
  if (instant === 'no-instant')
    throw new InvalidArgumentError('an instant is like 2026-06-12T21:21:00Z, with its offset.')
  if (instant === 'no-calendar') throw new InvalidArgumentError('it is on no calendar: check day, hour and offset.')
  return instant
}

/** A whole number above zero, in decimal digits alone. Throws InvalidArgumentError. */
export function countArgument(text: string): number {
  if (!/^[1-9]\d{0,14}$/.test(text)) throw new InvalidArgumentError('a whole number above zero is needed.')
  return Number(text)
}

/** An instant, or a whole number of days or hours from the instant that the result is asked for. Throws InvalidArgumentError. */
export function endArgument(text: string): (now: number) => number {
  const from = /^([1-9]\d{0,4})([dh])$/.exec(text)
  if (from !== null) return (now) => now + Number(from[1]) * (from[2] === 'd' ? 86_400_000 : 3_600_000)
  const instant = instantArgument(text)
  return () => instant
}

/** How an author or an approver calls themself in bundles. Throws InvalidArgumentError. */
export function personArgument(text: string): string {
  if (!nameForm.test(text))
    throw new InvalidArgumentError(
      '1 to 128 letters, digits, blanks and `._@+-` are needed, a letter or a digit first.',
    )
  return text
}
