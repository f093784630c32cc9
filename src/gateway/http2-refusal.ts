// What a client of HTTP/2 is told: in its own words, that HTTP/1.1 is required (RFC 9113 §7). These bytes are all of HTTP/2 that is
// spoken here: its streams, its compressed headers and its flow control would be a second front, with a reading of its own.

import { Buffer } from 'node:buffer'

const http11Required = 0xd
const frameTypes = { resetStream: 3, settings: 4, goAway: 7 } as const

function frame(type: keyof typeof frameTypes, stream: number, payload: Buffer): Buffer {
  const head = Buffer.alloc(9)
  head.writeUIntBE(payload.length, 0, 3)
  head.writeUInt8(frameTypes[type], 3)
  head.writeUInt32BE(stream, 5)
  return Buffer.concat([head, payload])
}

function number(value: number): Buffer {
  const bytes = Buffer.alloc(4)
  bytes.writeUInt32BE(value)
  return bytes
}

/** Its settings, none; the first request ended; no further one taken. The client raises an error with the code’s name. */
export const http2Refusal: Buffer = Buffer.concat([
  frame('settings', 0, Buffer.alloc(0)),
  frame('resetStream', 1, number(http11Required)),
  frame('goAway', 0, Buffer.concat([number(0), number(http11Required), Buffer.from('HTTP/1.1 is spoken here')])),
])
