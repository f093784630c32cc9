// What one gate's listeners share.
import type { Logger } from 'pino'
import type { Connections } from '../admin/index.ts'
import type { Gate } from '../enforcement/index.ts'
import type { MemoryBudget } from './memory-budget.ts'
import type { Metrics } from './metrics.ts'
import type { SocketRelay } from './socket-relay.ts'
import type { Turns } from './turns.ts'
import type { Upstreams } from './upstreams.ts'

export interface Parts {
  readonly gate: Gate
  readonly upstreams: Upstreams
  readonly metrics: Metrics
  readonly logger: Logger
  /** Of the data listener. */
  readonly connections: Connections
  readonly turns: Turns
  readonly memory: MemoryBudget
  /** Places for requests of known callers; so many of those that are taken are WebSockets'. */
  readonly places: { taken: number; sockets: number; readonly limit: number }
  /** WebSockets that are open. */
  readonly sockets: Set<SocketRelay>
  /** Upgrades and what became of them, until their outcome is recorded; other requests are known to `turns`. */
  readonly upgrading: Set<Promise<void>>
}
