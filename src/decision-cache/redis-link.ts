// Redis link: at most one connection to Redis, thrown away at the first sign of trouble, made anew with growing pauses.
//
// A connection on which anything unexpected happened is never used again: after a time-out or a reply that does not fit,
// each later reply on it may belong to another question (redis-py #2624, where one user was shown another's data).
// ioredis would keep it, so each connection is a client of its own and its reconnection is switched off.
// Handshake and use need no more of an ACL than AUTH, SELECT, PING, GETRANGE and SET.

import { Redis, type RedisOptions } from 'ioredis'
import { limits } from '../limits.ts'

export interface LinkState {
  readonly state: 'up' | 'down'
  /** What happened, in words for an operator; never a value, key or credential. */
  readonly why: string
}

export interface LinkOptions {
  /** `redis://` or `rediss://`, with user, password and database number. */
  readonly url: string
  readonly commandTimeoutMs: number
  readonly onState: (state: LinkState) => void
}

/** ioredis tells its reply types from `replyMapping`; without it they are those of RESP2. */
type Options = Omit<RedisOptions, 'replyMapping'>

export class RedisLink {
  readonly #options: Options
  readonly #onState: (state: LinkState) => void
  /** The connection that is on its way or in use. */
  #attempt: Redis | undefined
  #usable: Redis | undefined
  /** In a row; a command that was answered as it should be sets it back. */
  #failures = 0
  #reported: LinkState['state'] | undefined
  #timer: NodeJS.Timeout | undefined
  #closed = false

  constructor(options: LinkOptions) {
    this.#options = connectionOptions(options)
    this.#onState = options.onState
    void this.#connect()
  }

  /** The connection to ask now; undefined while there is none, and while Redis is left alone. */
  get client(): Redis | undefined {
    return this.#usable
  }

  /** A command was answered as it should be. */
  succeeded(): void {
    this.#failures = 0
  }

  /** Something unexpected happened on this connection: it is destroyed, and with it every command under way. */
  failed(client: Redis, why: string): void {
    if (client !== this.#attempt) return
    this.#drop()
    if (this.#closed) return
    this.#failures += 1
    if (this.#failures >= limits.redisFailures) this.#report({ state: 'down', why })
    this.#timer = setTimeout(() => void this.#connect(), pauseMs(this.#failures))
    this.#timer.unref()
  }

  close(): void {
    this.#closed = true
    clearTimeout(this.#timer)
    this.#drop()
  }

  async #connect(): Promise<void> {
    const client = new Redis(this.#options)
    this.#attempt = client
    let said: string | undefined
    client.on('error', (error: Error) => {
      said = error.message
    })
    client.on('end', () => this.failed(client, said ?? 'the connection was closed'))
    const deadline = setTimeout(() => this.failed(client, 'no answer to the first PING in time'), limits.redisConnectMs)
    deadline.unref()
    try {
      await client.connect()
      const reply: unknown = await client.ping()
      // Given up meanwhile, by the deadline or by close().
      if (client !== this.#attempt) return
      if (reply !== 'PONG') return this.failed(client, 'the first PING was answered by something else')
      this.#usable = client
      this.#report({ state: 'up', why: 'Redis answers' })
    } catch (error) {
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
    client.disconnect()
    // `disconnect` ends politely and would wait for the other side, which may be the one that no longer answers.
    if (client.stream !== undefined) client.stream.destroy()
  }

  #report(state: LinkState): void {
    if (this.#reported === state.state) return
    this.#reported = state.state
    this.#onState(state)
  }
}

/** At once after the first failures, then with doubling pauses; always a little apart from other gates. */
function pauseMs(failures: number): number {
  if (failures < limits.redisFailures) return 10 * Math.random()
  const pause = Math.min(limits.redisPauseMs * 2 ** (failures - limits.redisFailures), limits.redisPauseMaxMs)
  return pause * (0.75 + 0.25 * Math.random())
}

/** The URL is read here and not by ioredis, which lets a query in it override every option below. */
function connectionOptions({ url, commandTimeoutMs }: LinkOptions): Options {
  const { protocol, hostname, port, username, password, pathname, search, hash } = new URL(url)
  const db = /^\/?(\d{0,4})$/.exec(pathname)?.[1]
  if (
    (protocol !== 'redis:' && protocol !== 'rediss:') ||
    hostname === '' ||
    db === undefined ||
    search !== '' ||
    hash !== ''
  ) {
    throw new TypeError('the Redis URL must have the form redis[s]://[user[:password]@]host[:port][/database]')
  }
  return {
    // RFC 3986 puts an IPv6 address in brackets; a socket wants it without.
    host: hostname.replace(/^\[(.*)\]$/, '$1'),
    port: port === '' ? 6379 : Number(port),
    db: Number(db),
    ...(username !== '' && { username: decodeURIComponent(username) }),
    ...(password !== '' && { password: decodeURIComponent(password) }),
    ...(protocol === 'rediss:' && { tls: { rejectUnauthorized: true } }),
    lazyConnect: true,
    protocol: 2,
    disableClientInfo: true,
    enableReadyCheck: false,
    enableOfflineQueue: false,
    autoResendUnfulfilledCommands: false,
    maxRetriesPerRequest: 0,
    retryStrategy: null,
    connectTimeout: limits.redisConnectMs,
    commandTimeout: commandTimeoutMs,
  }
}
