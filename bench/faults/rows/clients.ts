// What clients do: they do not read, or send without end.
import { connect, type Socket } from 'node:net'
import { nothing, type Row } from '../row.ts'
import type { Site } from '../site.ts'

const readers = 20
/** After what closes it a stream that nobody read is ended by then, whatever waits in buffers. */
const endMs = 10_000

const head = ({ tokens }: Site, ...more: readonly string[]): string =>
  [
    'POST /v1/chat/completions HTTP/1.1',
    'host: gate',
    `authorization: Bearer ${tokens.caller}`,
    'content-type: application/json',
    ...more,
    '',
    '',
  ].join('\r\n')

async function dial({ gates: [one] }: Site): Promise<Socket> {
  const { hostname, port } = new URL(one.data)
  const socket = connect({ host: hostname, port: Number(port) })
  socket.on('error', () => {})
  await new Promise((resolve) => socket.once('connect', resolve))
  return socket
}

/** Streams of what the order closes, of which nobody takes a byte. */
let unread: readonly Socket[] = []

async function openUnread(site: Site): Promise<void> {
  const body = JSON.stringify({ model: 'fable-5', stream: true, user: 'much', messages: [] })
  unread = await Promise.all(
    Array.from({ length: readers }, async () => {
      const socket = await dial(site)
      socket.pause()
      socket.write(head(site, 'connection: close', `content-length: ${body.length}`) + body)
      return socket
    }),
  )
}

async function takeUnread(): Promise<void> {
  let begun = 0
  const ended = unread.map((socket) => {
    const closed = new Promise<boolean>((resolve) => socket.once('close', () => resolve(true)))
    if (socket.closed) return Promise.resolve(true)
    socket.once('data', (start: Buffer) => {
      if (String(start.subarray(0, 12)) === 'HTTP/1.1 200') begun += 1
    })
    socket.resume()
    const late = new Promise<boolean>((resolve) => setTimeout(() => resolve(false), endMs).unref())
    return Promise.race([closed, late])
  })
  const open = (await Promise.all(ended)).filter((isEnded) => !isEnded).length
  for (const socket of unread) socket.destroy()
  if (begun < readers) throw new Error(`${readers - begun} streams were not opened, or nobody knows`)
  if (open > 0) throw new Error(`${open} streams of what was closed were still open`)
}

interface Bomb {
  readonly first: string
  /** Again and again. */
  readonly more: string
}

/** Each goes on until the gate ends the connection; then the next one comes. */
const bombs: Readonly<Record<string, (site: Site) => Bomb>> = {
  'headers without end': () => ({ first: 'GET / HTTP/1.1\r\nhost: gate\r\n', more: `x-${'a'.repeat(4_000)}: b\r\n` }),
  'a body without end': (site) => ({
    first: head(site, 'transfer-encoding: chunked'),
    more: `10000\r\n${' '.repeat(65_536)}\r\n`,
  }),
  'a body that is said to be endless': (site) => ({ first: head(site, 'content-length: 99999999999'), more: ' ' }),
  'a body of brackets': (site) => ({ first: head(site, 'content-length: 4000000'), more: '['.repeat(65_536) }),
}

let hands = new AbortController()

async function throwBombs(site: Site): Promise<void> {
  hands = new AbortController()
  const { signal } = hands
  for (const bomb of Object.values(bombs))
    for (let hand = 0; hand < 4; hand += 1) void throwAgain(site, bomb(site), signal)
}

async function throwAgain(site: Site, { first, more }: Bomb, signal: AbortSignal): Promise<void> {
  while (!signal.aborted) {
    const socket = await dial(site)
    socket.resume()
    socket.write(first)
    while (!signal.aborted && socket.writable) {
      const isTaken = socket.write(more)
      await new Promise((resolve) => setTimeout(resolve, isTaken ? 5 : 50))
    }
    socket.destroy()
  }
}

export const clientRows: readonly Row[] = [
  {
    name: 'slow-readers',
    does: `${readers} clients of one gate read nothing of their streams`,
    ms: 6_000,
    begin: openUnread,
    end: takeUnread,
    mayTell: nothing,
  },
  {
    name: 'bombs',
    does: 'sixteen clients of one gate send headers and bodies without end, and bodies of brackets',
    ms: 6_000,
    begin: throwBombs,
    end: async () => {
      hands.abort()
    },
    mayTell: nothing,
  },
]
