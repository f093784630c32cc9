// Shared: the decisions of the fleet, in Redis. An accelerator and no more: every trouble is a miss, is counted, and is
// over within the command time-out. One question per entry is under way at a time, and few altogether.

import type { Redis } from 'ioredis'
import { limits } from '../limits.ts'
import type { Bindings } from './bindings.ts'
import { decodeEntry, encodeEntry } from './decoded.ts'
import type { Entry } from './entry.ts'
import type { Counters } from './metrics.ts'
import { type LinkState, RedisLink } from './redis-link.ts'
import { createSeal, type Seal } from './seal.ts'
import { sealBytes } from './sealing.ts'

/** An entry; `none`: Redis says that it has none; `unknown`: it was not asked, or what it said is worth nothing. */
export type Answer = Entry | 'none' | 'unknown'

export interface SharedOptions {
  readonly url: string
  readonly key: Uint8Array
  readonly commandTimeoutMs: number
  readonly counters: Counters
  readonly onState: (state: LinkState) => void
}

export class Shared {
  readonly #seal: Seal
  readonly #link: RedisLink
  readonly #counters: Counters
  /** Single flight: the question under way for each name (threats R11). */
  readonly #flights = new Map<string, Promise<Answer>>()
  #writes = 0

  constructor(options: SharedOptions) {
    this.#seal = createSeal(options.key)
    this.#counters = options.counters
    this.#link = new RedisLink(options)
  }

  get up(): boolean {
    return this.#link.client !== undefined
  }

  get inFlight(): number {
    return this.#flights.size + this.#writes
  }

  /** The entry as its writer sealed it, its span not yet compared with any clock. Never rejects. */
  async get(key: string, bindings: Bindings): Promise<Answer> {
    const client = this.#link.client
    if (client === undefined) return this.#skipped()
    const name = this.#seal.name(key, bindings)
    const present = this.#flights.get(name)
    if (present !== undefined) return present
    if (this.inFlight >= limits.redisInFlight) return this.#skipped()
    const flight = this.#ask(client, name, key, bindings).finally(() => this.#flights.delete(name))
    this.#flights.set(name, flight)
    return flight
  }

  /** Sends the entry on its way and does not wait. What does not fit, or finds too many under way, is left out. */
  put(key: string, bindings: Bindings, entry: Entry): void {
    const client = this.#link.client
    const plain = client === undefined ? undefined : encodeEntry(entry)
    if (
      client === undefined ||
      plain === undefined ||
      plain.byteLength + sealBytes > limits.redisValueBytes ||
      this.inFlight >= limits.redisInFlight
    ) {
      this.#counters.writesSkipped += 1
      return
    }
    void this.#write(client, this.#seal.name(key, bindings), this.#seal.seal(key, bindings, plain), entry)
  }

  close(): void {
    this.#link.close()
  }

  async #ask(client: Redis, name: string, key: string, bindings: Bindings): Promise<Answer> {
    let reply: unknown
    try {
      // Never more than one byte above the bound comes over the wire, whatever is stored there (threats R13).
      reply = await client.getrangeBuffer(name, 0, limits.redisValueBytes)
    } catch (error) {
      return this.#troubled(client, error as Error)
    }
    if (!Buffer.isBuffer(reply)) return this.#failed(client, 'poisoned', 'a read was answered by something else')
    if (reply.byteLength === 0) {
      this.#link.succeeded()
      return 'none'
    }
    if (reply.byteLength > limits.redisValueBytes) return this.#failed(client, 'poisoned', 'a value is too large')
    const plain = this.#seal.open(key, bindings, reply)
    if (plain === undefined) return this.#failed(client, 'poisoned', 'a value is not sealed for its entry')
    const entry = decodeEntry(plain)
    if (entry === undefined) return this.#failed(client, 'poisoned', 'a sealed value is not a decision')
    this.#link.succeeded()
    return entry
  }

  async #write(client: Redis, name: string, sealed: Buffer, { from, until }: Entry): Promise<void> {
    this.#writes += 1
    try {
      // The time to live only tidies up; what decides is the span under the seal.
      const reply = await client.set(name, sealed, 'PX', Math.max(1, Math.ceil(until - from)))
      if (reply === 'OK') this.#link.succeeded()
      else this.#failed(client, 'poisoned', 'a write was answered by something else')
    } catch (error) {
      this.#troubled(client, error as Error)
    } finally {
      this.#writes -= 1
    }
  }

  #troubled(client: Redis, { name, message }: Error): 'unknown' {
    if (message === 'Command timed out') return this.#failed(client, 'timeouts', 'a command was not answered in time')
    if (name !== 'ReplyError') return this.#failed(client, 'errors', message)
    const code = message.split(' ', 1)[0] ?? ''
    if (code === 'WRONGTYPE') return this.#failed(client, 'poisoned', 'an entry has another type')
    // LOADING, READONLY, MOVED, MASTERDOWN, NOPERM, …: not the server to talk to now. A new connection may lead elsewhere.
    if (code !== 'OOM') return this.#failed(client, 'errors', `Redis answered ${code}`)
    // A full Redis still answers reads, and its connection is sound.
    this.#counters.errors += 1
    return 'unknown'
  }

  #failed(client: Redis, counter: 'poisoned' | 'timeouts' | 'errors', why: string): 'unknown' {
    this.#counters[counter] += 1
    this.#link.failed(client, why)
    return 'unknown'
  }

  #skipped(): 'unknown' {
    this.#counters.redisSkipped += 1
    return 'unknown'
  }
}
