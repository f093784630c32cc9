// Account: what became of one grant's output tokens on this machine. Pure arithmetic.
//
// handed out = used + reserved + at hand. What was handed out stands on disk before it can be reserved, so that a crash loses what
// was at hand and never gives a token twice.

/** An amount that a grant licenses. */
export interface Quantity {
  /** Id of the grant. */
  readonly grant: string
  /** Output tokens in all, as the grant says today. */
  readonly total: number
}

export class Account {
  /** On disk, or about to be. */
  handedOut: number
  /** Negative where a model gave more than was reserved. */
  #atHand: number

  /** @param handedOut as the last run left it on disk: all of it counts as used */
  constructor(handedOut: number) {
    this.handedOut = handedOut
    this.#atHand = 0
  }

  /** What can be reserved now. A grant that was cut down has no more left than it still says. */
  left(total: number): number {
    return Math.max(0, Math.min(this.#atHand, total - this.#gone))
  }

  /** What to hand out so that `wanted` can be reserved; 0: that can be now, or no more is to be had. */
  lacks(total: number, wanted: number): number {
    const left = this.left(total)
    if (left >= wanted) return 0
    return Math.max(0, Math.min(total - this.handedOut, Math.max(wanted - left, Math.ceil(total / portions))))
  }

  /** It is on disk. */
  receive(tokens: number): void {
    this.#atHand += tokens
  }

  /** @param tokens no more than is left */
  reserve(tokens: number): void {
    this.#atHand -= tokens
  }

  /** @param used of so many reserved tokens; more than these, where a model did not keep to its limit */
  settle(reserved: number, used: number): void {
    this.#atHand += reserved - used
  }

  /** Used or reserved, as far as anybody knows: what stands on disk once nothing is at hand any more. */
  get #gone(): number {
    return this.handedOut - this.#atHand
  }

  /** Gives back what is at hand. */
  giveBack(): void {
    this.handedOut = this.#gone
    this.#atHand = 0
  }
}

/** A grant is handed out in so many portions, or in larger ones where a request asks for more: each is one write, and a crash loses one. */
const portions = 100
