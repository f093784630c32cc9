// When a worker that died is started again: soon, and later each time, until one has served for a while.
import { limits } from '../limits.ts'

export interface BackOff {
  /** @param servedMs how long the one that died had served; 0: it never did @returns milliseconds to wait */
  next(servedMs: number): number
}

export function createBackOff(): BackOff {
  let wait: number = limits.workerAgainMs
  return {
    next: (servedMs) => {
      if (servedMs >= limits.workerSteadyMs) wait = limits.workerAgainMs
      const now = wait
      wait = Math.min(wait * 2, limits.workerAgainMostMs)
      return now
    },
  }
}
