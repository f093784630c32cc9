// Connections to the model APIs. One pool per configured upstream, TLS verified, HTTP/1.1, one request per connection at a time,
// no retries: an answer that did not come is told, never asked for again (the caller's SDK decides).
import { Pool } from 'undici'
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
      const { origin, host, pathname } = new URL(upstream.url)
      const pool = new Pool(origin, {
        connections,
        pipelining: 1,
        allowH2: false,
        connect: { rejectUnauthorized: true, timeout: upstream.timeouts.connectMs },
        headersTimeout: upstream.timeouts.headersMs,
        bodyTimeout: upstream.timeouts.bodyIdleMs,
      })
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
      await Promise.all([...pools.values()].map(({ pool }) => pool.destroy()))
    },
  }
}
