// Bench `activation`: from the publication of a directive until the last of four gates enforces it. It fails unless after each
// publication every gate answers by it.
import { type Bar, barsTable, figure } from './bars.ts'
import { type FleetGround, gateCount, type Publication, startFleetGround } from './fleet-ground.ts'
import { machine } from './machine.ts'
import { percentile, spread } from './rounds.ts'
import type { Section } from './section.ts'

const rounds = 40

export async function benchActivation(say: (line: string) => void): Promise<Section> {
  const ground = machine(['ioredis', 'fastify'])
  const undo: (() => Promise<unknown>)[] = []
  try {
    const fleet = await startFleetGround(undo, { eventMs: 100, events: 10 })
    const found: Publication[] = []
    for (let round = 0; round < rounds; round += 1) {
      const publication = await fleet.publish()
      await checkEnforced(fleet, publication)
      found.push(publication)
      say(`publication ${round + 1}: enforced by all after ${publication.enforcedAt - publication.publishedAt} ms`)
    }
    return page(ground, found)
  } finally {
    for (const end of undo.toReversed()) await end()
  }
}

/** A gate that says that it enforces, and does not, measures nothing. */
export async function checkEnforced(
  { gates, tokens, status }: Pick<FleetGround, 'gates' | 'tokens' | 'status'>,
  { restricts }: Pick<Publication, 'restricts'>,
): Promise<void> {
  for (const { data } of gates) {
    const said = `${await status(data, tokens.refused)} ${await status(data, tokens.served)}`
    const expected = restricts ? '403 200' : '200 200'
    if (said !== expected) throw new Error(`a gate answers ${said} instead of ${expected}`)
  }
}

function page(ground: readonly string[], found: readonly Publication[]): Section {
  const times = found.map(({ publishedAt, enforcedAt }) => enforcedAt - publishedAt)
  const calls = found.map(({ sentAt, enforcedAt }) => enforcedAt - sentAt)
  const bars: readonly Bar[] = [
    {
      of: 'published → enforced by the last of four gates, p99, ms',
      measured: percentile(times, 0.99),
      floor: 250,
      aim: 100,
    },
  ]
  const row = (name: string, values: readonly number[]): string =>
    `| ${name} | ${figure(spread(values).median)} | ${figure(percentile(values, 0.99))} | ${figure(spread(values).min)} – ${figure(spread(values).max)} |`
  const text = `## activation

${ground.join('\n')}
Method: control, ${gateCount} gates and Redis as processes on this machine. ${rounds} publications, each of which begins a restriction or withdraws it: the next one is sent when all gates enforce the one before. Published is when control has it on disk, in force; enforced is what the last gate says (\`policy status\`).
Checked: after each publication every gate refuses, or serves again, whom the restriction is about, and serves everybody else.
Measured on ${new Date().toISOString().slice(0, 10)}.

${barsTable(bars)}

| ms | median | p99 | least – greatest |
|---|---:|---:|---:|
${row('published → enforced by all', times)}
${row('call sent → enforced by all', calls)}
`
  return { text, bars }
}
