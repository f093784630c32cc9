// In turns: of all long work of a process, one step in each turn of the event loop, so that everything else is answered in between,
// however many wait. Whoever came first goes on first.
import { limits } from '../limits.ts'
import type { Steps } from '../request/index.ts'
import type { Stop } from './refusing.ts'

export interface Ended extends Stop {
  readonly kind: 'refused'
}

/**
 * Drives the steps to their result. What takes one step alone is done at once, and nothing has to be awaited.
 * @param isGone nobody waits for the result any more: it is given up
 */
export function inTurns<Result>(steps: Steps<Result>, isGone: () => boolean): Result | Ended | Promise<Result | Ended> {
  const first = steps.next()
  return first.done === true ? first.value : goOn(steps, isGone)
}

async function goOn<Result>(steps: Steps<Result>, isGone: () => boolean): Promise<Result | Ended> {
  const latest = performance.now() + limits.stepsMs
  for (;;) {
    await turn()
    if (isGone())
      return { kind: 'refused', reason: 'request_unreadable', message: 'the caller left before it was read' }
    if (performance.now() > latest)
      return { kind: 'refused', reason: 'overloaded', message: 'it took too long to read' }
    const step = steps.next()
    if (step.done === true) return step.value
  }
}

const waiting: (() => void)[] = []

function turn(): Promise<void> {
  const { promise, resolve } = Promise.withResolvers<void>()
  waiting.push(resolve)
  if (waiting.length === 1) setImmediate(next)
  return promise
}

/** What it wakes runs right behind it, and may wait again. */
function next(): void {
  waiting.shift()?.()
  if (waiting.length > 0) setImmediate(next)
}
