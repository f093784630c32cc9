// Reading of the bodies in three ways, in one process: what a user would write, the strict reader, and what the gate does with it.
import { isDeepStrictEqual } from 'node:util'
import { setFlagsFromString } from 'node:v8'
import { runInNewContext } from 'node:vm'
import { readJson } from '../../src/json/index.ts'
import { findRoute, readOperation } from '../../src/request/index.ts'
import { beChild } from '../processes.ts'
import { spread } from '../rounds.ts'
import { type BodyName, bodyNames, drawBody } from './bodies.ts'
import { worstTexts } from './worst.ts'

export const ways = ['parse', 'readJson', 'readOperation'] as const
export type Way = (typeof ways)[number]

/** `round`: microseconds of processor time for one reading. `bytes`: allocated by one. `worst`: milliseconds of this thread for each worst text. */
export type ReadQuestion =
  | { readonly kind: 'round' | 'bytes'; readonly body: BodyName; readonly way: Way; readonly ms: number }
  | { readonly kind: 'worst' }

export interface Worst {
  readonly name: string
  readonly bytes: number
  readonly outcome: string
  readonly parseMs: number
  readonly readMs: number
}

const rawHeaders = ['content-type', 'application/json']
const match = findRoute({ method: 'POST', target: '/v1/chat/completions', rawHeaders })

const readers: Readonly<Record<Way, (bytes: Buffer) => unknown>> = {
  parse: (bytes) => JSON.parse(bytes.toString()),
  readJson: (bytes) => readJson(bytes),
  readOperation: (bytes) => (match.kind === 'route' ? readOperation(match, bytes) : match),
}

/** Throws unless the reader gives what JSON.parse gives, and the gate an operation. */
export function checkBody(bytes: Buffer): void {
  const reading = readJson(bytes)
  const isEqual = reading.kind === 'value' && isDeepStrictEqual(structuredClone(reading.value), readers.parse(bytes))
  if (!isEqual) throw new Error('the strict reader does not give what JSON.parse gives')
  const operation = readers.readOperation(bytes) as { readonly kind: string; readonly message?: string }
  if (operation.kind !== 'operation') throw new Error(`the gate refuses the body: ${operation.message}`)
}

/** The clock is asked after every batch of about a millisecond. */
function round(one: () => unknown, ms: number): number {
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

const collect: () => void = (setFlagsFromString('--expose-gc'), runInNewContext('gc'))

/** On the heap and beside it, with what was read still held and nothing collected in between. */
function allocated(one: () => unknown): number {
  const used = (): number => {
    const { heapUsed, external } = process.memoryUsage()
    return heapUsed + external
  }
  const times = Array.from({ length: 21 }, () => {
    collect()
    const before = used()
    const held = one()
    const bytes = used() - before
    return held === null ? Number.NaN : bytes
  })
  return spread(times).median
}

function worst(): readonly Worst[] {
  return Object.entries(worstTexts).map(([name, draw]) => {
    const bytes = draw()
    const reading = readJson(bytes)
    const outcome = reading.kind === 'value' ? 'read' : reading.message.replace(/ at byte \d+$/, '')
    return {
      name,
      bytes: bytes.length,
      outcome,
      parseMs: meanMs(parseIfItCan, bytes),
      readMs: meanMs(readers.readJson, bytes),
    }
  })
}

/** Processor time of this thread, which alone holds up the requests; of several readings, as it is counted in ticks. */
function meanMs(one: (bytes: Buffer) => unknown, bytes: Buffer): number {
  const times = 8
  collect()
  const before = process.threadCpuUsage()
  for (let time = 0; time < times; time += 1) one(bytes)
  const { user, system } = process.threadCpuUsage(before)
  return (user + system) / times / 1_000
}

function parseIfItCan(bytes: Buffer): void {
  try {
    readers.parse(bytes)
  } catch {
    // It may refuse the text, too.
  }
}

if (process.send !== undefined) {
  await beChild(async () => {
    const bodies = new Map(bodyNames.map((name) => [name, drawBody(name).bytes]))
    for (const bytes of bodies.values()) checkBody(bytes)
    return {
      ready: 'ready',
      answer: async (question) => {
        const asked = question as ReadQuestion
        if (asked.kind === 'worst') return worst()
        const bytes = bodies.get(asked.body) as Buffer
        const one = (): unknown => readers[asked.way](bytes)
        return asked.kind === 'bytes' ? allocated(one) : round(one, asked.ms)
      },
    }
  })
}
