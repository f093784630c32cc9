// Turns: one request of a connection at a time. HTTP/1.1 lets a client send the next request before it has the answer to the last
// (pipelining); node hands them all over at once and holds their answers back. Here each waits until the one before it has been
// answered whole: nothing is decided for an answer that could not leave yet, and nothing follows on an answer that closes.
import type { IncomingMessage, ServerResponse } from 'node:http'
import type { Socket } from 'node:net'
import { finished } from 'node:stream/promises'
import { limits } from '../limits.ts'

interface Line {
  /** Resolves when the last request that joined has been answered. */
  last: Promise<void>
  waiting: number
}

export interface Turns {
  /** Runs the handler when it is this request's turn; never where the connection ends before. Never rejects. */
  take(request: IncomingMessage, response: ServerResponse, handler: () => Promise<void>): Promise<void>
  /** A request of this connection is being answered. */
  isBusy(socket: Socket): boolean
}

export function createTurns(): Turns {
  const lines = new WeakMap<Socket, Line>()
  return {
    async take(request, response, handler) {
      const { socket } = request
      const line = lines.get(socket) ?? { last: Promise.resolve(), waiting: 0 }
      lines.set(socket, line)
      if (line.waiting >= limits.pipelinedRequests) {
        socket.destroy()
        return
      }
      line.waiting += 1
      const before = line.last
      const mine = (async () => {
        await before
        if (socket.destroyed || socket.writableEnded) return
        await handler()
        // Whole: handed to the kernel, or the connection is gone. An answer that closes ends the line with its connection.
        await finished(response).catch(() => {})
        if (!response.shouldKeepAlive) socket.end()
      })()
      line.last = mine
      await mine
      line.waiting -= 1
    },
    isBusy: (socket) => (lines.get(socket)?.waiting ?? 0) > 0,
  }
}
