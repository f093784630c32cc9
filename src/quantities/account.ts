// Account: one grant's output tokens as far as this process has been given them. Pure arithmetic.
//
// given = used + reserved + at hand. What is given here can be given to nobody else before it is reserved, so that a crash loses what
// was at hand and never gives a token twice.
import type { Ask } from './hand-out.ts'

/** An amount that a grant licenses. */
export interface Quantity {
  /** Id of the grant. */
  readonly grant: string
  /** Output tokens in all, as the grant says today. */
  readonly total: number
}

export class Account {
  /** Negative where a model gave more than was reserved. */
  #atHand = 0
  /** What the grant said in all when that was given. */
  #of = 0
  /** The least that was at hand since it was last asked about. */
  #least = 0

  /** What can be reserved now: of a grant that was cut down nothing, before it was given anew. */
  left(total: number): number {
    return total < this.#of ? 0 : Math.max(0, this.#atHand)
  }

  /** What to ask for so that `wanted` can be reserved; null: that can be now. */
  lacks({ grant, total }: Quantity, wanted: number): Ask | null {
    if (this.left(total) >= wanted) return null
    const returned = total < this.#of ? this.#atHand : 0
    const kept = this.#atHand - returned
    const enough = Math.max(wanted - kept, portionOf(total))
    // However much is wanted: all that there is, and what was used beyond it.
    return { grant, returned, wanted: Math.min(enough, total - Math.min(kept, 0)), of: total }
  }

  /** Gives all back that is at hand. */
  returnsAll(grant: string): Ask {
    return { grant, returned: this.#atHand, wanted: 0, of: this.#of }
  }

  /** Gives back what was at hand all the time since this was asked last, beyond a portion. */
  returnsSurplus(grant: string): Ask {
    const surplus = Math.max(0, this.#least - portionOf(this.#of))
    this.#least = this.#atHand
    return { grant, returned: surplus, wanted: 0, of: this.#of }
  }

  giveBack(tokens: number): void {
    this.#move(-tokens)
  }

  /** @param of what the grant says in all */
  receive(tokens: number, of: number): void {
    this.#of = this.#atHand > 0 ? Math.max(this.#of, of) : of
    this.#move(tokens)
  }

  /** @param tokens no more than is left */
  reserve(tokens: number): void {
    this.#move(-tokens)
  }

  /** @param used of so many reserved tokens; more than these, where a model did not keep to its limit */
  settle(reserved: number, used: number): void {
    this.#move(reserved - used)
  }

  #move(tokens: number): void {
    this.#atHand += tokens
    this.#least = Math.min(this.#least, this.#atHand)
  }
}

/** A grant is given in so many portions, or in larger ones where a request asks for more: each is one write, and a crash loses one. */
const portions = 100

const portionOf = (total: number): number => Math.ceil(total / portions)
