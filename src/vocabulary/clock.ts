/** Time is a parameter everywhere. `serve` passes the system's; the demo and the tests pass one that starts elsewhere. */
export interface Clock {
  /** Wall clock, milliseconds since the epoch. */
  now(): number
}

export const systemClock: Clock = { now: () => Date.now() }

/** @param ms milliseconds since the epoch @returns RFC 3339 UTC with milliseconds, as records and answers write it */
export const timestamp = (ms: number): string => new Date(ms).toISOString()
