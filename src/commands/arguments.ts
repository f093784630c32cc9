// Arguments of commands as values. What is not written exactly is refused with the way to write it, never read as something near.
import { InvalidArgumentError } from 'commander'

const instantForm = /^(\d{4}-\d\d-\d\dT\d\d:\d\d)(:\d\d(\.\d{1,9})?)?(Z|[+-]\d\d:\d\d)$/

/**
 * RFC 3339 with its offset; seconds may be left out. Throws InvalidArgumentError, also for what is on no calendar (31 June, 24:00):
 * Date.parse would take the next day.
 * @returns milliseconds since the epoch
 */
export function instantArgument(text: string): number {
  const minute = instantForm.exec(text)?.[1]
  if (minute === undefined) throw new InvalidArgumentError('an instant is like 2026-06-12T21:21:00Z, with its offset.')
  const local = Date.parse(`${minute}Z`)
  const instant = Date.parse(text)
  if (Number.isNaN(instant) || Number.isNaN(local) || !new Date(local).toISOString().startsWith(minute))
    throw new InvalidArgumentError('it is on no calendar: check day, hour and offset.')
  return instant
}

/** A whole number above zero, in decimal digits alone. Throws InvalidArgumentError. */
export function countArgument(text: string): number {
  if (!/^[1-9]\d{0,14}$/.test(text)) throw new InvalidArgumentError('a whole number above zero is needed.')
  return Number(text)
}
