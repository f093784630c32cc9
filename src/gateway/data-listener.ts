// The data listener: Fastify on strict HTTP/1.1, one guarded handler for every method and path.
//
// What is allowed is the business of the route table in src/request, not of Fastify's router: whatever arrives goes through
// `enforce`, also what no route knows. A route beside the guard makes the start fail.
import type { IncomingMessage, ServerOptions, ServerResponse } from 'node:http'
import type { Socket } from 'node:net'
import Fastify, { type FastifyInstance, type FastifyReply, type FastifyRequest } from 'fastify'
import { limits } from '../limits.ts'
import { asksForSocket } from '../request/index.ts'
import { handle } from './handle.ts'
import type { ServerChoice } from './listening.ts'
import type { Parts } from './parts.ts'
import { refuseProtocolError } from './protocol-error.ts'
import { upgrade } from './upgrade.ts'

/** @returns a listener that is not listening yet */
export function createDataListener(server: ServerChoice, parts: Parts): FastifyInstance {
  const { connections, turns, upgrading } = parts
  const guarded = ({ raw: request }: FastifyRequest, reply: FastifyReply): void => {
    reply.hijack()
    connections.asked(request, reply.raw)
    turns.take(request, reply.raw, () => handle(parts, request, reply.raw))
  }
  const app: FastifyInstance = Fastify({
    logger: false,
    exposeHeadRoutes: false,
    bodyLimit: Number.MAX_SAFE_INTEGER,
    routerOptions: { ignoreTrailingSlash: false, caseSensitive: true, maxParamLength: limits.headerBytes },
    forceCloseConnections: 'idle',
    return503OnClosing: false,
    clientErrorHandler: (error: NodeJS.ErrnoException, socket: Socket) => refuseProtocolError(error, socket, parts),
    // A target that Fastify cannot read is ours to refuse.
    frameworkErrors: (_error, request, reply) => guarded(request, reply),
    ...withSockets(server),
  })
  // Every request ends here, whatever its route: Fastify parses and validates nothing, and the body stays on the socket until step 4.
  app.addHook('onRequest', (request, reply) => guarded(request, reply))
  app.addHook('onRoute', ({ handler, method, url }) => {
    if (handler !== guarded) throw new Error(`a route without the guard: ${String(method)} ${url}`)
  })
  app.setNotFoundHandler(guarded)
  app.setErrorHandler((_error, request, reply) => guarded(request, reply))

  const { server: node } = app
  // Too many headers are refused by our own reading: node would drop those beyond its count, unread.
  node.maxHeadersCount = 0
  node.on('connect', (_request: IncomingMessage, socket: Socket) =>
    refuseProtocolError({ code: 'CONNECT' }, socket, parts),
  )
  // Whatever asks to become a WebSocket comes here; any other wish to leave HTTP stays a request.
  node.on('upgrade', (request: IncomingMessage, connection: Socket, head: Buffer) => {
    connections.upgraded(request)
    const upgraded = upgrade(parts, { request, connection, head })
    upgrading.add(upgraded)
    void upgraded.then(() => upgrading.delete(upgraded))
  })
  // `Expect` is answered after the decision to read, not by node before it: `readBody` sends 100, `readHead` refuses the rest.
  for (const expecting of ['checkContinue', 'checkExpectation']) {
    node.on(expecting, (request: IncomingMessage, response: ServerResponse) => node.emit('request', request, response))
  }
  return app
}

function withSockets(server: ServerChoice): ServerChoice {
  const options: ServerOptions = {
    shouldUpgradeCallback: ({ method = '', rawHeaders }) => asksForSocket({ method, rawHeaders }),
  }
  return 'http' in server ? { http: { ...server.http, ...options } } : { https: { ...server.https, ...options } }
}
