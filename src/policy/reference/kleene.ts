// semantics.md §7: "Three-valued (Kleene)". An answer is true, false or unknown; an unknown says everything that is in the way.

import type { Truth } from '../../vocabulary/decision.ts'
import type { Reason } from '../../vocabulary/reason.ts'

/** What keeps an answer unknown. */
export interface Gap {
  readonly reason: Reason
  /** It is the caller's own identity evidence: missing, insufficient or stale. */
  readonly mendable: boolean
}

export interface Answer {
  readonly value: Truth
  /** [] unless the value is unknown. */
  readonly gaps: readonly Gap[]
  readonly flags: readonly string[]
  /** It is true because a register's entry has ended. */
  readonly ended: boolean
  /** Unknown, and `when-unknown: not-met` may cover it: a lookup that named no place, a residence that nobody stated. */
  readonly excusable: boolean
}

export const yes: Answer = { value: 'true', gaps: [], flags: [], ended: false, excusable: false }
export const no: Answer = { ...yes, value: 'false' }
export const whether = (holds: boolean): Answer => (holds ? yes : no)

export const gap = (reason: Reason, mendable: boolean = false): Gap => ({ reason, mendable })
export const unknown = (...gaps: readonly Gap[]): Answer => ({ ...yes, value: 'unknown', gaps })
export const excusable = (answer: Answer): Answer => ({ ...answer, excusable: true })
export const flagged = (answer: Answer, flag: string): Answer => ({ ...answer, flags: [...answer.flags, flag] })

/** True if one is; else unknown if one is, with everything that is in the way; else false. */
export function or(answers: readonly Answer[]): Answer {
  return joined(answers, ['true', 'unknown', 'false'])
}

/** False if one is ("`unknown AND false` is false"); else unknown if one is; else true. */
export function and(answers: readonly Answer[]): Answer {
  return joined(answers, ['false', 'unknown', 'true'])
}

function joined(answers: readonly Answer[], strongestFirst: readonly [Truth, Truth, Truth]): Answer {
  const value = strongestFirst.find((one) => answers.some((answer) => answer.value === one)) ?? strongestFirst[2]
  // Those that make it so.
  const telling = answers.filter((answer) => answer.value === value)
  return {
    value,
    gaps: telling.flatMap(({ gaps }) => gaps),
    flags: telling.flatMap(({ flags }) => flags),
    ended: telling.some(({ ended }) => ended),
    excusable: value === 'unknown' && telling.every((one) => one.excusable),
  }
}
