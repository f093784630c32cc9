// What a process holds, once a second, as Linux tells it: memory and descriptors.
import { readdirSync, readFileSync } from 'node:fs'
import { setTimeout as sleep } from 'node:timers/promises'
import type { Sample } from './flat.ts'

export interface Watch {
  /** MiB. */
  readonly memory: readonly Sample[]
  readonly descriptors: readonly Sample[]
  stop(): void
}

/** @throws Error where the system has no /proc */
export function watchProcess(pid: number): Watch {
  const [memory, descriptors]: [Sample[], Sample[]] = [[], []]
  const begun = performance.now()
  const look = (): void => {
    const held = heldBy(pid)
    const minute = (performance.now() - begun) / 60_000
    memory.push({ minute, value: held.memory })
    descriptors.push({ minute, value: held.descriptors })
  }
  look()
  const timer = setInterval(look, 1_000)
  return { memory, descriptors, stop: () => clearInterval(timer) }
}

/** Descriptors that a process holds more than before, once all has gone that came, or half a minute later. */
export async function leftOver(pid: number, before: number): Promise<number> {
  for (let left = 60; left > 0 && heldBy(pid).descriptors > before; left -= 1) await sleep(500)
  return heldBy(pid).descriptors - before
}

export function heldBy(pid: number): { readonly memory: number; readonly descriptors: number } {
  const resident = /^VmRSS:\s+(\d+) kB$/m.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1]
  return { memory: Number(resident) / 1_024, descriptors: readdirSync(`/proc/${pid}/fd`).length }
}
