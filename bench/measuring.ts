// What a process of a bench measures of itself: processor time, never the clock, and memory.
import { setFlagsFromString } from 'node:v8'
import { runInNewContext } from 'node:vm'
import { spread } from './rounds.ts'

/**
 * Microseconds of processor time for one call, all threads: what waits for a core is not counted, what runs beside it still slows it.
 * The clock is asked after every batch of about a millisecond.
 */
export function roundMicros(one: () => unknown, ms: number): number {
  const first = performance.now()
  one()
  const batch = Math.max(1, Math.min(1_000, Math.floor(1 / (performance.now() - first))))
  const end = performance.now() + ms
  const before = process.cpuUsage()
  let count = 0
  while (performance.now() < end) {
    for (let index = 0; index < batch; index += 1) one()
    count += batch
  }
  const { user, system } = process.cpuUsage(before)
  return (user + system) / count
}

/** Milliseconds of processor time of this thread, which alone holds up what else it has to do. */
export function threadMs(one: () => unknown): number {
  const before = process.threadCpuUsage()
  one()
  const { user, system } = process.threadCpuUsage(before)
  return (user + system) / 1_000
}

export const collect: () => void = (setFlagsFromString('--expose-gc'), runInNewContext('gc'))

/**
 * Bytes that one call allocates, on the heap and beside it, its result still held: the median of many batches, each so small that nothing
 * is collected in it. Over two hundred decisions something was, and the figure came out at a tenth.
 */
export function allocated(one: () => unknown, calls: number): number {
  const used = (): number => {
    const { heapUsed, external } = process.memoryUsage()
    return heapUsed + external
  }
  const batches = Array.from({ length: 21 }, () => {
    collect()
    const before = used()
    let held: unknown
    for (let call = 0; call < calls; call += 1) held = one()
    const bytes = (used() - before) / calls
    return held === null ? Number.NaN : bytes
  })
  return spread(batches).median
}
