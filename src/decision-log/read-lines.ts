// Reads a segment line by line for recovery and for the commands that show records. (The verifier has its own reading.)
import { createReadStream } from 'node:fs'

export interface Line {
  readonly text: string
  /** Byte offsets in the file: of the first byte, and behind the LF. */
  readonly start: number
  readonly end: number
}

/** What follows the last complete line. */
export interface Rest {
  readonly start: number
  readonly bytes: number
}

/** Complete lines, in the pieces in which the file is read; what follows the last LF is returned, not yielded. */
export async function* linesOf(path: string): AsyncGenerator<readonly Line[], Rest> {
  let carried: Buffer = Buffer.alloc(0)
  let position = 0 // of the first byte of `carried`
  for await (const piece of createReadStream(path, { highWaterMark: 1 << 20 })) {
    const chunk = carried.length === 0 ? (piece as Buffer) : Buffer.concat([carried, piece as Buffer])
    const lines: Line[] = []
    let from = 0
    for (let lf = chunk.indexOf(0x0a); lf >= 0; lf = chunk.indexOf(0x0a, from)) {
      lines.push({ text: chunk.toString('utf8', from, lf), start: position + from, end: position + lf + 1 })
      from = lf + 1
    }
    carried = chunk.subarray(from)
    position += from
    yield lines
  }
  return { start: position, bytes: carried.length }
}

/** `onLine` answers false to stop. */
export async function eachLine(path: string, onLine: (line: Line) => boolean): Promise<Rest> {
  const pieces = linesOf(path)
  for (;;) {
    const { value, done } = await pieces.next()
    if (done === true) return value
    for (const line of value) {
      if (onLine(line)) continue
      await pieces.return({ start: 0, bytes: 0 })
      return { start: line.end, bytes: 0 }
    }
  }
}
