// The server of node under every listener: its limits, plain or over TLS, and the address at which it answers.
import type { ServerOptions } from 'node:https'
import type { AddressInfo } from 'node:net'
import type { FastifyInstance } from 'fastify'
import { limits } from '../limits.ts'
import type { ListenerSettings } from '../vocabulary/settings.ts'

/** Options of Fastify that make node's server: it reads `http` only where there is no `https`, so the limits stand in either. */
export type ServerChoice = { readonly http: ServerOptions } | { readonly https: ServerOptions }

export function serverOf({ tls, http2 = false }: ListenerSettings & { readonly http2?: boolean }): ServerChoice {
  const strict: ServerOptions = {
    // Of TLS; two minutes otherwise.
    handshakeTimeout: limits.headersTimeoutMs,
    maxHeaderSize: limits.headerBytes,
    headersTimeout: limits.headersTimeoutMs,
    // How often node looks whether those times are over; every thirty seconds otherwise.
    connectionsCheckingInterval: 1_000,
    requestTimeout: limits.requestTimeoutMs,
    keepAliveTimeout: limits.keepAliveMs,
    insecureHTTPParser: false,
    // A request without a Host is refused by our own reading, on record.
    requireHostHeader: false,
  }
  if (tls === null) return { http: strict }
  const { cert, key, clientCa } = tls
  const clients = clientCa === null ? {} : { ca: clientCa, requestCert: true, rejectUnauthorized: true }
  const spoken = http2 ? { ALPNProtocols: ['h2', 'http/1.1'] } : {}
  return { https: { ...strict, cert, key, minVersion: 'TLSv1.2', ...clients, ...spoken } }
}

/** @returns the URL under which the listener answers */
export async function listen(app: FastifyInstance, { host, port, tls }: ListenerSettings): Promise<string> {
  await app.listen({ host, port })
  const address = app.server.address() as AddressInfo
  const name = address.family === 'IPv6' ? `[${address.address}]` : address.address
  return `${tls === null ? 'http' : 'https'}://${name}:${address.port}`
}

/**
 * No new connections; who is being answered has a moment. Node ends no connection on which nothing was ever said, and none by its
 * time any more once the listener closes.
 */
export async function shut(app: FastifyInstance): Promise<void> {
  const closed = app.close()
  const late = setTimeout(() => app.server.closeAllConnections(), limits.drainLastMs)
  await closed
  clearTimeout(late)
}
