// The live registry: every answer that is still open, decided again when its decision could have changed.
//
// Time: each answer has one timer for its own `valid-until`, and the relay also asks `check` before it releases anything, so
// that a late timer releases nothing. Policy: `recheckAll` runs right after the pointer swap, synchronously over all answers.

import type { Clock } from '../vocabulary/clock.ts'
import type { Decision, Facts } from '../vocabulary/decision.ts'

/** Longest delay that setTimeout takes; a farther edge is reached in several hops. */
const longestTimerMs = 2_147_483_647

export interface LiveAnswer {
  readonly id: string
  readonly facts: Facts
  /** Ends the answer at once, at an event's edge. Called at most once. */
  readonly cut: (decision: Decision) => void
}

export interface OpenAnswer {
  /** True while the answer may go on at this instant; false once it was cut. Decides again if `valid-until` has passed. */
  check(): boolean
  /** Decides again whatever `valid-until` says; as `check`. */
  recheck(): boolean
  /** Takes it out of the registry; idempotent. */
  close(): void
}

export interface LiveAnswers {
  open(answer: LiveAnswer, validUntil: number | null): OpenAnswer
  /** Decides every open answer again, for instance after a change of policy. @returns how many were cut. */
  recheckAll(): number
  size(): number
}

/**
 * @param redecide decides facts at an instant under the policy in force now; total.
 */
export function createLiveAnswers(clock: Clock, redecide: (facts: Facts, instant: number) => Decision): LiveAnswers {
  const entries = new Set<{ recheck(): boolean }>()

  function open(answer: LiveAnswer, firstValidUntil: number | null): OpenAnswer {
    let validUntil = firstValidUntil
    let timer: NodeJS.Timeout | undefined
    let state: 'open' | 'cut' | 'closed' = 'open'

    const close = (): void => {
      if (state === 'open') state = 'closed'
      clearTimeout(timer)
      entries.delete(entry)
    }
    const recheck = (): boolean => {
      if (state !== 'open') return false
      const decision = redecide(
        { ...answer.facts, operation: { ...answer.facts.operation, phase: 'continue' } },
        clock.now(),
      )
      if (decision.effect === 'deny') {
        close()
        state = 'cut'
        answer.cut(decision)
        return false
      }
      validUntil = decision.validUntil
      arm()
      return true
    }
    const check = (): boolean => {
      if (state !== 'open') return false
      return validUntil === null || clock.now() < validUntil ? true : recheck()
    }
    const arm = (): void => {
      clearTimeout(timer)
      if (validUntil === null) return
      const delay = Math.min(Math.max(validUntil - clock.now(), 1), longestTimerMs)
      timer = setTimeout(() => (check() ? arm() : undefined), delay)
      timer.unref()
    }
    const entry = { recheck }
    entries.add(entry)
    arm()
    return { check, recheck, close }
  }

  return {
    open,
    recheckAll: () => {
      let cut = 0
      for (const entry of entries) if (!entry.recheck()) cut += 1
      return cut
    },
    size: () => entries.size,
  }
}
