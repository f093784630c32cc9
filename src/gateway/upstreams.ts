// Connections to the model APIs. One pool per configured upstream, TLS verified, HTTP/1.1, one request per connection at a time,
// no retries: an answer that did not come is told, never asked for again (the caller's SDK decides).
import { Pool } from 'undici'
import type { UpstreamSettings } from '../vocabulary/settings.ts'

export interface Upstreams {
  poolOf(upstream: UpstreamSettings): { readonly pool: Pool; readonly prefix: string }
  close(): Promise<void>
}

/** @param connections upper bound of connections per upstream; admission control keeps requests below it. */
export function createUpstreams(upstreams: readonly UpstreamSettings[], connections: number): Upstreams {
  const pools = new Map(
    upstreams.map((upstream) => {
      const { origin, pathname } = new URL(upstream.url)
      const pool = new Pool(origin, {
        connections,
        pipelining: 1,
        allowH2: false,
        connect: { rejectUnauthorized: true, timeout: upstream.timeouts.connectMs },
        headersTimeout: upstream.timeouts.headersMs,
        bodyTimeout: upstream.timeouts.bodyIdleMs,
      })
      return [upstream.name, { pool, prefix: pathname.replace(/\/$/, '') }]
    }),
  )
  return {
    poolOf(upstream) {
      const found = pools.get(upstream.name)
      if (found === undefined) throw new Error(`no pool for upstream \`${upstream.name}\``)
      return found
    },
    close: async () => {
      await Promise.all([...pools.values()].map(({ pool }) => pool.destroy()))
    },
  }
}
