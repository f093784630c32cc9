// Stillness: for how long an event loop takes no turn. Seen by a timer that is due every millisecond: how late it is, and how much
// processor time of the thread lies between two of its ticks. The host of a rented machine makes it late too; processor time it does not.

export interface Stood {
  /** Processor time of the longest turn, milliseconds; to a grain of one. */
  readonly cpuMs: number
  /** By the clock. */
  readonly ms: number
}

export interface Stillness {
  /** The longest since it was asked last, or began; up to this call. */
  longest(): Stood
  stop(): void
}

const everyMs = 1

export function watchStillness(): Stillness {
  let [cpuMs, ms] = [0, 0]
  let [cpuBefore, before] = [threadMs(), performance.now()]
  const tick = (): void => {
    const [cpu, now] = [threadMs(), performance.now()]
    cpuMs = Math.max(cpuMs, cpu - cpuBefore)
    ms = Math.max(ms, now - before - everyMs)
    cpuBefore = cpu
    before = now
  }
  const timer = setInterval(tick, everyMs)
  return {
    longest: () => {
      tick()
      const stood = { cpuMs, ms }
      cpuMs = 0
      ms = 0
      return stood
    },
    stop: () => clearInterval(timer),
  }
}

/** Of this thread alone. */
export function threadMs(): number {
  const { user, system } = process.threadCpuUsage()
  return (user + system) / 1_000
}
