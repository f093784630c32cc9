// The connections to one model API: HTTP/1.1, one request at a time on each, certificates verified. Whoever asks gets the one that was
// used last, so that those that are not needed grow old and are ended.
import { createDeadlines, together } from '../clock/index.ts'
import { upstreamLimits } from '../upstream-limits.ts'
import { connectTo } from './connect.ts'
import { type AnswerControl, type AnswerListener, Connection, type Keeper, type Waits } from './connection.ts'
import { requestHead, type UpstreamRequest } from './request-head.ts'

export interface PoolOptions {
  /** Scheme, host and port: the rest is not looked at. */
  readonly url: string
  /** Upper bound of connections. */
  readonly connections: number
  readonly timeouts: { readonly connectMs: number; readonly headersMs: number; readonly bodyIdleMs: number }
}

interface Idle {
  readonly connection: Connection
  /** `performance.now()` */
  readonly until: number
}

export class Pool {
  readonly #authority: string
  readonly #connect: () => Connection
  readonly #limit: number
  readonly #open = new Set<Connection>()
  /** Used last, stands last; some have ended meanwhile. */
  #idle: Idle[] = []
  #sweeping: NodeJS.Timeout | undefined
  #isDestroyed = false

  constructor({ url, connections, timeouts }: PoolOptions) {
    const to = new URL(url)
    const connect = connectTo(to)
    const waits: Waits = {
      connect: createDeadlines(timeouts.connectMs),
      head: createDeadlines(timeouts.headersMs),
      body: createDeadlines(timeouts.bodyIdleMs),
    }
    const keeper: Keeper = {
      onAnswered: (connection, keepMs) => {
        // Less than was said, since a request that is on its way when the other side ends the connection is lost.
        const ms =
          keepMs === null
            ? upstreamLimits.idleMs
            : Math.min(keepMs - upstreamLimits.idleMarginMs, upstreamLimits.idleMostMs)
        if (ms <= 0) connection.break(new Error('the connection is not kept'))
        else this.#rest({ connection, until: performance.now() + ms })
      },
      onGone: (connection) => this.#open.delete(connection),
    }
    this.#authority = to.host
    this.#limit = connections
    this.#connect = () => new Connection(connect, waits, keeper)
  }

  /** Asks once. @throws Error where nothing was sent and `listener` hears of nothing */
  dispatch(request: UpstreamRequest, listener: AnswerListener): AnswerControl {
    if (this.#isDestroyed) throw new Error('the gate is being stopped')
    const head = requestHead(request, this.#authority)
    const connection = this.#freeOne() ?? this.#newOne()
    return connection.send(request, head, listener)
  }

  /** Every answer that is under way ends with an error, and nothing more is asked. */
  destroy(): void {
    this.#isDestroyed = true
    clearTimeout(this.#sweeping)
    for (const connection of this.#open) connection.break(new Error('the gate is being stopped'))
  }

  #freeOne(): Connection | undefined {
    const now = performance.now()
    for (let idle = this.#idle.pop(); idle !== undefined; idle = this.#idle.pop()) {
      if (!this.#open.has(idle.connection)) continue
      if (idle.until > now) return idle.connection
      idle.connection.break(new Error('the connection has grown old'))
    }
    return undefined
  }

  #newOne(): Connection {
    if (this.#open.size >= this.#limit) throw new Error('there are as many connections to it as there may be')
    const connection = this.#connect()
    this.#open.add(connection)
    return connection
  }

  /** Not in the turn in which its answer ended: a server that ends the connection although it did not say so has done so by then. */
  readonly #rest = together((idle: Idle) => {
    if (!this.#open.has(idle.connection)) return
    // It answered before it had all of the request: the rest would be taken for the beginning of the next.
    if (!idle.connection.isSent) return idle.connection.break(new Error('the request was not wholly sent'))
    this.#idle.push(idle)
    this.#sweeping ??= setTimeout(() => this.#sweep(), upstreamLimits.sweepMs).unref()
  })

  #sweep(): void {
    this.#sweeping = undefined
    const now = performance.now()
    const open = this.#idle.filter(({ connection }) => this.#open.has(connection))
    const [old, young] = [open.filter(({ until }) => until <= now), open.filter(({ until }) => until > now)]
    this.#idle = young
    for (const { connection } of old) connection.break(new Error('the connection has grown old'))
    if (young.length > 0) this.#sweeping = setTimeout(() => this.#sweep(), upstreamLimits.sweepMs).unref()
  }
}
