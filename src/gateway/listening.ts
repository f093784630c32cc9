// Listening: the limits that both listeners have, plain or over TLS, and how they open and end.
import type { ServerOptions } from 'node:https'
import type { AddressInfo } from 'node:net'
import type { FastifyInstance } from 'fastify'
import { limits } from '../limits.ts'
import type { ListenerSettings } from '../vocabulary/settings.ts'
import type { Parts } from './parts.ts'

/** Options of Fastify that make node's server: it reads `http` only where there is no `https`, so the limits stand in either. */
export type ServerChoice = { readonly http: ServerOptions } | { readonly https: ServerOptions }

export function serverOf({ tls, http2 = false }: ListenerSettings & { readonly http2?: boolean }): ServerChoice {
  const strict: ServerOptions = {
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

/** How often a gate that ends looks whether all is over. */
const drainLookMs = 10

/** No new connections; open answers may end; what is open after that is cut in its dialect's words, and its outcome says so. */
export async function drain(app: FastifyInstance, { gate, sockets, turns, upgrading }: Parts): Promise<void> {
  const closed = app.close()
  let isLate = false
  const patience = setTimeout(() => {
    isLate = true
    gate.live.endAll()
    // Who does not take the end of an answer either loses the connection.
    setTimeout(() => app.server.closeAllConnections(), limits.drainLastMs).unref()
  }, limits.drainMs)
  // A request that came on a connection that was busy may have begun meanwhile. What does not end now is lost to a defect;
  // the log must still be closed.
  const deadline = Date.now() + limits.drainMs + 3 * limits.drainLastMs
  while (turns.underWay() + upgrading.size > 0 && Date.now() < deadline) {
    // A socket never ends by itself; one on which nothing was asked for yet has nothing to wait for. Some open only now.
    for (const socket of sockets) if (isLate || socket.isIdle()) socket.shutDown()
    await new Promise((resolve) => setTimeout(resolve, drainLookMs))
  }
  clearTimeout(patience)
  app.server.closeAllConnections()
  await closed
}
