// Tells when a policy tree has changed and been still again. Changes are noticed at once where the system tells of them, and by
// looking every few seconds where it does not; what counts is always the looking. A tree that never comes to rest is read after a
// greatest wait all the same: whoever can write one file there could otherwise keep a stricter policy out for ever.
import { type FSWatcher, watch } from 'node:fs'
import { setTimeout as sleep } from 'node:timers/promises'
import { limits } from '../limits.ts'

export interface StillOptions {
  /** What the system is asked to watch: a tree, or files. */
  readonly paths: readonly string[]
  /** What tells one state from another; must never reject. */
  signature(): Promise<string>
  /**
   * Called with the state that has been still for `quietMs`, or with the one of the moment where the greatest wait is over; one call
   * at a time; must never reject. False: this was no answer to what the tree holds, come again.
   */
  onStill(signature: string, waitIsOver: boolean): Promise<boolean>
  readonly quietMs: number
  /** The greatest wait. */
  readonly pendingMs: number
  /** The state that is known already. */
  readonly known: string
}

export interface StillWatch {
  /** For how long there has been a state that `onStill` has not answered, milliseconds; 0: there is none. */
  pendingMs(): number
  /** Ends the watch; resolves when no call is under way any more. */
  stop(): Promise<void>
}

export function watchUntilStill(options: StillOptions): StillWatch {
  const { paths, signature, onStill, quietMs } = options
  const ended = new AbortController()
  let known = options.known
  // Of the monotonic clock: a step of the wall clock is no wait.
  let since: number | undefined
  let wake: (() => void) | undefined
  const watchers = new Map<string, FSWatcher>()

  const listen = (): void => {
    for (const path of paths.filter((one) => !watchers.has(one))) {
      try {
        const watcher = watch(path, { recursive: true, persistent: false }, () => wake?.())
        watchers.set(path, watcher)
        watcher.on('error', () => {
          watcher.close()
          watchers.delete(path)
        })
      } catch {
        // No watching here (too many watches, a file system without): the looking does it alone.
      }
    }
  }

  const changeOrPoll = async (): Promise<void> => {
    const waiting = new AbortController()
    const told = new Promise<void>((resolve) => {
      wake = resolve
    })
    const signal = AbortSignal.any([ended.signal, waiting.signal])
    await Promise.race([told, sleep(limits.policyPollMs, undefined, { signal, ref: false }).catch(() => {})])
    wake = undefined
    waiting.abort()
  }

  const pending = (): number => (since === undefined ? 0 : performance.now() - since)

  const run = async (): Promise<void> => {
    while (!ended.signal.aborted) {
      await changeOrPoll()
      if (ended.signal.aborted) return
      listen()
      // Before the look, which may hang as well.
      since ??= performance.now()
      let now = await signature()
      while (now !== known) {
        await sleep(quietMs, undefined, { signal: ended.signal, ref: false }).catch(() => {})
        if (ended.signal.aborted) return
        const later = await signature()
        const isStill = later === now
        now = later
        if (isStill || pending() >= options.pendingMs) break
      }
      if (now !== known) {
        if (!(await onStill(now, pending() >= options.pendingMs))) continue
        known = now
      }
      since = undefined
    }
  }

  listen()
  const running = run()
  return {
    pendingMs: pending,
    stop: async () => {
      ended.abort()
      wake?.()
      for (const watcher of watchers.values()) watcher.close()
      await running
    },
  }
}
