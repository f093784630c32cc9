// An answer that is held until it is whole. Its bytes are taken from the memory budget until they are given back.
import { limits } from '../limits.ts'
import type { MemoryBudget } from './memory-budget.ts'

export class HeldAnswer {
  readonly #memory: MemoryBudget
  #chunks: Buffer[] = []
  #bytes = 0

  constructor(memory: MemoryBudget) {
    this.#memory = memory
  }

  /** False: it does not fit. */
  take(chunk: Buffer): boolean {
    if (this.#bytes + chunk.length > limits.answerBytes || !this.#memory.take(chunk.length)) return false
    this.#bytes += chunk.length
    this.#chunks.push(chunk)
    return true
  }

  /** All that came, once; its bytes stay taken. */
  whole(): Buffer {
    const [first] = this.#chunks
    const whole = first !== undefined && this.#chunks.length === 1 ? first : Buffer.concat(this.#chunks, this.#bytes)
    this.#chunks = []
    return whole
  }

  free(): void {
    this.#memory.free(this.#bytes)
    this.#bytes = 0
    this.#chunks = []
  }
}
