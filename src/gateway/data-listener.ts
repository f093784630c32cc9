// The data listener: Fastify on strict HTTP/1.1, one guarded handler for every method and path.
//
// What is allowed is the business of the route table in src/request, not of Fastify's router: whatever arrives goes through
// `enforce`, also what no route knows. Start-up walks Fastify's own table and fails if anything else stands in it.
import type { IncomingMessage } from 'node:http'
import type { ServerOptions } from 'node:https'
import type { Socket } from 'node:net'
import Fastify, { type FastifyInstance, type FastifyReply, type FastifyRequest } from 'fastify'
import { limits } from '../limits.ts'
import { handle } from './handle.ts'
import type { Parts } from './parts.ts'
import { refuseProtocolError } from './protocol-error.ts'

/** @returns a listener that is not listening yet. @throws Error where a route stands beside the guard. */
export function createDataListener(tls: ServerOptions | null, connections: number, parts: Parts): FastifyInstance {
  const app = Fastify({
    logger: false,
    // Errors in the handler are refusals already; nothing here may answer in Fastify's own words.
    exposeHeadRoutes: false,
    requestTimeout: limits.requestTimeoutMs,
    keepAliveTimeout: limits.keepAliveMs,
    bodyLimit: Number.MAX_SAFE_INTEGER,
    routerOptions: { ignoreTrailingSlash: false, caseSensitive: true, maxParamLength: limits.headerBytes },
    forceCloseConnections: 'idle',
    return503OnClosing: false,
    http: { maxHeaderSize: limits.headerBytes, headersTimeout: limits.headersTimeoutMs, insecureHTTPParser: false },
    https: tls,
    clientErrorHandler: (error: NodeJS.ErrnoException, socket: Socket) =>
      refuseProtocolError(error, socket, parts.metrics),
  } as Parameters<typeof Fastify>[0]) as unknown as FastifyInstance

  const guarded = (request: FastifyRequest, reply: FastifyReply): void => {
    reply.hijack()
    const handled = handle(parts, request.raw, reply.raw)
    parts.underWay.add(handled)
    void handled.then(() => parts.underWay.delete(handled))
  }
  // The body stays on the socket until step 4 reads it.
  app.removeAllContentTypeParsers()
  app.addContentTypeParser('*', (_request, payload, done) => done(null, payload))
  const routes: string[] = []
  app.addHook('onRoute', (route) => {
    if (route.handler !== guarded) routes.push(`${String(route.method)} ${route.url}`)
  })
  app.setNotFoundHandler(guarded)
  app.setErrorHandler((_error, request, reply) => guarded(request, reply))
  app.addHook('onReady', async () => {
    if (routes.length > 0) throw new Error(`routes without the guard: ${routes.join(', ')}`)
  })
  app.server.maxHeadersCount = 0
  app.server.maxConnections = connections
  app.server.on('connect', (_request: IncomingMessage, socket: Socket) =>
    refuseProtocolError({ code: 'CONNECT' }, socket, parts.metrics),
  )
  return app
}
