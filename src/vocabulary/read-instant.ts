// An instant as people write it in arguments and claims: exactly, or not at all.

const instantForm = /^(\d{4}-\d\d-\d\dT\d\d:\d\d)(:\d\d(\.\d{1,9})?)?(Z|[+-]\d\d:\d\d)$/

/**
 * RFC 3339 with its offset; seconds may be left out. What is on no calendar (31 June, 24:00) is none: `Date.parse` would take the next day.
 * @returns milliseconds since the epoch
 */
export function readInstant(text: string): number | 'no-instant' | 'no-calendar' {
  const minute = instantForm.exec(text)?.[1]
  if (minute === undefined) return 'no-instant'
  const local = Date.parse(`${minute}Z`)
  const instant = Date.parse(text)
  const isOnCalendar =
    !Number.isNaN(instant) && !Number.isNaN(local) && new Date(local).toISOString().startsWith(minute)
  return isOnCalendar ? instant : 'no-calendar'
}
