// TCP shim: stands between a client and a server, and makes the line as bad as a test wants it.

import { connect, createServer, type Server, type Socket } from 'node:net'
import { readReply } from './resp.ts'

/**
 * `pass`: nothing happens · `slow`: replies are late · `black-hole`: bytes go in and none come out, the connection stays
 * open · `hold`: the same, but what was under way arrives when it is over, as TCP sees to it · `cut`: every connection is reset when it next carries something · `shift`: each reply is the one that the
 * question before should have had.
 */
export type Fault =
  | { readonly kind: 'pass' | 'black-hole' | 'hold' | 'cut' | 'shift' }
  | { readonly kind: 'slow'; readonly delayMs: number }

export interface Shim {
  readonly port: number
  /** Counts connections that were accepted since the start. */
  readonly accepted: number
  set(fault: Fault): void
  /** Refuses new connections and resets those that are open. */
  close(): Promise<void>
  /** Listens again on the same port. */
  open(): Promise<void>
}

/** @param target asked at each new connection, so that one may be led elsewhere */
export async function startShim(target: { readonly host: string; readonly port: number }): Promise<Shim> {
  let fault: Fault = { kind: 'pass' }
  let accepted = 0
  let port = 0
  let server: Server | undefined
  const open = new Set<Socket>()

  const relay = (client: Socket): void => {
    accepted += 1
    const upstream = connect(target.port, target.host)
    const replies = new Replies()
    for (const socket of [client, upstream]) {
      open.add(socket)
      socket.setNoDelay(true)
      if (fault.kind === 'hold') socket.pause()
      socket.on('error', () => {})
      socket.on('close', () => {
        open.delete(socket)
        client.destroy()
        upstream.destroy()
      })
    }
    client.on('data', (bytes) => {
      if (fault.kind === 'cut') client.resetAndDestroy()
      else if (fault.kind !== 'black-hole') upstream.write(bytes)
    })
    upstream.on('data', (bytes: Buffer) => {
      const out = fault.kind === 'shift' ? replies.shifted(bytes) : replies.straight(bytes)
      if (fault.kind === 'black-hole' || out.length === 0) return
      if (fault.kind === 'slow') setTimeout(() => client.writable && client.write(out), fault.delayMs)
      else client.write(out)
    })
  }

  const listen = async (): Promise<void> => {
    const listening = createServer(relay)
    await new Promise<void>((resolve, reject) => {
      listening.once('error', reject)
      listening.listen(port, '127.0.0.1', resolve)
    })
    const address = listening.address()
    if (address === null || typeof address === 'string') throw new Error('the shim has no port')
    port = address.port
    server = listening
  }
  await listen()

  return {
    get port() {
      return port
    },
    get accepted() {
      return accepted
    },
    set(next) {
      fault = next
      for (const socket of open) {
        if (next.kind === 'hold') socket.pause()
        else socket.resume()
      }
    },
    async close() {
      const closing = server
      server = undefined
      if (closing === undefined) return
      const closed = new Promise((resolve) => closing.close(resolve))
      for (const socket of open) socket.resetAndDestroy()
      await closed
    },
    open: listen,
  }
}

/** Replies of one connection, cut at their edges, so that one of them can be held back. */
class Replies {
  #rest: Buffer = Buffer.alloc(0)
  /** The reply that a shift gives instead of the next one. */
  #last: Buffer = Buffer.alloc(0)

  straight(bytes: Buffer): Buffer {
    for (const reply of this.#split(bytes)) this.#last = reply
    return bytes
  }

  shifted(bytes: Buffer): Buffer {
    const out: Buffer[] = []
    for (const reply of this.#split(bytes)) {
      out.push(this.#last)
      this.#last = reply
    }
    return Buffer.concat(out)
  }

  *#split(bytes: Buffer): Generator<Buffer> {
    this.#rest = Buffer.concat([this.#rest, bytes])
    for (;;) {
      const end = readReply(this.#rest, 0)
      if (end === undefined) return
      yield this.#rest.subarray(0, end)
      this.#rest = this.#rest.subarray(end)
    }
  }
}
