// The gate of the bench `streams`: what it holds, how long its event loop stood still, and what a suspension costs it.
import { setTimeout as sleep } from 'node:timers/promises'
import { readSuspensionName } from '../../src/directives/index.ts'
import { composeGate } from '../composed-gate.ts'
import { beChild } from '../processes.ts'
import { type Stood, threadMs, watchStillness } from './stillness.ts'

/** `look`: what it holds, and how it fared since the last question. `suspend`: closes a model and waits until all is done that follows. */
export type Question = { readonly kind: 'look' } | { readonly kind: 'suspend'; readonly of: string }

export interface Look {
  readonly open: number
  readonly memoryMiB: number
  readonly still: Stood
}

export interface Suspended extends Look {
  /** When the officer's word was given: milliseconds since the epoch. */
  readonly at: number
  /** Until every open answer was decided again: processor time, with that of whatever else came meanwhile, and by the clock. */
  readonly cpuMs: number
  readonly ms: number
}

/** In which is done what an act left to do in the next turns. */
const settleMs = 500

await beChild(async (argument) => {
  const { upstream, inFlight } = argument as { readonly upstream: string; readonly inFlight: number }
  const { gateway, provider, stop } = await composeGate({ upstream, inFlight })
  const { gate } = gateway
  const stillness = watchStillness()

  const look = (): Look => ({
    open: gate.live.size(),
    memoryMiB: process.memoryUsage.rss() / 2 ** 20,
    still: stillness.longest(),
  })
  const suspend = async (name: string): Promise<Suspended> => {
    const reading = readSuspensionName(gate.policies.current()?.policy ?? null, name)
    if (reading.kind === 'unknown') throw new Error(reading.message)
    const { of, models } = reading
    stillness.longest()
    const [at, begun, cpu] = [Date.now(), performance.now(), threadMs()]
    const by = { issuer: 'bench', subject: 'bench' }
    const { written } = gate.suspensions.begin({ of, models, why: 'the bench', by })
    await gate.live.reviewed()
    const [cpuMs, ms] = [threadMs() - cpu, performance.now() - begun]
    await written
    await sleep(settleMs)
    return { at, cpuMs, ms, ...look() }
  }
  return {
    ready: JSON.stringify({ url: gateway.data, token: await provider.token('us-citizen') }),
    answer: async (question) => {
      const asked = question as Question
      return asked.kind === 'look' ? look() : suspend(asked.of)
    },
    stop: async () => {
      stillness.stop()
      await stop()
    },
  }
})
