// The model APIs: one pool of connections for each that is configured. No retries: an answer that did not come is told, never asked for
// again (the caller's SDK decides).
import { Pool } from '../upstream/index.ts'
import type { UpstreamSettings } from '../vocabulary/settings.ts'
import { createSigner, type Signer } from './sign-request.ts'

export interface Upstream {
  readonly pool: Pool
  readonly prefix: string
  /** Null: its requests are not signed. */
  readonly sign: Signer | null
}

export interface Upstreams {
  poolOf(upstream: UpstreamSettings): Upstream
  close(): Promise<void>
}

/** @param connections upper bound of connections per upstream; admission control keeps requests below it. */
export function createUpstreams(upstreams: readonly UpstreamSettings[], connections: number): Upstreams {
  const pools = new Map<string, Upstream>(
    upstreams.map((upstream) => {
      const { host, pathname } = new URL(upstream.url)
      const pool = new Pool({ url: upstream.url, connections, timeouts: upstream.timeouts })
      const sign = upstream.sigv4 === null ? null : createSigner(upstream.sigv4, host)
      return [upstream.name, { pool, prefix: pathname.replace(/\/$/, ''), sign }]
    }),
  )
  return {
    poolOf(upstream) {
      const found = pools.get(upstream.name)
      if (found === undefined) throw new Error(`no pool for upstream \`${upstream.name}\``)
      return found
    },
    close: async () => {
      for (const { pool } of pools.values()) pool.destroy()
    },
  }
}
