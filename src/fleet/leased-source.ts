// The policy in force with the lease laid over it: while it is fresh, as it is; when it has run out, what says `refuse` is shut, for new
// requests and for answers that are open; before it ever began and without a memory of what was seen, there is no policy at all.
import type { ActivePolicy, SuspendedSource } from '../directives/index.ts'
import { unconfirmed } from '../policy/index.ts'
import type { Lease } from './lease.ts'

export interface LeasedSource extends SuspendedSource {
  /** The lease was extended, or may have run out: the listeners are called where that changes what is decided by. */
  touched(): void
}

export interface LeasedOptions {
  readonly source: SuspendedSource
  readonly lease: Lease
  /** What was in force before this start, and what was suspended, is known: without that, nothing passes before the first fresh word. */
  readonly remembers: boolean
  /** Hears what a listener of `onChange` threw. */
  readonly onListenerFault: (error: unknown) => void
}

export function leasedSource({ source, lease, remembers, onListenerFault }: LeasedOptions): LeasedSource {
  const listeners: ((active: ActivePolicy) => void)[] = []
  let [below, shut]: readonly [ActivePolicy | undefined, ActivePolicy | undefined] = [undefined, undefined]
  let timer: NodeJS.Timeout | undefined
  let told: ActivePolicy | undefined

  const current = (): ActivePolicy | undefined => {
    const active = source.current()
    if (active === undefined || lease.isFresh()) return active
    if (!remembers && lease.until() === null) return undefined
    if (active !== below) {
      below = active
      shut = { ...active, policy: unconfirmed(active.policy), isConfirmed: false }
    }
    return shut
  }

  const tell = (): void => {
    const active = current()
    told = active
    if (active === undefined) return
    for (const listener of listeners) {
      try {
        listener(active)
      } catch (error) {
        onListenerFault(error)
      }
    }
  }

  /** A timer may be late, and then it releases nothing: whoever releases asks `current`, or the lease itself. */
  const arm = (): void => {
    clearTimeout(timer)
    if (!lease.isFresh()) return
    timer = setTimeout(touched, Math.max(1, lease.leftMs())).unref()
  }
  const touched = (): void => {
    arm()
    if (current() !== told) tell()
  }

  source.onChange(tell)
  return {
    current,
    onChange: (listener) => {
      listeners.push(listener)
    },
    status: () => source.status(),
    suspend: (standing) => source.suspend(standing),
    revoke: (revoked) => source.revoke(revoked),
    touched,
    close: async () => {
      clearTimeout(timer)
      await source.close()
    },
  }
}
