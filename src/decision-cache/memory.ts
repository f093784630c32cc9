// Memory: the decisions of this process, bounded by entries and bytes, all made under the same bindings.
// Every look-up is synchronous. Nothing expires by a timer: the span is compared with the caller's instant at each read.

import { LRUCache } from 'lru-cache'
import { limits } from '../limits.ts'
import { type Bindings, sameBindings } from './bindings.ts'
import { type Entry, usable } from './entry.ts'

export class Memory {
  // Invariant: every entry was put under #bindings.
  readonly #entries = new LRUCache<string, Entry>({ max: limits.memoEntries, maxSize: limits.memoBytes })
  #bindings: Bindings | undefined
  /** Counts flushes, so that an answer that was on its way during one does not come back in. */
  generation = 0

  get size(): number {
    return this.#entries.size
  }

  get bytes(): number {
    return this.#entries.calculatedSize
  }

  /** Other bindings than those of the last call empty the memory: nothing made under the old ones can serve again. */
  peek(key: string, bindings: Bindings, now: number): Entry | undefined {
    this.#adopt(bindings)
    const entry = this.#entries.get(key)
    if (entry === undefined || usable(entry, now)) return entry
    if (now >= entry.until) this.#entries.delete(key)
    return undefined
  }

  /**
   * Keeps the entry, unless the bindings have changed since it was decided: what comes late must not bring old ones back.
   * Returns false where a usable entry of that key was there already, or nothing was kept.
   */
  put(key: string, bindings: Bindings, entry: Entry): boolean {
    if (this.#bindings === undefined) this.#adopt(bindings)
    else if (!sameBindings(this.#bindings, bindings)) return false
    const present = this.#entries.peek(key)
    if (present !== undefined && usable(present, entry.from)) return false
    this.#entries.set(key, entry, { size: heapBytes(key) + heapBytes(entry) })
    return true
  }

  flush(): void {
    this.#entries.clear()
    this.generation += 1
  }

  #adopt(bindings: Bindings): void {
    if (this.#bindings === bindings) return
    if (this.#bindings !== undefined && !sameBindings(this.#bindings, bindings)) this.flush()
    this.#bindings = bindings
  }
}

/**
 * Bytes that a value takes, rather too many: measured decisions take two thirds of it. Parts that decisions share with
 * the policy are counted for each, so that the bound does not rest on their being shared.
 */
function heapBytes(value: unknown): number {
  if (typeof value === 'string') return 16 + value.length
  if (typeof value !== 'object' || value === null) return 8
  let bytes = 32
  for (const part of Object.values(value)) bytes += 8 + heapBytes(part)
  return bytes
}
