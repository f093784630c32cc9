// Redis link: at most one connection to Redis, thrown away at the first sign of trouble, made anew with growing pauses.
//
// A connection on which anything unexpected happened is never used again: after a time-out or a reply that does not fit,
// each later reply on it may belong to another question (redis-py #2624, where one user was shown another's data).
// ioredis would keep it, so each connection is a client of its own and its reconnection is switched off.

import { Cluster, type Redis } from 'ioredis'
import { limits } from '../limits.ts'
import { type Client, openClient, type RedisServers } from './redis-client.ts'

export interface LinkState {
  readonly state: 'up' | 'down'
  /** What happened, in words for an operator; never a value, key or credential. */
  readonly why: string
}

export interface LinkOptions extends RedisServers {
  readonly onState: (state: LinkState) => void
  /** Who answers is not whom the settings name, or does not let the gate in: that does not mend itself. In words for an operator. */
  readonly onDistrust?: (why: string) => void
  /** For messages and not for questions. */
  readonly listens?: boolean
  /** There is a connection to ask, the first or a further one. */
  readonly onUsable?: () => void
}

export class RedisLink {
  readonly #options: LinkOptions
  /** The connection that is on its way or in use. */
  #attempt: Client | undefined
  #usable: Client | undefined
  #attempts = 0
  /** In a row; a command that was answered as it should be sets it back. */
  #failures = 0
  #reported: LinkState['state'] | undefined
  #timer: NodeJS.Timeout | undefined
  #closed = false
  #isGathering = false

  constructor(options: LinkOptions) {
    this.#options = options
    void this.#connect(this.#open())
  }

  /** The connection to ask now; undefined while there is none, and while Redis is left alone. */
  get client(): Client | undefined {
    return this.#usable
  }

  /** What is asked until this turn of the event loop is done with its promises leaves in one write. */
  gather(client: Client): void {
    if (this.#isGathering) return
    this.#isGathering = true
    const streams = nodesOf(client).map(({ stream }) => stream)
    for (const stream of streams) stream?.cork()
    process.nextTick(() => {
      this.#isGathering = false
      for (const stream of streams) stream?.uncork()
    })
  }

  /** A command was answered as it should be. */
  succeeded(): void {
    this.#failures = 0
  }

  /** Something unexpected happened on this connection: it is destroyed, and with it every command under way. */
  failed(client: Client, why: string): void {
    if (client !== this.#attempt) return
    this.#drop()
    if (this.#closed) return
    this.#failures += 1
    if (this.#failures >= limits.redisFailures) this.#report({ state: 'down', why })
    this.#timer = setTimeout(() => void this.#connect(this.#open()), pauseMs(this.#failures))
    this.#timer.unref()
  }

  close(): void {
    this.#closed = true
    clearTimeout(this.#timer)
    this.#drop()
  }

  /** Throws TypeError where the servers cannot be read, which shows at the first. */
  #open(): Client {
    this.#attempt = openClient(this.#options, this.#attempts, this.#options.listens ?? false)
    this.#attempts += 1
    return this.#attempt
  }

  async #connect(client: Client): Promise<void> {
    let said: string | undefined
    const hear = (error: Error): void => {
      said = error.message
      if (client === this.#attempt && isDistrust(error)) this.#options.onDistrust?.(said)
    }
    client.on('error', hear)
    client.on('node error', hear)
    client.on('end', () => this.failed(client, said ?? 'the connection was closed'))
    const deadline = setTimeout(() => this.failed(client, 'no answer to the first PING in time'), limits.redisConnectMs)
    deadline.unref()
    try {
      await client.connect()
      // Of a Cluster every master: a connection that is only on its way takes no second command.
      const masters = client instanceof Cluster ? client.nodes('master') : [client]
      const replies: readonly unknown[] = await Promise.all(masters.map((master) => master.ping()))
      // Given up meanwhile, by the deadline or by close().
      if (client !== this.#attempt) return
      if (replies.length === 0 || replies.some((reply) => reply !== 'PONG'))
        return this.failed(client, 'the first PING was answered by something else')
      this.#usable = client
      this.#report({ state: 'up', why: 'Redis answers' })
      this.#options.onUsable?.()
    } catch (error) {
      hear(error as Error)
      this.failed(client, said ?? (error as Error).message)
    } finally {
      clearTimeout(deadline)
    }
  }

  #drop(): void {
    const client = this.#attempt
    this.#attempt = undefined
    this.#usable = undefined
    if (client === undefined) return
    const nodes = nodesOf(client)
    client.disconnect()
    // `disconnect` ends politely and would wait for the other side, which may be the one that no longer answers.
    for (const { stream } of nodes) if (stream !== undefined) stream.destroy()
  }

  #report(state: LinkState): void {
    if (this.#reported === state.state) return
    this.#reported = state.state
    this.#options.onState(state)
  }
}

const nodesOf = (client: Client): readonly Redis[] => (client instanceof Cluster ? client.nodes() : [client])

/** At once after the first failures, then with doubling pauses; always a little apart from other gates. */
function pauseMs(failures: number): number {
  if (failures < limits.redisFailures) return 10 * Math.random()
  const pause = Math.min(limits.redisPauseMs * 2 ** (failures - limits.redisFailures), limits.redisPauseMaxMs)
  return pause * (0.75 + 0.25 * Math.random())
}

/** A certificate that is not the one to be shown (codes of Node.js and OpenSSL), or a refusal of our name or of what we ask. */
function isDistrust(error: Error & { readonly code?: unknown; readonly lastNodeError?: unknown }): boolean {
  if (error.lastNodeError instanceof Error) return isDistrust(error.lastNodeError)
  if (typeof error.code === 'string' && /CERT|SIGNATURE|ISSUER/.test(error.code)) return true
  return /^(WRONGPASS|NOAUTH|NOPERM) /.test(error.message)
}
