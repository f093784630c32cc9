// Fake Redis: a server that speaks RESP and says whatever a test wants. For the lies that a real one does not tell.

import { createServer, type Socket } from 'node:net'
import { readCommand } from './resp.ts'

export interface FakeRedis {
  readonly url: string
  /** Commands that arrived, by upper-case name. */
  readonly counts: Map<string, number>
  stop(): Promise<void>
}

/** `answer` gives the raw bytes of the reply, or undefined for none at all. */
export async function startFakeRedis(
  answer: (name: string, words: readonly Buffer[]) => string | Buffer | undefined,
  port = 0,
): Promise<FakeRedis> {
  const counts = new Map<string, number>()
  const open = new Set<Socket>()
  const server = createServer((socket) => {
    open.add(socket)
    socket.on('error', () => {})
    socket.on('close', () => open.delete(socket))
    let rest: Buffer = Buffer.alloc(0)
    socket.on('data', (bytes: Buffer) => {
      rest = Buffer.concat([rest, bytes])
      for (let command = readCommand(rest); command !== undefined; command = readCommand(rest)) {
        rest = rest.subarray(command.end)
        const name = (command.words[0]?.toString() ?? '').toUpperCase()
        counts.set(name, (counts.get(name) ?? 0) + 1)
        const reply = answer(name, command.words)
        if (reply !== undefined && socket.writable) socket.write(reply)
      }
    })
  })
  await new Promise<void>((resolve) => server.listen(port, '127.0.0.1', resolve))
  const address = server.address()
  if (address === null || typeof address === 'string') throw new Error('the fake Redis has no port')
  return {
    url: `redis://127.0.0.1:${address.port}`,
    counts,
    async stop() {
      const closed = new Promise((resolve) => server.close(resolve))
      for (const socket of open) socket.destroy()
      await closed
    },
  }
}
