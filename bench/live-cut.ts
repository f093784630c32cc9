// Bench `live-cut`: from the publication of a directive until the last stream that it forbids is cut, on four gates, beside as many
// streams that it lets go on. It fails unless every forbidden stream was cut, and no other.
import { setTimeout as sleep } from 'node:timers/promises'
import { Agent, request } from 'undici'
import { checkEnforced } from './activation.ts'
import { type Bar, barsTable, figure } from './bars.ts'
import { type FleetGround, gateCount, startFleetGround } from './fleet-ground.ts'
import { machine } from './machine.ts'
import { percentile, spread } from './rounds.ts'
import type { Section } from './section.ts'

const rounds = 6
/** On each gate, of each kind. */
const streams = 25

interface Cut {
  /** The last piece of the answer, and the end of the stream; milliseconds from the publication. */
  readonly lastMs: number
  readonly endMs: number
}

export async function benchLiveCut(say: (line: string) => void): Promise<Section> {
  const ground = machine(['undici', 'fastify'])
  const undo: (() => Promise<unknown>)[] = []
  const agent = new Agent({ connections: 1_000 })
  undo.push(() => agent.destroy())
  try {
    const fleet = await startFleetGround(undo, { eventMs: 100, events: 6_000 })
    const cuts: (readonly Cut[])[] = []
    for (let round = 0; round < rounds; round += 1) {
      const open = await openStreams(fleet, agent)
      const { restricts, publishedAt } = await fleet.publish()
      if (!restricts) throw new Error('this publication restricts nobody')
      await checkEnforced(fleet, { restricts })
      for (
        let left = 100;
        left > 0 && open.some(({ isRefused, endedAt }) => isRefused && endedAt() === null);
        left -= 1
      )
        await sleep(50)
      const [forbidden, others] = [
        open.filter(({ isRefused }) => isRefused),
        open.filter(({ isRefused }) => !isRefused),
      ]
      const missed = forbidden.filter(({ endedAt, tail }) => endedAt() === null || !/"error"/.test(tail()))
      if (missed.length > 0) throw new Error(`${missed.length} of ${forbidden.length} streams were not cut`)
      if (others.some(({ endedAt }) => endedAt() !== null)) throw new Error('a stream that nothing forbids was cut')
      cuts.push(
        forbidden.map(({ lastAt, endedAt }) => ({
          lastMs: Math.max(0, lastAt() - publishedAt),
          endMs: Math.max(0, (endedAt() ?? Number.NaN) - publishedAt),
        })),
      )
      say(
        `round ${round + 1}: the last of ${forbidden.length} was cut after ${Math.max(...(cuts.at(-1) ?? []).map(({ endMs }) => endMs))} ms`,
      )
      for (const { leave } of open) leave()
      await fleet.publish()
    }
    return page(ground, cuts)
  } finally {
    for (const end of undo.toReversed()) await end()
  }
}

interface Open {
  readonly isRefused: boolean
  lastAt(): number
  endedAt(): number | null
  tail(): string
  leave(): void
}

async function openStreams({ gates, tokens }: FleetGround, agent: Agent): Promise<readonly Open[]> {
  const wanted = gates.flatMap(({ data }) =>
    (['refused', 'served'] as const).flatMap((who) =>
      Array.from({ length: streams }, () => openStream(data, tokens[who], who === 'refused', agent)),
    ),
  )
  return Promise.all(wanted)
}

/** Resolves with its first piece. */
async function openStream(data: string, token: string, isRefused: boolean, dispatcher: Agent): Promise<Open> {
  const leaving = new AbortController()
  const answer = await request(`${data}/v1/chat/completions`, {
    method: 'POST',
    headers: { authorization: `Bearer ${token}`, 'content-type': 'application/json' },
    body: JSON.stringify({ model: 'fable-5', stream: true, messages: [{ role: 'user', content: 'go on' }] }),
    signal: leaving.signal,
    dispatcher,
  })
  if (answer.statusCode !== 200)
    throw new Error(`a stream was refused: ${answer.statusCode} ${await answer.body.text()}`)
  let [lastAt, tail] = [0, '']
  let endedAt: number | null = null
  const { promise, resolve } = Promise.withResolvers<void>()
  answer.body.on('data', (chunk: Buffer) => {
    tail = tail.slice(-500) + String(chunk)
    if (String(chunk).includes('"delta"')) lastAt = Date.now()
    resolve()
  })
  answer.body.on('close', () => {
    endedAt = Date.now()
    resolve()
  })
  answer.body.on('error', () => {})
  await promise
  return { isRefused, lastAt: () => lastAt, endedAt: () => endedAt, tail: () => tail, leave: () => leaving.abort() }
}

function page(ground: readonly string[], cuts: readonly (readonly Cut[])[]): Section {
  const all = cuts.flat()
  const lasts = cuts.map((round) => Math.max(...round.map(({ endMs }) => endMs)))
  const bars: readonly Bar[] = [
    { of: 'published → every stream that it forbids is cut, ms', measured: Math.max(...lasts), floor: 500, aim: 250 },
  ]
  const row = (name: string, values: readonly number[]): string =>
    `| ${name} | ${figure(spread(values).median)} | ${figure(percentile(values, 0.99))} | ${figure(spread(values).max)} |`
  const text = `## live-cut

${ground.join('\n')}
Method: ${gateCount} gates, control, Redis as processes on this machine. On each gate ${streams} streams whose callers the directive will refuse and ${streams} others are open, ten events a second each, when it is published; ${rounds} rounds, with a withdrawal after each. Times are from the instant at which control has it on disk, in force, to what the client sees.
Checked: every forbidden stream ended with the dialect’s error event, no other stream ended, and every gate refuses new requests of those callers.
Measured on ${new Date().toISOString().slice(0, 10)}.

${barsTable(bars)}

| ms, ${all.length} streams | median | p99 | greatest |
|---|---:|---:|---:|
${row(
  'its last piece of the answer',
  all.map(({ lastMs }) => lastMs),
)}
${row(
  'its end',
  all.map(({ endMs }) => endMs),
)}
`
  return { text, bars }
}
