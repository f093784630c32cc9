// Amazon's event stream encoding: messages that begin with their length and end with a checksum. Bytes go in as they come, whole
// messages come out, byte for byte. One that is damaged, or longer than can be held, ends the stream: nothing behind it can be found.
import { EventStreamCodec } from '@smithy/eventstream-codec'
import { isJsonObject, readJson } from '../json/index.ts'
import { limits } from '../limits.ts'
import type { EventEdges } from './event-edges.ts'

/** Lengths of a message: of all of it, of its headers; then a checksum of the two. */
const preludeBytes = 12
const lengthBytes = 4
const checksumBytes = 4
const codec = new EventStreamCodec(
  (bytes) => Buffer.from(bytes).toString(),
  (text) => Buffer.from(text),
)

export function createEventFrames(): EventEdges {
  let tail: Buffer[] = []
  let held = 0
  /** So many bytes must be there before another look is worth it. */
  let wanted = lengthBytes
  let fault: string | null = null

  return {
    push(chunk) {
      tail.push(chunk)
      held += chunk.length
      if (fault !== null || held < wanted) return null
      const bytes = tail.length === 1 ? chunk : Buffer.concat(tail, held)
      let edge = 0
      wanted = lengthBytes
      while (fault === null && bytes.length - edge >= lengthBytes) {
        const length = bytes.readUInt32BE(edge)
        fault = lengthFault(length)
        wanted = length
        if (fault !== null || bytes.length - edge < length) break
        fault = frameFault(bytes.subarray(edge, edge + length))
        edge += length
        wanted = lengthBytes
      }
      tail = edge === bytes.length ? [] : [bytes.subarray(edge)]
      held = bytes.length - edge
      return fault !== null || edge === 0 ? null : bytes.subarray(0, edge)
    },
    held: () => held,
    rest: () => Buffer.alloc(0),
    fault: (atEnd) => fault ?? (atEnd === 'at-end' && held > 0 ? 'it ended inside an event' : null),
  }
}

function lengthFault(length: number): string | null {
  if (length < preludeBytes + checksumBytes) return 'a message of its stream is damaged'
  return length > limits.sseEventBytes ? 'an event is longer than can be held' : null
}

function frameFault(frame: Buffer): string | null {
  try {
    codec.decode(frame)
    return null
  } catch {
    return 'a message of its stream is damaged'
  }
}

/**
 * What whole messages, found as above, hold: the JSON of each. An answer of InvokeModel is the vendor's own, in base64 inside the
 * event; it comes out as the vendor wrote it.
 */
export function payloadsOf(frames: Buffer): readonly Buffer[] {
  const payloads: Buffer[] = []
  for (let at = 0; at < frames.length; ) {
    const length = frames.readUInt32BE(at)
    const headers = frames.readUInt32BE(at + lengthBytes)
    const payload = frames.subarray(at + preludeBytes + headers, at + length - checksumBytes)
    payloads.push(payload.includes('"bytes"') ? vendorEvent(payload) : payload)
    at += length
  }
  return payloads
}

/** As it is where it holds no such member, or two of them: then nobody knows what it says. */
function vendorEvent(payload: Buffer): Buffer {
  const reading = readJson(payload)
  if (reading.kind === 'fault' || !isJsonObject(reading.value)) return payload
  const { bytes } = reading.value
  return typeof bytes === 'string' ? Buffer.from(bytes, 'base64') : payload
}
