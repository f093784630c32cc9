// Streams, cut at the edges of their events: bytes go in as they come, whole events come out, byte for byte.
// A server-sent event ends with a blank line, each line with CRLF, LF or CR (WHATWG HTML §9.2.5); a value of NDJSON with LF. What is
// unfinished is held back, so that a stream that is cut never ends in half an event. Amazon's messages: event-frames.ts.

import { limits } from '../limits.ts'
import type { StreamType } from '../request/index.ts'
import { createEventFrames } from './event-frames.ts'

const LF = 0x0a
const CR = 0x0d

export interface EventEdges {
  /** @returns every whole event that is complete with this chunk, or null. */
  push(chunk: Buffer): Buffer | null
  /** Bytes held back, waiting for their edge. */
  held(): number
  /** Takes what is left when the answer has ended by itself: a last event without its blank line. */
  rest(): Buffer
  /** Why nothing more of the stream may be released; null: nothing is wrong. `at-end`: the answer has ended by itself. */
  fault(atEnd?: 'at-end'): string | null
}

export function createEventEdges(type: StreamType): EventEdges {
  if (type === 'application/vnd.amazon.eventstream') return createEventFrames()
  const lastEdge = type === 'application/x-ndjson' ? lastLineEnd : blankLines()
  let tail: Buffer[] = []
  let held = 0

  return {
    push(chunk) {
      const edge = lastEdge(chunk)
      if (edge === 0) {
        tail.push(chunk)
        held += chunk.length
        return null
      }
      const whole = chunk.subarray(0, edge)
      const events = held === 0 ? whole : Buffer.concat([...tail, whole])
      tail = edge === chunk.length ? [] : [chunk.subarray(edge)]
      held = chunk.length - edge
      return events
    },
    held: () => held,
    rest() {
      const rest = Buffer.concat(tail)
      tail = []
      held = 0
      return rest
    },
    fault(atEnd) {
      if (held > limits.sseEventBytes) return 'an event is longer than can be held'
      // A last event may lack its blank line, but not its line end: then it is a part of one.
      const last = tail.at(-1)?.at(-1)
      const isPart = atEnd === 'at-end' && held > 0 && last !== LF && last !== CR
      return isPart ? 'it ended inside an event' : null
    },
  }
}

function lastLineEnd(chunk: Buffer): number {
  return chunk.lastIndexOf(LF) + 1
}

/** @returns what gives the offset just behind the last blank line that ends in a chunk; 0 where there is none. */
function blankLines(): (chunk: Buffer) => number {
  let atLineStart = true
  let afterCr = false
  let crWasEdge = false

  return (chunk) => {
    let edge = 0
    for (let at = 0; at < chunk.length; at++) {
      const byte = chunk[at]
      if (byte === LF && afterCr) {
        // The second half of a line end: it goes with its first half, also where that was released with the chunk before.
        if (crWasEdge) edge = at + 1
        afterCr = false
      } else if (byte === LF || byte === CR) {
        crWasEdge = atLineStart
        if (atLineStart) edge = at + 1
        atLineStart = true
        afterCr = byte === CR
      } else {
        atLineStart = false
        afterCr = false
      }
    }
    return edge
  }
}
