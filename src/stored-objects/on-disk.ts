// The registry of one machine: a map in memory, and a journal beside the logs from which a start makes it again.
//
// Bounded twice: of one maker the oldest objects are forgotten for newer ones, so that nobody can use up another's room; where the
// whole is full, nothing more is kept.

import { limits } from '../limits.ts'
import type { Clock } from '../vocabulary/clock.ts'
import type { StoredName, StoredObject } from '../vocabulary/stored-object.ts'
import { Journal, type Line, readJournal } from './journal.ts'
import { makerKey, objectKey } from './object-key.ts'
import { type Entry, type Kept, type StoredObjects, widened } from './stored-objects.ts'

export async function openOnDisk(path: string, clock: Clock): Promise<StoredObjects> {
  const memory = new Memory()
  for (const line of await readJournal(path)) memory.apply(line)
  memory.dropOlderThan(clock.now() - limits.storedMs)
  const journal = await Journal.over(path, memory.entries())
  let linesSince = 0

  async function append(lines: readonly Line[]): Promise<void> {
    for (const line of lines) memory.apply(line)
    linesSince += lines.length
    const written = journal.append(lines)
    // Twice what is kept: compacting costs no more than the writing did.
    if (linesSince > limits.storedCompactLines + memory.size) {
      linesSince = 0
      written.then(() => journal.compact(() => memory.entries())).catch(() => {})
    }
    await written
  }

  const present = (name: StoredName): Entry | undefined => {
    const entry = memory.get(objectKey(name))
    return entry !== undefined && clock.now() < entry.object.madeAt + limits.storedMs ? entry : undefined
  }

  return {
    find: async (name) => present(name)?.object,
    async keep(objects: readonly Kept[]) {
      const puts = objects.map(({ name, object }) => ({ key: objectKey(name), maker: makerKey(name.maker), object }))
      memory.dropOlderThan(clock.now() - limits.storedMs, puts.length)
      if (memory.size + puts.length > limits.storedObjects) throw new Error('the registry of stored objects is full')
      await append(puts.flatMap((put) => [...memory.roomFor(put), { put }]))
    },
    async widen(name, by) {
      const entry = present(name)
      if (entry === undefined) return 'gone'
      const models = widened(entry.object.models, by)
      if (typeof models === 'string') return models
      const object: StoredObject = { ...entry.object, models }
      if (models.length > entry.object.models.length) await append([{ put: { ...entry, object } }])
      return 'widened'
    },
    async forget(name) {
      const key = objectKey(name)
      if (memory.get(key) !== undefined) await append([{ drop: key }])
    },
    close: () => journal.close(),
  }
}

class Memory {
  readonly #entries = new Map<string, Entry>()
  /** Keys of each maker, oldest first. */
  readonly #byMaker = new Map<string, Set<string>>()

  get size(): number {
    return this.#entries.size
  }

  get(key: string): Entry | undefined {
    return this.#entries.get(key)
  }

  entries(): Iterable<Entry> {
    return this.#entries.values()
  }

  apply(line: Line): void {
    if ('drop' in line) return this.#drop(line.drop)
    const { key, maker } = line.put
    this.#drop(key)
    this.#entries.set(key, line.put)
    const keys = this.#byMaker.get(maker)
    if (keys === undefined) this.#byMaker.set(maker, new Set([key]))
    else keys.add(key)
  }

  /** What has to be forgotten so that one more of this maker can be kept. */
  *roomFor({ key, maker }: Entry): Iterable<Line> {
    const keys = this.#byMaker.get(maker)
    if (keys === undefined || keys.size < limits.storedPerMaker || keys.has(key)) return
    const [oldest] = keys
    if (oldest === undefined) return
    this.#drop(oldest)
    yield { drop: oldest }
  }

  /** The oldest stand first, but for those that have grown since: they are met again behind. @param atMost how many are looked at */
  dropOlderThan(instant: number, atMost: number = this.#entries.size): void {
    let looked = 0
    for (const [key, { object }] of this.#entries) {
      if (++looked > atMost || object.madeAt > instant) return
      this.#drop(key)
    }
  }

  #drop(key: string): void {
    const entry = this.#entries.get(key)
    if (entry === undefined) return
    this.#entries.delete(key)
    const keys = this.#byMaker.get(entry.maker)
    keys?.delete(key)
    if (keys?.size === 0) this.#byMaker.delete(entry.maker)
  }
}
