// Bench `workers`: what a second worker adds, where the load has cores of its own. Both gates are `serve` as it is started in a fleet. It
// fails unless every answer was a 200, and the stand-in model API counted exactly the answers.
import { availableParallelism } from 'node:os'
import { startFleet } from '../test/support/fleet.ts'
import { type Bar, barsTable, thousands } from './bars.ts'
import { answerText, checkRun, requestWith } from './gateway.ts'
import type { Load, LoadResult } from './load-process.ts'
import { machine } from './machine.ts'
import { type Child, startChild } from './processes.ts'
import { interleave, type Spread, spread } from './rounds.ts'
import type { Section } from './section.ts'

/** Two for the workers, two for load, model API and supervisor. */
const coresNeeded = 4
const connections = 128
const rounds = 5
const variants = [1, 2] as const

export interface WorkersOptions {
  readonly cores?: number
  /** Of one round. */
  readonly seconds?: number
}

export async function benchWorkers(
  say: (line: string) => void,
  { cores = availableParallelism(), seconds = 4 }: WorkersOptions = {},
): Promise<Section> {
  const ground = machine(['fastify', 'undici', 'autocannon'])
  if (cores < coresNeeded) {
    const why = `Left out: two workers are compared with one where the load has cores of its own, on ${coresNeeded} cores or more. This machine has ${cores}, on which a second worker would take from the load what it gives to the gate.`
    say(why)
    return { text: `## workers\n\n${why}\n`, bars: [] }
  }
  const undo: (() => Promise<unknown>)[] = []
  const started = async (child: Promise<Child>): Promise<Child> => {
    undo.push((await child).stop)
    return child
  }
  try {
    const upstream = await started(
      startChild(new URL('./upstream-process.ts', import.meta.url), { answer: answerText() }, null),
    )
    const load = await started(startChild(new URL('./load-process.ts', import.meta.url), null, null))
    const fleet = await startFleet({ teardown: (end) => void undo.push(end) }, { lease: '60s' })
    const bundle = fleet.build(1)
    await fleet.control()
    const published = await fleet.publish(bundle)
    if (published.code !== 0) throw new Error(`the policy was not published: ${published.err}`)
    const gate = async (workers: number): Promise<string> => {
      const { data, end } = await fleet.gate(`gate-${workers}`, {
        upstreams: `[{ name: stand-in, dialect: openai, url: "${upstream.ready}", models: [fable-5] }]`,
        process: `{ workers: ${workers} }`,
      })
      // With its workers; killed, it would leave them.
      undo.push(() => end('SIGTERM'))
      return data
    }
    const urls = new Map([
      [1, await gate(1)],
      [2, await gate(2)],
    ])
    const request = requestWith(await fleet.provider.token('us-citizen'))
    const run = async (workers: number, amount: number): Promise<number> => {
      const before = Number(await upstream.ask('count'))
      const question: Load = { ...request, url: `${urls.get(workers)}/v1/chat/completions`, connections, amount }
      const result = (await load.ask(question)) as LoadResult
      checkRun(`${workers} workers`, amount, result, Number(await upstream.ask('count')) - before)
      say(`${workers === 1 ? 'one worker' : `${workers} workers`}: ${Math.round(result.perSecond)} requests/s`)
      return result.perSecond
    }
    const amounts = new Map<number, number>()
    for (const workers of variants) {
      await run(workers, 4_000) // warms up
      amounts.set(workers, Math.ceil((await run(workers, 4_000)) * seconds))
    }
    const results = await interleave(variants, rounds, (workers) => run(workers, amounts.get(workers) ?? 0))
    return page(ground, results, cores)
  } finally {
    for (const end of undo.toReversed()) await end()
  }
}

function page(ground: readonly string[], results: ReadonlyMap<1 | 2, readonly number[]>, cores: number): Section {
  const [one, two] = [results.get(1) ?? [], results.get(2) ?? []]
  const ratio = spread(two.map((rate, round) => rate / (one[round] ?? Number.NaN)))
  const bars: readonly Bar[] = [
    {
      of: 'time of as many requests with two workers, against one (1/1.7)',
      measured: 1 / ratio.median,
      floor: 1 / 1.7,
      aim: null,
    },
  ]
  const row = (name: string, { median, min, max }: Spread): string =>
    `| ${name} | ${thousands(median)} | ${thousands(min)} – ${thousands(max)} |`
  const text = `## workers

${ground.join('\n')}
Load: that of the bench \`gateway\`, ${connections} connections, a closed loop.
Method: two gates as \`serve\` starts them, with one worker and with two, following one control, before the same stand-in model API; ${cores} cores, nothing is pinned to one. Warmed up, then ${rounds} rounds in turns; the ratio is taken within a round.
Checked: every answer was a 200, and the model API counted exactly as many requests.
Measured on ${new Date().toISOString().slice(0, 10)}.

${barsTable(bars)}

| | requests/s, median | least – greatest |
|---|---:|---:|
${row('one worker', spread(one))}
${row('two workers', spread(two))}

Two workers carry ${ratio.median.toFixed(2)} times as much as one (${ratio.min.toFixed(2)} – ${ratio.max.toFixed(2)}).
`
  return { text, bars }
}
