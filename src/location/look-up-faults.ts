// Faults of look-ups, told seldom: a database that goes bad in memory fails for every request, and one word in a minute is enough.
import { limits } from '../limits.ts'

export interface LookUpFault {
  readonly error: unknown
  /** Look-ups that failed since the last word, this one included. */
  readonly failed: number
}

export class LookUpFaults {
  readonly #hear: (fault: LookUpFault) => void
  #failed = 0
  #quietUntil = 0

  constructor(hear: (fault: LookUpFault) => void = () => {}) {
    this.#hear = hear
  }

  /** By the clock that nobody sets: the wall clock may stand still, or jump, while requests fail by the thousand. */
  tell(error: unknown): void {
    this.#failed += 1
    const now = performance.now()
    if (now < this.#quietUntil) return
    const fault = { error, failed: this.#failed }
    this.#failed = 0
    this.#quietUntil = now + limits.geoFaultMs
    this.#hear(fault)
  }
}
