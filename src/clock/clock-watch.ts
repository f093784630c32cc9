// Clock watch: the wall clock held against one that only grows. Both run at one pace, so that a difference that moved is a step:
// somebody set the clock, or the machine slept (threat T2; semantics.md §8). What was kept by the clock from before is dropped, what is
// open is decided again, and nothing new is decided before the clock has stood for a while: nobody knows which of both was right.
import { processLimits } from '../process-limits.ts'
import type { Clock } from '../vocabulary/clock.ts'

export interface ClockWatch {
  /** False from a step on until none was seen for `processLimits.clockStableMs`. Looks itself, so that a step is not seen too late. */
  isStable(): boolean
  status(): { readonly ok: boolean; readonly detail: string }
  /** Holds an instant fast (ms since the epoch) that is now, for `since`. */
  anchor(instant: number): number
  /** Now by the wall clock, or the anchored instant and what has passed since, whichever is later: who sets the clock back gains nothing. */
  since(anchor: number): number
  close(): void
}

export interface ClockWatchOptions {
  readonly clock: Clock
  /** Milliseconds that only grow, at the pace of the clock; null: the clock is set on purpose (the demo), and nobody watches. */
  readonly monotonic: (() => number) | null
  /** @param byMs how far it was set forth, negative: back */
  readonly onStep: (byMs: number) => void
}

export function watchClock({ clock, monotonic, onStep }: ClockWatchOptions): ClockWatch {
  if (monotonic === null) return unwatched(clock)
  let apart = clock.now() - monotonic()
  let stableFrom = Number.NEGATIVE_INFINITY
  let lastByMs = 0

  function look(now: () => number): boolean {
    let ticks = now()
    let byMs = clock.now() - ticks - apart
    // Between the two looks this process may have been kept from running, and then the second is late.
    if (Math.abs(byMs) > processLimits.clockStepMs) {
      ticks = now()
      byMs = clock.now() - ticks - apart
    }
    if (Math.abs(byMs) > processLimits.clockStepMs) {
      apart += byMs
      lastByMs = byMs
      stableFrom = ticks + processLimits.clockStableMs
      onStep(byMs)
    }
    return ticks >= stableFrom
  }
  const timer = setInterval(() => look(monotonic), processLimits.clockLookMs)
  timer.unref()

  return {
    isStable: () => look(monotonic),
    status: () =>
      look(monotonic)
        ? { ok: true, detail: 'no step' }
        : {
            ok: false,
            detail: `set ${lastByMs < 0 ? 'back' : 'forth'} by ${Math.round(Math.abs(lastByMs)) / 1_000} s just now`,
          },
    anchor: (instant) => instant - monotonic(),
    // In whole milliseconds, as the wall clock: while nobody sets it, both are the same.
    since: (anchor) => Math.max(Math.floor(monotonic() + anchor), clock.now()),
    close: () => clearInterval(timer),
  }
}

const unwatched = (clock: Clock): ClockWatch => ({
  isStable: () => true,
  status: () => ({ ok: true, detail: 'not watched' }),
  anchor: () => Number.NEGATIVE_INFINITY,
  since: () => clock.now(),
  close: () => {},
})
