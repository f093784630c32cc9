// Shared: what the gates of a fleet keep in Redis. An accelerator and no more: every trouble is a miss, is counted, and is over within the
// command time-out. One question per entry is under way at a time, and few altogether. What Redis says that nobody of the fleet can have
// written there is ignored, counted, and an alarm; the connection that it came by is not used again.

import { fleetLimits } from '../fleet-limits.ts'
import { limits } from '../limits.ts'
import type { Counters } from './metrics.ts'
import type { Client, RedisServers } from './redis-client.ts'
import { type LinkState, RedisLink } from './redis-link.ts'

/** What was found; `none`: Redis says that it has none; `unknown`: it was not asked, or what it said is worth nothing. */
export type Answer<Found> = Found | 'none' | 'unknown'

/** Why a value is none of the fleet's. */
export interface Poison {
  readonly poison: string
}

export interface Wanted<Found> {
  readonly name: string
  /** Greatest length of a value; never more than one byte above it comes over the wire, whatever is stored there (threats R13). */
  readonly bytes: number
  readonly read: (value: Buffer) => Found | Poison
}

export interface Kept {
  readonly name: string
  readonly value: Buffer
  /** Only tidies up; what decides is what stands in the value. */
  readonly livesMs: number
}

export interface SharedOptions {
  readonly redis: RedisServers
  readonly counters: Counters
  readonly onState: (state: LinkState) => void
  /** Somebody should look. At most once in `redisAlarmMs`. */
  readonly onAlarm: (alarm: { readonly why: string; readonly poisoned: number }) => void
}

export class Shared {
  readonly #link: RedisLink
  readonly #options: SharedOptions
  readonly #counters: Counters
  /** Single flight: the question under way for each name (threats R11). A name is of one kind of entry. */
  readonly #flights = new Map<string, Promise<Answer<unknown>>>()
  #writes = 0
  #alarmAt = Number.NEGATIVE_INFINITY

  constructor(options: SharedOptions) {
    this.#options = options
    this.#counters = options.counters
    this.#link = new RedisLink({ ...options.redis, onState: options.onState, onDistrust: (why) => this.#alarm(why) })
  }

  get up(): boolean {
    return this.#link.client !== undefined
  }

  get inFlight(): number {
    return this.#flights.size + this.#writes
  }

  /** What Redis has of it, not yet compared with any clock. Never rejects. */
  get<Found>(wanted: Wanted<Found>): Promise<Answer<Found>> {
    const { client } = this.#link
    const present = this.#flights.get(wanted.name) as Promise<Answer<Found>> | undefined
    if (client !== undefined && present !== undefined) return present
    if (client === undefined || this.inFlight >= limits.redisInFlight) {
      this.#counters.redisSkipped += 1
      return Promise.resolve('unknown')
    }
    const flight = this.#ask(client, wanted).finally(() => this.#flights.delete(wanted.name))
    this.#flights.set(wanted.name, flight)
    return flight
  }

  /** Sends what is made on its way and does not wait. It is made only if it can be sent; null: it is left out. */
  put(make: () => Kept | null): void {
    const { client } = this.#link
    const kept = client === undefined || this.inFlight >= limits.redisInFlight ? null : make()
    if (client === undefined || kept === null) this.#counters.writesSkipped += 1
    else void this.#write(client, kept)
  }

  close(): void {
    this.#link.close()
  }

  async #ask<Found>(client: Client, { name, bytes, read }: Wanted<Found>): Promise<Answer<Found>> {
    let reply: unknown
    this.#link.gather(client)
    try {
      reply = await client.getrangeBuffer(name, 0, bytes)
    } catch (error) {
      return this.#troubled(client, error as Error)
    }
    if (!Buffer.isBuffer(reply)) return this.#poisoned(client, 'a read was answered by something else')
    if (reply.byteLength > bytes) return this.#poisoned(client, 'a value is too large')
    const found = reply.byteLength === 0 ? 'none' : read(reply)
    if (isPoison(found)) return this.#poisoned(client, found.poison)
    this.#link.succeeded()
    return found
  }

  async #write(client: Client, { name, value, livesMs }: Kept): Promise<void> {
    this.#writes += 1
    this.#link.gather(client)
    try {
      const reply: unknown = await client.set(name, value, 'PX', Math.max(1, Math.ceil(livesMs)))
      if (reply === 'OK') this.#link.succeeded()
      else this.#poisoned(client, 'a write was answered by something else')
    } catch (error) {
      this.#troubled(client, error as Error)
    } finally {
      this.#writes -= 1
    }
  }

  #troubled(client: Client, { name, message }: Error): 'unknown' {
    if (message === 'Command timed out') return this.#failed(client, 'timeouts', 'a command was not answered in time')
    if (name !== 'ReplyError') return this.#failed(client, 'errors', message)
    const code = message.split(' ', 1)[0] ?? ''
    if (code === 'WRONGTYPE') return this.#poisoned(client, 'an entry has another type')
    // LOADING, READONLY, MOVED, MASTERDOWN, NOPERM, …: not the server to talk to now. A new connection may lead elsewhere.
    if (code !== 'OOM') return this.#failed(client, 'errors', `Redis answered ${code}`)
    // A full Redis still answers reads, and its connection is sound.
    this.#counters.errors += 1
    return 'unknown'
  }

  #poisoned(client: Client, why: string): 'unknown' {
    this.#failed(client, 'poisoned', why)
    this.#alarm(why)
    return 'unknown'
  }

  #failed(client: Client, counter: 'poisoned' | 'timeouts' | 'errors', why: string): 'unknown' {
    this.#counters[counter] += 1
    this.#link.failed(client, why)
    return 'unknown'
  }

  #alarm(why: string): void {
    const now = performance.now()
    if (now - this.#alarmAt < fleetLimits.redisAlarmMs) return
    this.#alarmAt = now
    this.#options.onAlarm({ why, poisoned: this.#counters.poisoned })
  }
}

const isPoison = (found: unknown): found is Poison => typeof found === 'object' && found !== null && 'poison' in found
