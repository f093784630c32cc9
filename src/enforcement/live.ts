// The live registry: every answer that is still open, decided again when its decision could have changed.
//
// Time: one timer stands at the earliest `valid-until` of all, and the relay also asks `check` before it releases anything, so
// that a late timer releases nothing. A clock that is set back makes no answer longer: each is decided by two clocks, the wall clock
// and the one that began with its permit, and goes on while it is permitted by both. Policy: `recheckAll` runs right after the pointer
// swap. From then on no answer releases anything before it was decided again: at once where something of it waits in a buffer, or when it
// would release something, or in its turn. Of thousands a few milliseconds' worth are decided, and then ended, in each turn of the event
// loop.

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
   * Decides every open answer again, for instance after a change of policy, or those alone that a change concerns: from its return on
   * each of them before anything more of it is released. All, where they are few, by its return.
   */
  recheckAll(concerns?: (facts: Facts) => boolean): void
  /** Resolves when all that must be decided again has been. */
  reviewed(): Promise<void>
  /** Answers that were denied so far: nothing more of them is released. */
  denied(): number
  /** Ends every open answer: the gate shuts down. */
  endAll(): void
  size(): number
}

interface Entry {
  /** As they were when it was opened. */
  readonly facts: Facts
  readonly holds: () => boolean
  readonly until: () => number | null
  /** It must be decided again before anything more of it is released. */
  isDue: boolean
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
 * @param onFault hears why an answer could not be decided again, or not be ended: nothing more of it is released all the same
 */
export function createLiveAnswers(
  clock: LiveClock,
  redecide: (facts: Facts, instant: number) => Decision,
  isFresh: () => boolean,
  onFault: (error: unknown) => void,
): LiveAnswers {
  const entries = new Roll<Entry>()
  /** To be decided again, each in its turn. */
  const due: Entry[] = []
  /** Denied, and still to be ended. */
  const denied: Entry[] = []
  let deniedSoFar = 0
  let isAtWork = false
  let review: PromiseWithResolvers<void> | undefined
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
    decideAgain(({ holds }) => !holds())
    // What is due takes its stand when it has been decided.
    for (const { isDue, until } of entries) if (!isDue) stand(until())
  }

  function decideAgain(isConcerned: (entry: Entry) => boolean): void {
    for (const entry of entries) {
      if (!isConcerned(entry)) continue
      entry.isDue = true
      if (!entry.isUnsent()) due.push(entry)
      else if (!stays(entry)) end(entry)
    }
    if (!isAtWork) work()
  }

  /** Some milliseconds' worth of what is to be done: first what is to be decided, then what is to be ended. */
  function work(): void {
    const latest = performance.now() + processLimits.reviewTurnMs
    do {
      const undecided = due.shift()
      if (undecided === undefined) {
        const forbidden = denied.shift()
        if (forbidden !== undefined) end(forbidden)
      } else if (undecided.isDue && !stays(undecided)) denied.push(undecided)
    } while (due.length + denied.length > 0 && performance.now() < latest)
    if (due.length === 0) {
      review?.resolve()
      review = undefined
    }
    isAtWork = due.length + denied.length > 0
    if (isAtWork) setImmediate(work)
  }

  /** One that cannot be decided stays, and is asked about again before it releases anything. */
  function stays({ decideAnew }: Entry): boolean {
    try {
      return decideAnew()
    } catch (error) {
      onFault(error)
      return true
    }
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
      entry.isDue = false
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
        deniedSoFar += 1
        return false
      }
      entry.isDue = false
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
    const check = (): boolean => (isOpen && !entry.isDue && holds() && isFresh()) || recheck()
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
    const entry: Entry = { facts: answer.facts, isDue: false, holds, until, decideAnew, isUnsent, cut, end: endIt }
    const member = entries.enter(entry)
    stand(validUntil)
    return { check, recheck, join, started, close }
  }

  return {
    open,
    recheckAll: (concerns = () => true) => decideAgain(({ facts }) => concerns(facts)),
    reviewed: () => {
      if (due.length === 0) return Promise.resolve()
      review ??= Promise.withResolvers()
      return review.promise
    },
    denied: () => deniedSoFar,
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
