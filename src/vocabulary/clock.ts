/** Time is a parameter everywhere. `serve` passes the system's; the demo and the tests pass one that starts elsewhere. */
export interface Clock {
  /** Wall clock, milliseconds since the epoch. */
  now(): number
}

export const systemClock: Clock = { now: () => Date.now() }
