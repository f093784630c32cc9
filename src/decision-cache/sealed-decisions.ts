// Sealed decisions: those of the fleet, each sealed for its entry. While a fleet changes its key, what was sealed with the previous one
// still opens; what is written has the new one.
import { limits } from '../limits.ts'
import type { Bindings } from './bindings.ts'
import { decodeEntry, encodeEntry } from './decoded.ts'
import type { Entry } from './entry.ts'
import { createSeal, type Seal } from './seal.ts'
import { sealBytes } from './sealing.ts'
import type { Answer, Poison, Shared } from './shared.ts'

export class SealedDecisions {
  readonly #shared: Shared
  readonly #seal: Seal
  readonly #previous: Seal | undefined

  constructor(
    shared: Shared,
    { key, previousKey }: { readonly key: Uint8Array; readonly previousKey: Uint8Array | null },
  ) {
    this.#shared = shared
    this.#seal = createSeal(key)
    this.#previous = previousKey === null ? undefined : createSeal(previousKey)
  }

  /** The entry as its writer sealed it, its span not yet compared with any clock. Never rejects. */
  async get(key: string, bindings: Bindings): Promise<Answer<Entry>> {
    const answer = await this.#ask(this.#seal, key, bindings)
    return answer === 'none' && this.#previous !== undefined ? this.#ask(this.#previous, key, bindings) : answer
  }

  /** Sends the entry on its way and does not wait. What does not fit, or finds too many under way, is left out. */
  put(key: string, bindings: Bindings, entry: Entry): void {
    this.#shared.put(() => {
      const plain = encodeEntry(entry)
      if (plain.byteLength + sealBytes > limits.redisValueBytes) return null
      const livesMs = entry.until - entry.from
      return { name: this.#seal.name(key, bindings), value: this.#seal.seal(key, bindings, plain), livesMs }
    })
  }

  #ask(seal: Seal, key: string, bindings: Bindings): Promise<Answer<Entry>> {
    const read = (value: Buffer): Entry | Poison => {
      const plain = seal.open(key, bindings, value)
      if (plain === undefined) return { poison: 'a value is not sealed for its entry' }
      return decodeEntry(plain) ?? { poison: 'a sealed value is not a decision' }
    }
    return this.#shared.get({ name: seal.name(key, bindings), bytes: limits.redisValueBytes, read })
  }
}
