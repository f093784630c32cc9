// Valid-until: the first instant at which an answer could change by time alone. Everything whose meaning depends on the clock asks
// this horizon, so that nothing can be compared with the instant and forgotten.
//
// Promises a lower bound: at no instant in [instant, first) would the same facts and policy be answered otherwise.

export class Horizon {
  readonly instant: number
  /** Clock uncertainty e: prohibitions hold on [from − e, to + e), grants and admissions on [from + e, to − e). */
  readonly uncertainty: number
  #first = Number.POSITIVE_INFINITY

  constructor(instant: number, uncertainty: number) {
    this.instant = instant
    this.uncertainty = uncertainty
  }

  /** Whether `edge` has come; an edge that still lies ahead bounds the answer. */
  reached(edge: number): boolean {
    if (edge <= this.instant) return true
    if (edge < this.#first) this.#first = edge
    return false
  }

  /** The answer is not to be relied on from `edge` on, whatever happens there. Ahead of the instant. */
  endsBy(edge: number): void {
    if (edge < this.#first) this.#first = edge
  }

  /** In [from − e, to + e): where a prohibition may hold, it does. */
  prohibits(from: number, to: number): boolean {
    return this.reached(from - this.uncertainty) && !this.reached(to + this.uncertainty)
  }

  /** In [from + e, to − e): only what surely holds admits. */
  admits(from: number, to: number | null): boolean {
    return this.reached(from + this.uncertainty) && !this.ended(to)
  }

  /** Whether an admission that ends at `to` may have ended. */
  ended(to: number | null): boolean {
    return to !== null && this.reached(to - this.uncertainty)
  }

  /** Milliseconds since the epoch; null: never. */
  get validUntil(): number | null {
    return this.#first === Number.POSITIVE_INFINITY ? null : this.#first
  }
}
