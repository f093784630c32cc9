// Listening, and its end: no new connections, open answers in their dialect's words.
import { Server } from 'node:net'
import type { FastifyInstance } from 'fastify'
import { limits } from '../limits.ts'
import { workerLimits } from '../worker-limits.ts'
import type { Parts } from './parts.ts'

export { listen, type ServerChoice, serverOf, shut } from '../admin/index.ts'

/** How often a gate that ends looks whether all is over. */
const drainLookMs = 10

/**
 * Takes no new connection and closes none on which a request might be on its way: each is told to close with its next answer, or ends
 * when it has been idle for as long as ever. Resolves when none is left, or it has taken too long.
 */
export async function leave(apps: readonly FastifyInstance[]): Promise<void> {
  const all = apps.map(async ({ server }) => {
    server.prependListener('request', (_, response) => {
      response.shouldKeepAlive = false
    })
    // What is held open by HTTP/2 is told to go in its own words.
    server.emit('leaving')
    const { promise, resolve } = Promise.withResolvers<void>()
    // Not the close of an HTTP server, which cuts idle connections at once.
    Server.prototype.close.call(server, () => resolve())
    await promise
  })
  const late = new Promise<void>((resolve) => setTimeout(resolve, workerLimits.leaveMs).unref())
  await Promise.race([Promise.all(all), late])
}

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
