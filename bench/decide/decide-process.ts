// One engine with one table, in a process of its own.
import { readFileSync } from 'node:fs'
import { setFlagsFromString } from 'node:v8'
import { runInNewContext } from 'node:vm'
import type { JsonValue } from '../../src/json/index.ts'
import { beChild } from '../processes.ts'
import { spread } from '../rounds.ts'
import { casbinOn } from './casbin.ts'
import { cedarOn } from './cedar.ts'
import { gateOn, withLicenses } from './gate.ts'
import { drawRequests, drawTable } from './table.ts'

export type Engine = 'gate' | 'cedar' | 'casbin'

export interface DecideSubject {
  readonly engine: Engine
  readonly size: number
  readonly requests: number
  /** Of the gate: where its bundle lies. */
  readonly file: string
  /** Of the gate: so many more licenses for the same limbs. */
  readonly licenses: number
  /** The table whose requests are asked: a smaller one asks for its few models alone. */
  readonly asked: number
}

/** `answers`: of the first so many requests, true for a permit. `round`: decides for so long. `bytes`: allocated by one decision. */
export type DecideQuestion =
  | { readonly kind: 'answers'; readonly count: number }
  | { readonly kind: 'round'; readonly ms: number }
  | { readonly kind: 'bytes' }

type Ask = () => boolean
type Open = (
  ...from: [ReturnType<typeof drawTable>, ReturnType<typeof drawRequests>, string, number]
) => Promise<readonly Ask[]>

const engines: Readonly<Record<Engine, Open>> = {
  gate: async (_, requests, file, licenses) => {
    const bundle = JSON.parse(readFileSync(file, 'utf8')) as JsonValue
    const asks = gateOn(licenses === 0 ? bundle : withLicenses(bundle, licenses), requests)
    return asks.map((ask) => () => ask().effect === 'permit')
  },
  cedar: async (table, requests) => cedarOn(table, requests),
  casbin: casbinOn,
}

/**
 * Microseconds of processor time for one decision, all threads: what waits for a core is not counted, what runs beside it still slows it. The
 * clock is asked after every batch of about a millisecond.
 */
function round(one: Ask, ms: number): number {
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

/**
 * Of the heap, for one decision: the median of many batches, each so small that nothing is collected in it. Over two hundred decisions
 * something was, and the figure came out at a tenth.
 */
function bytes(one: Ask): number {
  setFlagsFromString('--expose-gc')
  const collect = runInNewContext('gc') as () => void
  const decisions = 10
  const batches = Array.from({ length: 41 }, () => {
    collect()
    const before = process.memoryUsage().heapUsed
    for (let index = 0; index < decisions; index += 1) one()
    return (process.memoryUsage().heapUsed - before) / decisions
  })
  return spread(batches).median
}

await beChild(async (argument) => {
  const { engine, size, requests: count, file, licenses, asked: from } = argument as DecideSubject
  const table = drawTable(size)
  const requests = drawRequests(drawTable(from), count)
  const asks = await engines[engine](table, requests, file, licenses)
  let next = 0
  const one = (): boolean => {
    next = (next + 1) % asks.length
    return asks[next]?.() ?? false
  }
  return {
    ready: 'ready',
    answer: async (question) => {
      const asked = question as DecideQuestion
      switch (asked.kind) {
        case 'answers':
          return asks.slice(0, asked.count).map((ask) => ask())
        case 'round':
          return round(one, asked.ms)
        case 'bytes':
          return bytes(one)
      }
    },
  }
})
