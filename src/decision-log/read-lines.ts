// Reads a segment line by line for recovery and for the commands that show records. (The verifier has its own reading.)
import { createReadStream } from 'node:fs'

export interface Line {
  readonly text: string
  /** Byte offsets in the file: of the first byte, and behind the LF. */
  readonly start: number
  readonly end: number
}

export type Rest = { readonly start: number; readonly bytes: number }

/** `onLine` answers false to stop. Gives what follows the last complete line, without LF; nothing of it is passed on. */
export async function eachLine(path: string, onLine: (line: Line) => boolean): Promise<Rest> {
  let carried: Buffer = Buffer.alloc(0)
  let position = 0 // of the first byte of `carried`
  for await (const piece of createReadStream(path, { highWaterMark: 1 << 20 })) {
    const chunk = carried.length === 0 ? (piece as Buffer) : Buffer.concat([carried, piece as Buffer])
    let from = 0
    for (let lf = chunk.indexOf(0x0a); lf >= 0; lf = chunk.indexOf(0x0a, from)) {
      const line = { text: chunk.toString('utf8', from, lf), start: position + from, end: position + lf + 1 }
      from = lf + 1
      if (!onLine(line)) return { start: line.end, bytes: 0 }
    }
    carried = chunk.subarray(from)
    position += from
  }
  return { start: position, bytes: carried.length }
}
