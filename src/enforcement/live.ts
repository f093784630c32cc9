// The live registry: every answer that is still open, decided again when its decision could have changed.
//
// Time: one timer stands at the earliest `valid-until` of all, and the relay also asks `check` before it releases anything, so
// that a late timer releases nothing. A clock that is set back makes no answer longer: each is decided by two clocks, the wall clock
// and the one that began with its permit, and goes on while it is permitted by both. Policy: `recheckAll` runs right after the pointer
// swap and decides all answers at one go. What it denies releases nothing from then on; to end it costs many times what it costs to
// decide it, so that of thousands a few milliseconds' worth are ended in each turn of the event loop.

import type { ClockWatch } from '../clock/index.ts'
import { isKeptBy } from '../policy/index.ts'
import { processLimits } from '../process-limits.ts'
import type { Clock } from '../vocabulary/clock.ts'
import type { Decision, Facts, Obligation } from '../vocabulary/decision.ts'
import type { ModelReference } from '../vocabulary/operation.ts'
import { Roll } from '../vocabulary/roll.ts'

/** A farther edge is reached in several hops: a timer does not see a clock that is set meanwhile. */
const longestTimerMs = 1_000
/** All are looked through at an edge: many edges that lie close together are one. */
const shortestTimerMs = 5

export interface LiveAnswer {
  readonly id: string
  /** Of the instant that its permit was decided for. */
  readonly anchor: number
  readonly facts: Facts
  /** What was done to the request when it was permitted; a later decision that asks for more can no longer be obeyed. */
  readonly applied: readonly Obligation[]
  /** Ends the answer at once, at an event's edge. Called at most once. */
  readonly cut: (decision: Decision) => void
  /** Something that was released waits in a buffer of ours: it must not follow, so that this answer is ended before others. */
  readonly isUnsent: () => boolean
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
   * @returns how many were denied: nothing more of them is released
   */
  recheckAll(concerns?: (facts: Facts) => boolean): number
  /** Ends every open answer: the gate shuts down. */
  endAll(): void
  size(): number
}

interface Entry {
  /** As they were when it was opened. */
  readonly facts: Facts
  readonly holds: () => boolean
  readonly until: () => number | null
  /** Takes it out where it is denied now. @returns whether it stays */
  readonly decideAnew: () => boolean
  readonly isUnsent: () => boolean
  /** Ends what was denied and is not ended yet. */
  readonly cut: () => void
  readonly end: () => void
}

/** The wall clock, and the time that has passed since an instant. */
export type LiveClock = Clock & Pick<ClockWatch, 'since'>

/**
 * @param redecide decides facts at an instant under the policy in force now; total.
 * @param isFresh whether that policy is confirmed to be the newest: asked before each release, so it must cost nothing
 * @param onFault hears why an answer could not be ended: nothing more of it is released all the same
 */
export function createLiveAnswers(
  clock: LiveClock,
  redecide: (facts: Facts, instant: number) => Decision,
  isFresh: () => boolean,
  onFault: (error: unknown) => void,
): LiveAnswers {
  const entries = new Roll<Entry>()
  /** Denied, and still to be ended. */
  const denied: Entry[] = []
  let isEnding = false
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
      decideAnew(({ holds }) => !holds())
    } finally {
      for (const { until } of entries) stand(until())
    }
  }

  /** @returns how many are denied */
  function decideAnew(isDue: (entry: Entry) => boolean): number {
    let count = 0
    const errors: unknown[] = []
    for (const entry of entries) {
      try {
        if (!isDue(entry) || entry.decideAnew()) continue
      } catch (error) {
        errors.push(error)
        continue
      }
      count += 1
      if (entry.isUnsent()) end(entry)
      else denied.push(entry)
    }
    if (!isEnding) endSome()
    if (errors.length > 0) throw new AggregateError(errors, 'open answers could not be decided again')
    return count
  }

  function endSome(): void {
    const latest = performance.now() + processLimits.cutTurnMs
    for (let entry = denied.shift(); entry !== undefined; entry = denied.shift()) {
      end(entry)
      if (performance.now() > latest) break
    }
    isEnding = denied.length > 0
    if (isEnding) setImmediate(endSome)
  }

  function end({ cut }: Entry): void {
    try {
      cut()
    } catch (error) {
      onFault(error)
    }
  }

  function open(answer: LiveAnswer, firstValidUntil: number | null): OpenAnswer {
    let validUntil = firstValidUntil
    /** By the wall clock; null unless it stands behind the anchored instant. */
    let wallUntil: number | null = null
    let isOpen = true
    let isUnderWay = false
    let { facts } = answer

    /** By which it is denied, until it is ended. */
    let denial: Decision | null = null
    const leave = (): void => {
      isOpen = false
      entries.leave(member)
    }
    const close = (): void => {
      leave()
      denial = null
    }
    const decideAnew = (): boolean => {
      const asked = isUnderWay ? continuing(facts) : facts
      const decideAt = (instant: number): Decision => withoutNewObligations(redecide(asked, instant), answer.applied)
      const [instant, wall] = [clock.since(answer.anchor), clock.now()]
      const decision = decideAt(instant)
      const byWall = decision.effect === 'deny' || wall >= instant ? decision : decideAt(wall)
      if (byWall.effect === 'deny') {
        leave()
        denial = byWall
        return false
      }
      validUntil = decision.validUntil
      wallUntil = byWall === decision ? null : byWall.validUntil
      stand(validUntil)
      stand(wallUntil)
      return true
    }
    const cut = (): void => {
      const by = denial
      denial = null
      if (by !== null) answer.cut(by)
    }
    const recheck = (): boolean => {
      if (isOpen && decideAnew()) return true
      cut()
      return false
    }
    const holds = (): boolean =>
      (validUntil === null || clock.since(answer.anchor) < validUntil) &&
      (wallUntil === null || clock.now() < wallUntil)
    const check = (): boolean => (isOpen && holds() && isFresh()) || recheck()
    const started = (): void => {
      // What is stored was finished before: handing it out is no work under way that a directive could let end.
      isUnderWay = facts.operation.phase !== 'deliver'
    }
    const join = (models: readonly ModelReference[]): boolean => {
      facts = { ...facts, operation: { ...facts.operation, models: [...facts.operation.models, ...models] } }
      return recheck()
    }
    const until = (): number | null => (validUntil === null ? wallUntil : Math.min(validUntil, wallUntil ?? validUntil))
    const { isUnsent, end: endIt } = answer
    const entry: Entry = { facts: answer.facts, holds, until, decideAnew, isUnsent, cut, end: endIt }
    const member = entries.enter(entry)
    stand(validUntil)
    return { check, recheck, join, started, close }
  }

  return {
    open,
    recheckAll: (concerns = () => true) => decideAnew(({ facts }) => concerns(facts)),
    endAll: () => {
      for (const entry of denied.splice(0)) end(entry)
      for (const entry of entries) entry.end()
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
