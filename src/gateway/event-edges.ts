// Server-sent events, cut at their edges: bytes go in as they come, whole events come out, byte for byte.
// An event ends with a blank line (WHATWG HTML §9.2.6: CRLF, LF or CR). What is unfinished is held back, so that a cut stream
// never ends in half an event.

const LF = 0x0a
const CR = 0x0d

export interface EventEdges {
  /** @returns every whole event that is complete with this chunk, or null. */
  push(chunk: Buffer): Buffer | null
  /** Bytes held back, waiting for their edge. */
  held(): number
  /** What is left when the answer has ended by itself: a last event without its blank line. */
  rest(): Buffer
}

export function createEventEdges(): EventEdges {
  let tail: Buffer = Buffer.alloc(0)
  return {
    push(chunk) {
      // A boundary may straddle the chunk's start: three bytes of the tail are enough to see it.
      const searchFrom = Math.max(0, tail.length - 3)
      const bytes = tail.length === 0 ? chunk : Buffer.concat([tail, chunk])
      const edge = lastEdge(bytes, searchFrom)
      if (edge === 0) {
        tail = bytes
        return null
      }
      tail = bytes.subarray(edge)
      return bytes.subarray(0, edge)
    },
    held: () => tail.length,
    rest: () => tail,
  }
}

/** @returns the offset just behind the last blank line that ends at or after `from`; 0 where there is none. */
function lastEdge(bytes: Buffer, from: number): number {
  for (let at = bytes.length - 1; at > from; at--) {
    if (bytes[at] === LF) {
      if (bytes[at - 1] === LF) return at + 1
      if (at >= 3 && bytes[at - 1] === CR && bytes[at - 2] === LF && bytes[at - 3] === CR) return at + 1
    } else if (bytes[at] === CR && bytes[at - 1] === CR) return at + 1
  }
  return 0
}
