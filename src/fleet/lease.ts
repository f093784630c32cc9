// The freshness lease: until when a gate may take its policy for the newest one. Asked before every forward and every piece of an answer
// that is released, so it is two looks at clocks and nothing else.
//
// Invariant: whichever of two clocks says that it is over is believed. A wall clock that is set back does not make it longer, nor does a
// sleep that one of the clocks did not count.
import type { Clock } from '../vocabulary/clock.ts'

export interface Lease {
  isFresh(): boolean
  /** Makes it last until then (milliseconds since the epoch), and no longer than `leaseMs` from now; never shorter than it was. */
  extend(notAfter: number): void
  /** Milliseconds that are left; 0 or less: it has run out. */
  leftMs(): number
  /** When it ends, milliseconds since the epoch; null: it never began. */
  until(): number | null
}

export interface LeaseOptions {
  readonly clock: Clock
  readonly leaseMs: number
  /** Milliseconds that only grow; `performance.now` unless said. */
  readonly monotonic?: (() => number) | undefined
}

export function createLease({ clock, leaseMs, monotonic = () => performance.now() }: LeaseOptions): Lease {
  let [wallUntil, monotonicUntil] = [Number.NEGATIVE_INFINITY, Number.NEGATIVE_INFINITY]
  return {
    isFresh: () => clock.now() < wallUntil && monotonic() < monotonicUntil,
    extend: (notAfter) => {
      const [wall, ticks] = [clock.now(), monotonic()]
      const left = Math.min(notAfter - wall, leaseMs)
      if (ticks + left <= monotonicUntil) return
      wallUntil = wall + left
      monotonicUntil = ticks + left
    },
    leftMs: () => Math.min(wallUntil - clock.now(), monotonicUntil - monotonic()),
    until: () => (wallUntil === Number.NEGATIVE_INFINITY ? null : wallUntil),
  }
}
