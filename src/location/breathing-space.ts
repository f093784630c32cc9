// Long work in slices: a database of a hundred megabytes is examined in the process that serves requests.
import { setImmediate as nextTurn } from 'node:timers/promises'

/** Work between two turns of the event loop: well below what a stream's reader would notice. */
const sliceMs = 5

/** Returns a function to be awaited between small steps; it gives the event loop a turn when the slice is used up. */
export function breathingSpace(): () => Promise<void> {
  let began = performance.now()
  return async () => {
    if (performance.now() - began < sliceMs) return
    await nextTurn()
    began = performance.now()
  }
}
