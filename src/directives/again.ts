// Again: when that is asked anew which nobody could answer (the comparing process ran out of time, or was killed). What the source
// holds may be good, and nothing but a change there would have it read again; but each answer may cost minutes of a core, so that each
// wait is twice the one before.
import { limits } from '../limits.ts'

export class Again {
  readonly #firstMs: number
  #state: string | undefined
  #waitMs = 0
  /** Of the monotonic clock. */
  #from = 0

  /** @param firstMs `limits.policyCompareAgainMs` unless given */
  constructor(firstMs: number = limits.policyCompareAgainMs) {
    this.#firstMs = firstMs
  }

  /** This state of the source was not answered. */
  putOff(state: string): void {
    this.#waitMs = state === this.#state ? Math.min(2 * this.#waitMs, limits.policyCompareAgainMostMs) : this.#firstMs
    this.#state = state
    this.#from = performance.now() + this.#waitMs
  }

  /** Whether this state waits still; another one never does. */
  waits(state: string): boolean {
    return state === this.#state && performance.now() < this.#from
  }

  /** Whether this state was asked about before, in vain. */
  isKnown(state: string): boolean {
    return state === this.#state
  }
}
