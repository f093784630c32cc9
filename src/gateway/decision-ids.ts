// Decision ids: UUIDv7, so that they sort by time. Random bytes are drawn for many at once, since a draw of sixteen costs nearly what a
// draw of four thousand does (3 µs).
import { randomFillSync } from 'node:crypto'
import { v7 } from 'uuid'

const idBytes = 16
const idsPerDraw = 256

/** @returns what gives a new id at each call; no random byte is used twice. */
export function createDecisionIds(): () => string {
  const drawn = Buffer.alloc(idBytes * idsPerDraw)
  let used = drawn.length
  return () => {
    if (used === drawn.length) {
      randomFillSync(drawn)
      used = 0
    }
    const random = drawn.subarray(used, (used += idBytes))
    return v7({ random })
  }
}
