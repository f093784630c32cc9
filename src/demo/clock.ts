// The demo's clock: another present, which runs at the pace of the real one and can be set.
import type { Clock } from '../vocabulary/clock.ts'

export interface DemoClock extends Clock {
  /** @param ms the new present, milliseconds since the epoch */
  set(ms: number): void
}

/** @param pace `frozen`: it stands still until it is set, for tests of an instant */
export function createDemoClock(now: number, pace: 'running' | 'frozen' = 'running'): DemoClock {
  let [anchor, present] = [Date.now(), now]
  return {
    now: () => (pace === 'frozen' ? present : present + Date.now() - anchor),
    set: (ms) => {
      anchor = Date.now()
      present = ms
    },
  }
}
