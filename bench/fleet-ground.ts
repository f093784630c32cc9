// The ground of the benches of a fleet: control, four gates, Redis and a model API as processes, and publications that bring a directive
// into force and withdraw it again, as often as one likes.

import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import {
  compileDirectory,
  contentOf,
  type Envelope,
  envelopeText,
  readBundleJson,
  statementOf,
} from '../src/directives/index.ts'
import type { JsonObject } from '../src/json/index.ts'
import { type Fleet, type RunningGate, startFleet } from '../test/support/fleet.ts'
import { startRedis } from '../test/support/redis.ts'
import type { ModelApiStart } from './faults/model-api-process.ts'
import { startChild } from './processes.ts'

export interface FleetGround {
  readonly gates: readonly RunningGate[]
  /** Whom the directive refuses, and whom it does not. */
  readonly tokens: Readonly<Record<'refused' | 'served', string>>
  /** The next publication: the directive begins where it was not in force, and is withdrawn where it was. */
  publish(): Promise<Publication>
  status(url: string, token: string): Promise<string>
}

export interface Publication {
  readonly restricts: boolean
  /** When the call was sent; when control had it on disk, in force. Milliseconds since the epoch. */
  readonly sentAt: number
  readonly publishedAt: number
  /** When the last gate enforced it, as it says itself. */
  readonly enforcedAt: number
}

export const gateCount = 4
const model = 'fable-5'

export async function startFleetGround(
  undo: (() => Promise<unknown>)[],
  stream: Pick<ModelApiStart, 'eventMs' | 'events'>,
): Promise<FleetGround> {
  const redis = await startRedis()
  undo.push(() => redis.stop())
  // A lease long enough never to matter.
  const fleet = await startFleet({ teardown: (run) => void undo.push(run) }, { redis: redis.url, lease: '60s' })
  const file = new URL('./faults/model-api-process.ts', import.meta.url)
  const start: ModelApiStart = { port: 0, file: join(fleet.folder, 'forwarded'), ...stream }
  const modelApi = await startChild(file, start, null)
  undo.push(modelApi.stop)
  const upstreams = `
  - { name: stand-in, dialect: openai, url: "http://127.0.0.1:${modelApi.ready}", models: [fable-5, open-1] }`
  await fleet.control()
  const series = await publications(fleet)
  await series.next()
  const gates: RunningGate[] = []
  for (let number = 1; number <= gateCount; number += 1) gates.push(await fleet.gate(`gate-${number}`, { upstreams }))
  await until('all four enforce it', async () => (await fleet.status()).gates.length === gateCount)
  const tokens = {
    refused: await fleet.provider.token('foreign-national'),
    served: await fleet.provider.token('us-citizen'),
  }
  return {
    gates,
    tokens,
    publish: series.next,
    status: async (url, token) => {
      const response = await fetch(`${url}/v1/chat/completions`, {
        method: 'POST',
        headers: { authorization: `Bearer ${token}`, 'content-type': 'application/json' },
        body: JSON.stringify({ model, messages: [{ role: 'user', content: 'hello' }] }),
      })
      await response.text()
      return `${response.status}`
    },
  }
}

/** The first brings the shipped directives into force, each further one begins or withdraws one more restriction. */
async function publications(fleet: Fleet): Promise<{ next(): Promise<Publication> }> {
  await fleet.restrict(Date.now() - 60_000)
  const compiled = await compileDirectory({ folder: fleet.policies, serial: 1, now: Date.now() })
  if (compiled.kind === 'faults') throw new Error(compiled.faults.map(({ shown }) => shown).join('\n'))
  const reading = readBundleJson(Buffer.from(compiled.text))
  if (reading.kind === 'fault') throw new Error(reading.message)
  const whole = reading.value as unknown as Whole
  const restriction = whole.directives.find(({ id }) => id === 'us-bis-autumn')
  const [withdrawal] = whole.withdrawals
  if (restriction === undefined || withdrawal === undefined)
    throw new Error('the policy is not the one that is shipped')
  const officer = await fleet.provider.token('compliance')
  const since = Date.now() - 30_000
  let serial = 0

  const next = (): Whole => {
    const numbers = (count: number): number[] => Array.from({ length: count }, (_, index) => index + 1)
    const begun = numbers(Math.floor(serial / 2)).map((number) => ({ ...restriction, id: `bench-${number}` }))
    const ended = numbers(Math.floor((serial - 1) / 2)).map((number) => ({
      ...withdrawal,
      id: `bench-${number}-ends`,
      directive: `bench-${number}`,
      versions: [1],
      effective: since,
    }))
    const directives = [...whole.directives.filter((one) => one !== restriction), ...begun]
    return { ...whole, directives, withdrawals: [...whole.withdrawals, ...ended] }
  }

  return {
    next: async () => {
      serial += 1
      const content = contentOf('whole', next() as unknown as JsonObject, compiled.registerFiles)
      const rest = { serial, author: 'ann', createdAt: Date.now(), notAfter: null }
      const envelope: Envelope = { statement: statementOf(content, { kind: 'whole', ...rest }), content, approvals: [] }
      const sentAt = Date.now()
      const response = await fetch(`${fleet.url}/v1/policy/publications`, {
        method: 'POST',
        headers: { authorization: `Bearer ${officer}`, 'content-type': 'application/json' },
        body: `{"policy":${envelopeText(envelope)}}`,
      })
      if (!response.ok) throw new Error(`serial ${serial} was refused: ${(await response.text()).slice(0, 500)}`)
      await response.body?.cancel()
      let [publishedAt, enforcedAt] = [Number.NaN, Number.NaN]
      await until('every gate enforces it', async () => {
        const { exposure, gates } = await fleet.status()
        const { from, until: to } = exposure as unknown as { readonly from: string; readonly until: string | null }
        publishedAt = Date.parse(from)
        enforcedAt = Date.parse(to ?? '')
        return gates.every((gate) => gate.serial === serial && gate.standing === 'enforced')
      })
      return { restricts: serial % 2 === 0, sentAt, publishedAt, enforcedAt }
    },
  }
}

/** A bundle, as much of it as is changed here. */
interface Whole {
  readonly directives: readonly { readonly id: string }[]
  readonly withdrawals: readonly object[]
}

async function until(what: string, holds: () => Promise<boolean>): Promise<void> {
  for (let tries = 0; !(await holds()); tries += 1) {
    if (tries > 600) throw new Error(`it never came to hold: ${what}`)
    await sleep(50)
  }
}
