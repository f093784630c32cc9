// Group: the bytes of one group commit, chained to the tail, with their leaves.
import { limits } from '../limits.ts'
import { type Body, commitLine, finish, leafIn } from './entry.ts'
import { type Repeatable, Written } from './repeats.ts'

export interface Group {
  /** Valid until the next group is laid out: the buffer is used again. */
  readonly bytes: Buffer
  readonly leaves: readonly string[]
  /** Leaf of the last line. */
  readonly prev: string
}

interface GroupTail {
  readonly seq: number
  readonly prev: string
  readonly segment: { readonly firstSeq: number }
}

/** Room for the commit line and the byte before the first line, which the leaf's prefix borrows. */
const spareBytes = 1_024

export class GroupBuffer {
  #scratch = Buffer.allocUnsafe(limits.commitBytes + limits.commitRecords + limits.recordBytes)

  readonly #written = new Written()

  layOut(bodies: readonly Body[], tail: GroupTail): Group {
    const needed = bodies.reduce((sum, body) => sum + body.bytes + 1, spareBytes)
    if (this.#scratch.length < needed) this.#scratch = Buffer.allocUnsafe(needed)
    const scratch = this.#scratch
    const leaves: string[] = []
    let { seq, prev } = tail
    const written = this.#written
    written.continueAt(seq, tail.segment.firstSeq)
    let end = 1
    const add = (line: string) => {
      const start = end
      end += scratch.write(line, start)
      prev = leafIn(scratch, start, end)
      leaves.push(prev)
      scratch[end++] = 0x0a
      written.after(seq)
      seq += 1
    }
    const repeated = (field: Repeatable): string => written.at(seq, field)
    for (const body of bodies) add(finish(body, seq, prev, repeated))
    add(commitLine(seq, prev))
    return { bytes: scratch.subarray(1, end), leaves, prev }
  }
}
