// One engine with one table, in a process of its own.
import { readFileSync } from 'node:fs'
import type { JsonValue } from '../../src/json/index.ts'
import { allocated, roundMicros } from '../measuring.ts'
import { beChild } from '../processes.ts'
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
          return roundMicros(one, asked.ms)
        case 'bytes':
          return allocated(one, 10)
      }
    },
  }
})
