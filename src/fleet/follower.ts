// The follower: a gate’s way to what its fleet’s control says is in force. It hears statements from Redis and from control itself, takes
// those that are genuine and not older than what it has seen, fetches what they name, brings it into force, and only then counts itself
// as confirmed until the statement ends.
//
// Invariant: nothing but a statement that names exactly what is enforced here makes the lease longer.
// Order: what is suspended and revoked → bundles → lease → report → memory on disk. A crash before the last leaves older numbers there; the policy
// in force is in a memory of its own by then, and its serial counts as seen.
import { setTimeout as sleep } from 'node:timers/promises'
import type { FedSource } from '../directives/index.ts'
import { fleetLimits } from '../fleet-limits.ts'
import type { Clock } from '../vocabulary/clock.ts'
import type { FleetSettings, Settings } from '../vocabulary/settings.ts'
import { controlClient } from './control-client.ts'
import { type FleetCounters, newFleetCounters } from './counters.ts'
import { type FollowedLists, followedLists, type ListsOptions } from './followed-lists.ts'
import type { Lease } from './lease.ts'
import type { LeasedSource } from './leased-source.ts'
import { type Remembered, rememberFleet } from './memory.ts'
import { digestOfStanding } from './standing-list.ts'
import { type FleetStatement, type Objection, objectionTo, type Seen, seenIn, statementReader } from './statement.ts'
import { openStatementChannel } from './statement-channel.ts'

export interface FollowerOptions {
  readonly fleet: FleetSettings & { readonly control: NonNullable<FleetSettings['control']> }
  readonly redis: Settings['redis']
  readonly clock: Clock
  /** Is fed with what is fetched. */
  readonly source: FedSource
  /** The same with suspensions and lease laid over it. */
  readonly policies: LeasedSource
  readonly revoke: ListsOptions['revoke']
  readonly lease: Lease
  readonly memory: string
  readonly remembered: Remembered
  readonly onEvent: (event: FollowerEvent) => void
}

export type FollowerEvent =
  /** What a statement names is enforced here from now on. */
  | { readonly kind: 'followed'; readonly statement: FleetStatement }
  /** The lease was lost, or there is one again. */
  | { readonly kind: 'lease'; readonly isFresh: boolean; readonly why: string }
  /** A text that is not followed; told once for each way in a row. */
  | { readonly kind: 'ignored'; readonly why: string }

export interface Follower extends Pick<FollowedLists, 'standing' | 'revoked'> {
  status(): { readonly ok: boolean; readonly detail: string }
  /** The highest that was seen: it never goes back. */
  revocationEpoch(): number
  readonly counters: FleetCounters
  close(): Promise<void>
}

/** Resolves when control was asked for the first time, whether it answered or not. */
export async function openFollower(options: FollowerOptions): Promise<Follower> {
  const { fleet, redis, clock, source, policies, lease, memory, onEvent } = options
  const { gate } = options.remembered
  const stopped = new AbortController()
  const { signal } = stopped
  const control = controlClient(fleet.control, fleet.key, signal)
  const read = statementReader(fleet.control.key)
  const counters = newFleetCounters()
  let seen = atLeast(options.remembered.seen, source)
  let kept: Seen | undefined
  let target: FleetStatement | undefined
  let done: FleetStatement | undefined
  let bundles: string | undefined
  let trouble = 'no statement came yet'
  let [ignored, wasFresh]: readonly [string, boolean] = ['', false]
  let following: Promise<void> | undefined
  let wake: (() => void) | undefined
  /** During this pause. */
  let hasFailed = false

  /** @returns why it is not followed */
  const hear = (text: string): keyof typeof objections | undefined => {
    const reading = read(text)
    const why = reading.kind === 'fault' ? reading.why : objectionTo(reading.said, seen, clock.now())
    counters[why ?? 'accepted'] += 1
    if (why !== undefined) {
      if (ignored !== why) onEvent({ kind: 'ignored', why })
      ignored = why
      return why
    }
    ignored = ''
    if (reading.kind === 'fault') return undefined
    const statement = reading.said
    // The same again, by another way or late.
    if (lease.isFresh() && target !== undefined && isSame(statement, target) && statement.notAfter <= target.notAfter)
      return undefined
    target = statement
    seen = seenIn(statement)
    void follow()
    return undefined
  }

  const lists = followedLists({
    control,
    policies,
    revoke: options.revoke,
    hear: (text) => {
      hear(text)
      return target
    },
    counters,
    remembered: options.remembered,
  })
  const keep = (): Promise<void> =>
    rememberFleet(memory, { gate, seen, standing: lists.standing(), revoked: lists.revoked() })

  const follow = (): Promise<void> => {
    if (target === undefined || target === done || signal.aborted) return Promise.resolve()
    following ??= followAll()
    return following
  }
  const followAll = async (): Promise<void> => {
    for (;;) {
      const next = target
      if (next === undefined || next === done || signal.aborted) break
      try {
        await take(next)
        done = next
        trouble = ''
      } catch (error) {
        trouble = error instanceof Error ? error.message : String(error)
        // Asked again soon, however long the pause was to be; a newer one is followed at once.
        if (target === next) {
          hasFailed = true
          wake?.()
          break
        }
      }
    }
    following = undefined
    tellLease()
  }

  const take = async (statement: FleetStatement): Promise<void> => {
    const before = done
    const { isChanged, missing } = await lists.bring(statement)
    // On disk before anything else is waited for: a restart that hears nobody keeps it closed.
    if (isChanged) await keep()
    if (missing !== null) throw missing
    await bring(statement)
    lease.extend(statement.notAfter)
    policies.touched()
    if (before === undefined || !isSame(before, statement)) {
      onEvent({ kind: 'followed', statement })
      void report().catch(() => {})
    }
    if (kept === undefined || !isSame(kept, seen)) {
      const now = seen
      await keep()
      kept = now
    }
  }

  /** The bundles of a statement are in force when it resolves. */
  const bring = async ({ bundlesDigest, policyDigest }: FleetStatement): Promise<void> => {
    const isEnforced = (): boolean => source.current()?.digest === policyDigest
    if (bundlesDigest === bundles && isEnforced()) return
    try {
      const [policy, registers] = await Promise.all([control.bundle('policy'), control.bundle('registers')])
      const refusals = await source.feed({ policy, registers })
      if (refusals.length === 0) bundles = bundlesDigest
      else if (!isEnforced()) throw new Error(refusals.flatMap(({ reasons }) => reasons)[0] ?? 'it was refused')
    } catch (error) {
      // More approvals of what is enforced here can wait.
      if (!isEnforced()) throw error
    }
    if (!isEnforced()) throw new Error('what control serves is not what it has signed: it may have changed meanwhile')
  }

  const report = async (): Promise<void> => {
    const active = source.current()
    const text = await control.report({
      gate,
      policySerial: active?.serial ?? 0,
      registerSerial: active?.registersSerial ?? 0,
      policyDigest: active?.digest ?? null,
      suspensionDigest: digestOfStanding(lists.standing()),
      revocationDigest: lists.revoked().digest,
      since: active?.enforcedSince ?? null,
      confirmedUntil: lease.until(),
    })
    const why = hear(text)
    if (why !== undefined) throw new Error(`control answers, but what it says is not followed: ${objections[why]}`)
  }

  const tellLease = (): void => {
    const isFresh = lease.isFresh()
    if (isFresh === wasFresh) return
    wasFresh = isFresh
    onEvent({ kind: 'lease', isFresh, why: isFresh ? 'confirmed' : trouble || 'no fresh statement came' })
  }

  const channel =
    redis === null ? undefined : openStatementChannel({ redis, controlKey: fleet.control.key, onText: hear })

  const round = async (): Promise<void> => {
    const asked = report().catch((error: unknown) => {
      if (!signal.aborted) trouble = error instanceof Error ? error.message : String(error)
    })
    await Promise.all([asked, channel?.look()])
    await follow()
    tellLease()
  }
  const resting = (ms: number): Promise<void> => sleep(ms, undefined, { signal, ref: false }).catch(() => {})
  const run = async (): Promise<void> => {
    while (!signal.aborted) {
      const isConfirmed = lease.isFresh() && target === done
      hasFailed = false
      const third = (fleet.leaseMs / 3) * (0.75 + 0.25 * Math.random())
      const pause = isConfirmed ? Math.min(third, Math.max(0, lease.leftMs())) : fleetLimits.askAgainMs
      const woken = new Promise<void>((resolve) => {
        wake = resolve
      })
      await Promise.race([resting(pause), woken])
      if (hasFailed) await resting(fleetLimits.askAgainMs)
      policies.touched()
      if (!signal.aborted) await round()
    }
  }
  await round()
  const running = run()

  return {
    standing: lists.standing,
    revoked: lists.revoked,
    revocationEpoch: () => seen.numbers.revocationEpoch,
    counters,
    status: () => {
      const until = lease.until()
      if (lease.isFresh() && until !== null)
        return { ok: true, detail: `confirmed until ${new Date(until).toISOString()}${trouble && `; ${trouble}`}` }
      const since = until === null ? 'was not confirmed since the start' : 'has run out'
      return { ok: false, detail: `the lease ${since}: what says \`refuse\` is shut; ${trouble || 'asking'}` }
    },
    close: async () => {
      stopped.abort()
      wake?.()
      channel?.close()
      await Promise.all([running, following])
      // By now nothing is served. Where control does not hear it, it waits for this gate until the lease has run out.
      await control.farewell({ gate }).catch(() => {})
    },
  }
}

const objections: Readonly<Record<'unreadable' | 'forged' | Objection, string>> = {
  unreadable: 'it cannot be read',
  forged: 'it is not signed with the key that `fleet.control.key` names',
  expired: 'it has expired: compare the clocks',
  ahead: 'it is from the future: compare the clocks',
  replayed: 'it is older than what was enforced here: control was put back from a copy',
  conflicting: 'what was seen here under the same number was another: control was put back from a copy',
}

/** Whether two of them say that the same is in force. */
function isSame(one: FleetStatement | Seen, other: FleetStatement | Seen): boolean {
  const textOf = (of: FleetStatement | Seen): string => {
    const { issuedAt: _, notAfter: __, ...rest } = 'numbers' in of ? { ...of, issuedAt: 0, notAfter: 0 } : of
    return JSON.stringify(rest)
  }
  return textOf(one) === textOf(other)
}

/** What is in force here was seen, whatever the memory of the fleet says. */
function atLeast({ numbers, digests }: Seen, source: FedSource): Seen {
  const { policy, registers } = source.pair() ?? {}
  const [serial, registerSerial] = [policy?.statement.serial ?? 0, registers?.statement.serial ?? 0]
  if (serial <= numbers.policySerial && registerSerial <= numbers.registerSerial) return { numbers, digests }
  return {
    numbers: {
      ...numbers,
      policySerial: Math.max(serial, numbers.policySerial),
      registerSerial: Math.max(registerSerial, numbers.registerSerial),
    },
    digests: {},
  }
}
