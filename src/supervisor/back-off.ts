// When a worker that died is started again: soon, and later each time, until one has served for a while.
import { workerLimits } from '../worker-limits.ts'

export interface BackOff {
  /** @param servedMs how long the one that died had served; 0: it never did @returns milliseconds to wait */
  next(servedMs: number): number
}

export function createBackOff(): BackOff {
  let wait: number = workerLimits.againMs
  return {
    next: (servedMs) => {
      if (servedMs >= workerLimits.steadyMs) wait = workerLimits.againMs
      const now = wait
      wait = Math.min(wait * 2, workerLimits.againMostMs)
      return now
    },
  }
}
