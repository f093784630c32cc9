// Reading of the bodies in three ways, in one process: what a user would write, the strict reader, and what the gate does with it.
import { isDeepStrictEqual } from 'node:util'
import { readJson } from '../../src/json/index.ts'
import { findRoute, readOperation } from '../../src/request/index.ts'
import { allocated, roundMicros } from '../measuring.ts'
import { beChild } from '../processes.ts'
import { type BodyName, bodyNames, drawBody } from './bodies.ts'
import { measureWorst } from './measure-worst.ts'

export const ways = ['parse', 'readJson', 'readOperation'] as const
export type Way = (typeof ways)[number]

/** `round`: microseconds of processor time for one reading. `bytes`: allocated by one. `worst`: see measure-worst.ts. */
export type ReadQuestion =
  | { readonly kind: 'round' | 'bytes'; readonly body: BodyName; readonly way: Way; readonly ms: number }
  | { readonly kind: 'worst'; readonly name: string }

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

if (process.send !== undefined) {
  await beChild(async () => {
    const bodies = new Map(bodyNames.map((name) => [name, drawBody(name).bytes]))
    for (const bytes of bodies.values()) checkBody(bytes)
    return {
      ready: 'ready',
      answer: async (question) => {
        const asked = question as ReadQuestion
        if (asked.kind === 'worst') return measureWorst(asked.name)
        const bytes = bodies.get(asked.body) as Buffer
        const one = (): unknown => readers[asked.way](bytes)
        return asked.kind === 'bytes' ? allocated(one, 1) : roundMicros(one, asked.ms)
      },
    }
  })
}
