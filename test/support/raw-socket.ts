// A WebSocket client in bytes (RFC 6455 §5): what no library would send, and exactly what comes back.
import { randomBytes } from 'node:crypto'
import { connect, type Socket } from 'node:net'
import type { World } from '../../src/demo/world.ts'

export interface FrameBytes {
  readonly payload?: string | Buffer
  /** Text unless said otherwise. */
  readonly opcode?: number
  readonly fin?: boolean
  /** The three reserved bits: 4 says that the message is compressed. */
  readonly reserved?: number
  readonly masked?: boolean
  /** What the head says of the length, if not the truth. */
  readonly length?: bigint
}

export function frameBytes(frame: FrameBytes): Buffer {
  const { opcode = 1, fin = true, reserved = 0, masked = true, length } = frame
  const payload = Buffer.from(frame.payload ?? '')
  const first = (fin ? 0x80 : 0) | (reserved << 4) | opcode
  const mask = masked ? randomBytes(4) : Buffer.alloc(0)
  const bit = masked ? 0x80 : 0
  const size = length ?? BigInt(payload.length)
  const head =
    size < 126n
      ? Buffer.from([first, bit | Number(size)])
      : size < 65_536n
        ? Buffer.from([first, bit | 126, Number(size) >> 8, Number(size) & 255])
        : Buffer.concat([Buffer.from([first, bit | 127]), big(size)])
  const body: Uint8Array = masked ? payload.map((byte, index) => byte ^ (mask[index % 4] as number)) : payload
  return Buffer.concat([head, mask, body])
}

function big(size: bigint): Buffer {
  const bytes = Buffer.alloc(8)
  bytes.writeBigUInt64BE(size)
  return bytes
}

export interface RawSocket {
  readonly socket: Socket
  /** Head of the answer to the upgrade. */
  readonly head: string
  /** Texts that came, in order. */
  texts(): readonly string[]
  /** Code of the close frame; null once the connection ended without one. */
  readonly closed: Promise<number | null>
}

/** The upgrade as bytes, with what is to be odd about it; `behind` follows in the same write. */
export function upgradeBytes(token: string | null, target: string, headers = ''): string {
  const credential = token === null ? '' : `Authorization: Bearer ${token}\r\n`
  return (
    `GET ${target} HTTP/1.1\r\nHost: gate.example\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n` +
    `Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: ${randomBytes(16).toString('base64')}\r\n${credential}${headers}\r\n`
  )
}

/** Opens a connection, sends the upgrade and, without waiting, what is to stand behind it; resolves when the answer's head is whole. */
export async function dialSocket(
  { gateway }: Pick<World, 'gateway'>,
  upgrade: string,
  behind: readonly Buffer[] = [],
): Promise<RawSocket> {
  const { hostname, port } = new URL(gateway.data)
  const socket = connect(Number(port), hostname)
  let bytes = Buffer.alloc(0)
  let head = ''
  const texts: string[] = []
  const headCame = Promise.withResolvers<void>()
  const closed = Promise.withResolvers<number | null>()
  socket.on('error', () => {})
  socket.on('close', () => {
    headCame.resolve()
    closed.resolve(null)
  })
  socket.on('data', (chunk: Buffer) => {
    bytes = Buffer.concat([bytes, chunk])
    if (head === '') {
      const end = bytes.indexOf('\r\n\r\n')
      if (end < 0) return
      head = bytes.subarray(0, end + 4).toString('latin1')
      bytes = bytes.subarray(end + 4)
      headCame.resolve()
    }
    if (!head.startsWith('HTTP/1.1 101')) return
    for (let frame = wholeFrame(bytes); frame !== null; frame = wholeFrame(bytes)) {
      bytes = bytes.subarray(frame.end)
      if (frame.opcode === 1 || frame.opcode === 2) texts.push(frame.payload.toString('utf8'))
      if (frame.opcode === 8) closed.resolve(frame.payload.length >= 2 ? frame.payload.readUInt16BE(0) : 1005)
    }
  })
  socket.write(Buffer.concat([Buffer.from(upgrade, 'latin1'), ...behind]))
  await headCame.promise
  return { socket, head, texts: () => texts, closed: closed.promise }
}

/** Servers do not mask. */
function wholeFrame(bytes: Buffer): { opcode: number; payload: Buffer; end: number } | null {
  if (bytes.length < 2) return null
  const opcode = (bytes[0] as number) & 15
  let length = (bytes[1] as number) & 127
  let start = 2
  if (length === 126) {
    if (bytes.length < 4) return null
    length = bytes.readUInt16BE(2)
    start = 4
  } else if (length === 127) {
    if (bytes.length < 10) return null
    length = Number(bytes.readBigUInt64BE(2))
    start = 10
  }
  return bytes.length < start + length
    ? null
    : { opcode, payload: bytes.subarray(start, start + length), end: start + length }
}
