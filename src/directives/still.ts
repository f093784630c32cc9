// Tells when a policy tree has changed and been still again. Changes are noticed at once where the system tells of them, and by
// looking every few seconds where it does not; what counts is always the looking.
import { type FSWatcher, watch } from 'node:fs'
import { setTimeout as sleep } from 'node:timers/promises'
import { limits } from '../limits.ts'

export interface StillOptions {
  readonly path: string
  /** What tells one state from another; must never reject. */
  signature(): Promise<string>
  /** Called with the state that has been still for `quietMs`, one call at a time. */
  onStill(signature: string): Promise<void>
  readonly quietMs: number
  /** The state that is known already. */
  readonly known: string
}

/** Gives the function that ends the watch; it resolves when no call is under way any more. */
export function watchUntilStill(options: StillOptions): () => Promise<void> {
  const { path, signature, onStill, quietMs } = options
  const ended = new AbortController()
  let known = options.known
  let wake: (() => void) | undefined
  let watcher: FSWatcher | undefined

  const listen = (): void => {
    try {
      watcher = watch(path, { recursive: true, persistent: false }, () => wake?.())
      watcher.on('error', () => {
        watcher?.close()
        watcher = undefined
      })
    } catch {
      // No watching here (too many watches, a file system without): the looking does it alone.
      watcher = undefined
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

  const run = async (): Promise<void> => {
    while (!ended.signal.aborted) {
      await changeOrPoll()
      if (ended.signal.aborted) return
      if (watcher === undefined) listen()
      let now = await signature()
      if (now === known) continue
      for (;;) {
        await sleep(quietMs, undefined, { signal: ended.signal, ref: false }).catch(() => {})
        if (ended.signal.aborted) return
        const later = await signature()
        if (later === now) break
        now = later
      }
      if (now === known) continue
      known = now
      await onStill(now)
    }
  }

  listen()
  const running = run()
  return async () => {
    ended.abort()
    wake?.()
    watcher?.close()
    await running
  }
}
