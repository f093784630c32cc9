// Turns: one request of a connection at a time. HTTP/1.1 lets a client send the next request before it has the answer to the last
// (pipelining); node hands them all over at once and holds their answers back. Here each waits until the one before it has been
// answered whole: nothing is decided for an answer that could not leave yet, and nothing follows on an answer that closes.
//
// All that may begin in one turn of the event loop begins together, at its end: also behind whatever the answers before it settle.
import type { IncomingMessage, ServerResponse } from 'node:http'
import type { Socket } from 'node:net'
import { together } from '../clock/index.ts'
import { limits } from '../limits.ts'

interface Turn {
  readonly response: ServerResponse
  readonly handler: () => Promise<void>
}

/** Of one connection. */
interface Line {
  /** One is being answered. */
  isBusy: boolean
  readonly waiting: Turn[]
}

export interface Turns {
  /** Runs the handler, which never rejects, when it is this request's turn; never where the connection ends before. */
  take(request: IncomingMessage, response: ServerResponse, handler: () => Promise<void>): void
  /** A request of this connection waits or is being answered. */
  isBusy(socket: Socket): boolean
  /** Requests that wait, are being answered, or are not on record to their end yet. */
  underWay(): number
}

export function createTurns(): Turns {
  const lines = new WeakMap<Socket, Line>()
  let underWay = 0

  function begin(socket: Socket, line: Line, { response, handler }: Turn): void {
    line.isBusy = true
    let isHalfOver = false
    const half = (): void => {
      if (isHalfOver) underWay -= 1
      isHalfOver = true
    }
    // Whole: handed to the kernel, or the connection is gone. Its record may still be on its way to the disk: no request waits for that.
    response.on('close', () => {
      half()
      // An answer that closes ends the line with its connection.
      if (!response.shouldKeepAlive) socket.end()
      line.isBusy = false
      if (line.waiting.length > 0) soon([socket, line])
    })
    void handler().then(half)
  }

  const soon = together(([socket, line]: readonly [Socket, Line]): void => {
    const next = line.waiting.shift()
    if (next === undefined) return
    if (!socket.destroyed && !socket.writableEnded) return begin(socket, line, next)
    underWay -= 1 + line.waiting.length
    line.waiting.length = 0
  })

  return {
    take({ socket }, response, handler) {
      if (socket.destroyed || socket.writableEnded) return
      const line = lines.get(socket) ?? { isBusy: false, waiting: [] }
      lines.set(socket, line)
      if (line.waiting.length + Number(line.isBusy) >= limits.pipelinedRequests) {
        socket.destroy()
        return
      }
      underWay += 1
      line.waiting.push({ response, handler })
      if (!line.isBusy && line.waiting.length === 1) soon([socket, line])
    },
    isBusy: (socket) => {
      const line = lines.get(socket)
      return line !== undefined && (line.isBusy || line.waiting.length > 0)
    },
    underWay: () => underWay,
  }
}
