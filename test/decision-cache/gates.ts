// Gates: decision caches as the gates of one fleet would have them, with what they reported.

import { setTimeout as sleep } from 'node:timers/promises'
import type { Test } from 'tap'
import { createDecisionCache, type DecisionCache, type LinkState } from '../../src/decision-cache/index.ts'
import type { RedisSettings } from '../../src/vocabulary/settings.ts'
import { noon, thumbprint } from './samples.ts'

export const fleetKey: Uint8Array = crypto.getRandomValues(new Uint8Array(32))
export const hour = 3_600_000

export interface GateOptions {
  /** Of one server; or else `servers`. */
  readonly url?: string
  readonly servers?: RedisSettings['servers']
  readonly tls?: RedisSettings['tls']
  readonly key?: Uint8Array
  readonly previousKey?: Uint8Array
  readonly commandTimeoutMs?: number
  readonly now?: () => number
  readonly acceptsKey?: (thumbprint: string) => boolean
}

export interface Alarm {
  readonly why: string
  readonly poisoned: number
}

export type TestGate = DecisionCache & { readonly states: readonly LinkState[]; readonly alarms: readonly Alarm[] }

/** A gate's cache, closed when the test ends. It need not have reached Redis yet. */
export function gate(t: Test, options: GateOptions): TestGate {
  const states: LinkState[] = []
  const alarms: Alarm[] = []
  const cache = createDecisionCache({
    redis: {
      servers: options.servers ?? { kind: 'server', url: options.url ?? '' },
      tls: options.tls ?? null,
      key: options.key ?? fleetKey,
      previousKey: options.previousKey ?? null,
      commandTimeoutMs: options.commandTimeoutMs ?? 500,
    },
    clock: { now: options.now ?? (() => noon) },
    acceptsKey: options.acceptsKey ?? ((key) => key === thumbprint),
    onState: (state) => states.push(state),
    onAlarm: (alarm) => alarms.push(alarm),
  })
  t.teardown(() => cache.close())
  return Object.defineProperties(cache as TestGate, { states: { value: states }, alarms: { value: alarms } })
}

/** The same, and Redis answers. */
export async function connectedGate(t: Test, options: GateOptions): Promise<TestGate> {
  const cache = gate(t, options)
  await until(() => cache.metrics.redis === 'up', 'the gate reaches Redis')
  return cache
}

/** Waits for something that takes as long as it takes, but not for ever. */
export async function until(holds: () => boolean | Promise<boolean>, what: string, withinMs = 10_000): Promise<void> {
  const end = Date.now() + withinMs
  while (!(await holds())) {
    if (Date.now() > end) throw new Error(`not within ${withinMs} ms: ${what}`)
    await sleep(5)
  }
}

/** Everything that was on its way to Redis has arrived. */
export function settled(cache: DecisionCache): Promise<void> {
  return until(() => cache.metrics.inFlight === 0, 'nothing is on its way')
}

/** What a promise gives, and after how many milliseconds. */
export async function timed<T>(work: () => Promise<T>): Promise<{ readonly value: T; readonly ms: number }> {
  const start = performance.now()
  const value = await work()
  return { value, ms: performance.now() - start }
}
