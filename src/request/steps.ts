// What may take long is written in steps: a generator that yields between them, so that whoever drives it can let others have their
// turn. The room stays pure: a generator knows neither clock nor event loop, and gives the same whatever happens in between.

import { limits } from '../limits.ts'

/** Gives its result at the end. */
export type Steps<Result> = Generator<undefined, Result, undefined>

/** So much to read is a step of its own. */
export function isLong(bytes: Uint8Array): boolean {
  return bytes.length > limits.stepBytes
}

/** All steps, one after the other. */
export function inOneGo<Result>(steps: Steps<Result>): Result {
  for (;;) {
    const step = steps.next()
    if (step.done === true) return step.value
  }
}
