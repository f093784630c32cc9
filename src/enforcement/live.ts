// The live registry: every answer that is still open, decided again when its decision could have changed.
//
// Time: one timer stands at the earliest `valid-until` of all, and the relay also asks `check` before it releases anything, so
// that a late timer releases nothing. Policy: `recheckAll` runs right after the pointer swap, synchronously over all answers.
import { isKeptBy } from '../policy/index.ts'
import type { Clock } from '../vocabulary/clock.ts'
import type { Decision, Facts, Obligation } from '../vocabulary/decision.ts'
import type { ModelReference } from '../vocabulary/operation.ts'

/** A farther edge is reached in several hops: a timer does not see a clock that is set meanwhile. */
const longestTimerMs = 1_000
/** All are looked through at an edge: many edges that lie close together are one. */
const shortestTimerMs = 5

export interface LiveAnswer {
  readonly id: string
  readonly facts: Facts
  /** What was done to the request when it was permitted; a later decision that asks for more can no longer be obeyed. */
  readonly applied: readonly Obligation[]
  /** Ends the answer at once, at an event's edge. Called at most once. */
  readonly cut: (decision: Decision) => void
  /** Ends it because the gate itself ends. */
  readonly end: () => void
}

export interface OpenAnswer {
  /** True while the answer may go on at this instant; false once it was cut. Decides again if `valid-until` has passed. */
  check(): boolean
  /** Decides again whatever `valid-until` says; as `check`. */
  recheck(): boolean
  /** Models that have a part in the answer besides those that were decided: as `recheck`, with them. */
  join(models: readonly ModelReference[]): boolean
  /** The request has gone upstream: from now on it is decided as one that continues, before it was one that starts. */
  started(): void
  /** Takes it out of the registry; idempotent. */
  close(): void
}

export interface LiveAnswers {
  open(answer: LiveAnswer, validUntil: number | null): OpenAnswer
  /**
   * Decides every open answer again, for instance after a change of policy, or those alone that a change concerns.
   * @returns how many were cut.
   */
  recheckAll(concerns?: (facts: Facts) => boolean): number
  /** Ends every open answer: the gate shuts down. */
  endAll(): void
  size(): number
}

interface Entry {
  /** As they were when it was opened. */
  readonly facts: Facts
  readonly check: () => boolean
  readonly recheck: () => boolean
  readonly until: () => number | null
  readonly end: () => void
}

/**
 * @param redecide decides facts at an instant under the policy in force now; total.
 * @param isFresh whether that policy is confirmed to be the newest: asked before each release, so it must cost nothing
 */
export function createLiveAnswers(
  clock: Clock,
  redecide: (facts: Facts, instant: number) => Decision,
  isFresh: () => boolean = () => true,
): LiveAnswers {
  const entries = new Set<Entry>()
  let timer: NodeJS.Timeout | undefined
  /** Where the timer stands; an answer that ends leaves it there. */
  let edge = Number.POSITIVE_INFINITY

  function stand(until: number | null): void {
    if (until === null || until >= edge) return
    clearTimeout(timer)
    edge = until
    timer = setTimeout(passEdge, Math.min(Math.max(until - clock.now(), shortestTimerMs), longestTimerMs))
    timer.unref()
  }

  function passEdge(): void {
    edge = Number.POSITIVE_INFINITY
    try {
      eachOpen(({ check }) => check())
    } finally {
      for (const { until } of entries) stand(until())
    }
  }

  /** @returns how many did not stay open */
  function eachOpen(stays: (entry: Entry) => boolean): number {
    let cut = 0
    const errors: unknown[] = []
    for (const entry of entries) {
      try {
        if (!stays(entry)) cut += 1
      } catch (error) {
        // This answer is out of the registry, so nothing more of it is released; the others must still be asked.
        errors.push(error)
      }
    }
    if (errors.length > 0) throw new AggregateError(errors, 'open answers could not be cut')
    return cut
  }

  function open(answer: LiveAnswer, firstValidUntil: number | null): OpenAnswer {
    let validUntil = firstValidUntil
    let isOpen = true
    let isUnderWay = false
    let { facts } = answer

    const close = (): void => {
      isOpen = false
      entries.delete(entry)
    }
    const recheck = (): boolean => {
      if (!isOpen) return false
      const asked = isUnderWay ? continuing(facts) : facts
      const decision = withoutNewObligations(redecide(asked, clock.now()), answer.applied)
      if (decision.effect === 'deny') {
        close()
        answer.cut(decision)
        return false
      }
      validUntil = decision.validUntil
      stand(validUntil)
      return true
    }
    const check = (): boolean => {
      if (!isOpen) return false
      return (validUntil === null || clock.now() < validUntil) && isFresh() ? true : recheck()
    }
    const started = (): void => {
      // What is stored was finished before: handing it out is no work under way that a directive could let end.
      isUnderWay = facts.operation.phase !== 'deliver'
    }
    const join = (models: readonly ModelReference[]): boolean => {
      facts = { ...facts, operation: { ...facts.operation, models: [...facts.operation.models, ...models] } }
      return recheck()
    }
    const entry: Entry = { facts: answer.facts, check, recheck, until: () => validUntil, end: answer.end }
    entries.add(entry)
    stand(validUntil)
    return { check, recheck, join, started, close }
  }

  return {
    open,
    recheckAll: (concerns = () => true) => eachOpen(({ facts, recheck }) => !concerns(facts) || recheck()),
    endAll: () => {
      for (const { end } of entries) end()
    },
    size: () => entries.size,
  }
}

function continuing(facts: Facts): Facts {
  return { ...facts, operation: { ...facts.operation, phase: 'continue' } }
}

/** A permit that asks for what was not done when the request went out is no permit for the answer that is open. */
function withoutNewObligations(decision: Decision, applied: readonly Obligation[]): Decision {
  const missing = decision.effect === 'permit' && decision.obligations.find((asked) => !isKept(asked, applied))
  if (!missing) return decision
  const reason = missing.kind === 'force-mode' ? 'mode_restricted' : 'obligation_unenforceable'
  return { ...decision, effect: 'deny', basis: 'prohibited', reason }
}

function isKept(asked: Obligation, applied: readonly Obligation[]): boolean {
  switch (asked.kind) {
    case 'force-mode':
    case 'cap-output-tokens':
    case 'no-store':
      return isKeptBy(asked, applied)
    case 'log-full':
    // The registry asks again at `validUntil`, which lies no further ahead than these say.
    case 'terminate-at':
    case 'recheck-every':
      return true
  }
}
