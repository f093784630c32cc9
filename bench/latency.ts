// Bench `latency`: what the gate adds to the time of an answer, and to the first byte of a stream, at half of the load that it can carry,
// against the bare pass-through at the same load. It fails unless every answer was a 200.
import { type Bar, barsTable, figure, thousands } from './bars.ts'
import type { ModelApiStart } from './faults/model-api-process.ts'
import { startGateUnderTest } from './gate.ts'
import { answerText, requestWith } from './gateway.ts'
import type { Load, LoadResult } from './load-process.ts'
import { machine, syncTimes } from './machine.ts'
import type { PacedLoad, PacedResult } from './paced-load-process.ts'
import { type Child, cores, startChild } from './processes.ts'
import { interleave, percentile, type Spread, spread } from './rounds.ts'
import type { Section } from './section.ts'

const rounds = 5
const seconds = 4
/** Streams cost more than whole answers: so many times fewer. */
const streamShare = 4
const path = '/v1/chat/completions'

const kinds = ['whole', 'first'] as const
type Kind = (typeof kinds)[number]
const variants = ['gate', 'pass-through'] as const
type Variant = (typeof variants)[number]

interface Round {
  readonly p50: number
  readonly p99: number
}
type Results = ReadonlyMap<Variant, readonly Round[]>

const file = (name: string): URL => new URL(`./${name}.ts`, import.meta.url)

export async function benchLatency(say: (line: string) => void): Promise<Section> {
  const { measured, load: loadCore } = cores()
  const ground = machine(['fastify', 'undici', 'autocannon'])
  const undo: (() => Promise<unknown>)[] = []
  const started = async (child: Promise<Child>): Promise<Child> => {
    undo.push((await child).stop)
    return child
  }
  const behind = async (upstream: string) => {
    const gate = await startGateUnderTest(upstream, measured)
    undo.push(gate.stop)
    const passThrough = await started(startChild(file('pass-through-process'), { upstream }, measured))
    return { urls: { gate: gate.url, 'pass-through': passThrough.ready } as const, token: gate.token }
  }
  try {
    const upstream = await started(startChild(file('upstream-process'), { answer: answerText() }, loadCore))
    const streaming: ModelApiStart = { port: 0, file: '/dev/null', eventMs: 5, events: 4 }
    const streams = await started(startChild(file('faults/model-api-process'), streaming, loadCore))
    const closed = await started(startChild(file('load-process'), null, loadCore))
    const paced = await started(startChild(file('paced-load-process'), null, loadCore))
    const site = { whole: await behind(upstream.ready), first: await behind(`http://127.0.0.1:${streams.ready}`) }

    const request = requestWith(site.whole.token)
    const full: Load = { ...request, url: `${site.whole.urls.gate}${path}`, connections: 128, amount: 6_000 }
    await closed.ask(full) // warms up
    const { perSecond } = (await closed.ask(full)) as LoadResult
    const rates = { whole: perSecond / 2, first: perSecond / 2 / streamShare }
    say(
      `the gate carries ${Math.round(perSecond)} requests/s: ${Math.round(rates.whole)} from here on, ${Math.round(rates.first)} of streams`,
    )

    const syncs: number[] = []
    const run = async (kind: Kind, variant: Variant): Promise<Round> => {
      const { urls, token } = site[kind]
      const { headers, body } = requestWith(token)
      const question: PacedLoad = {
        origin: urls[variant],
        path,
        headers,
        body: kind === 'first' ? body.replace('{', '{"stream":true,') : body,
        perSecond: rates[kind],
        seconds,
        until: kind,
      }
      syncs.push(...syncTimes())
      const { times, statuses, failures } = (await paced.ask(question)) as PacedResult
      if (failures > 0 || Object.keys(statuses).join() !== '200')
        throw new Error(`${variant}: not all were answered by 200: ${JSON.stringify(statuses)}, ${failures} failures`)
      const round = { p50: percentile(times, 0.5), p99: percentile(times, 0.99) }
      say(`${variant}, ${kind}: p50 ${figure(round.p50)} ms, p99 ${figure(round.p99)} ms`)
      return round
    }
    const results = new Map<Kind, Results>()
    for (const kind of kinds) {
      for (const variant of variants) await run(kind, variant) // warms up
      results.set(kind, await interleave(variants, rounds, (variant) => run(kind, variant)))
    }
    return page({ ground, results, rates, syncs, pinned: measured !== null })
  } finally {
    for (const end of undo.toReversed()) await end()
  }
}

interface Found {
  readonly ground: readonly string[]
  readonly results: ReadonlyMap<Kind, Results>
  readonly rates: Readonly<Record<Kind, number>>
  readonly syncs: readonly number[]
  readonly pinned: boolean
}

const described: Readonly<Record<Kind, string>> = { whole: 'a whole answer', first: 'the first byte of a stream' }

function page({ ground, results, rates, syncs, pinned }: Found): Section {
  const [sync50, sync99] = [percentile(syncs, 0.5), percentile(syncs, 0.99)]
  const of = (kind: Kind, variant: Variant, what: 'p50' | 'p99'): readonly number[] =>
    (results.get(kind)?.get(variant) ?? []).map((round) => round[what])
  /** Within a round: what else the machine does falls on both. */
  const added = (kind: Kind, what: 'p50' | 'p99'): Spread => {
    const bare = of(kind, 'pass-through', what)
    return spread(of(kind, 'gate', what).map((time, round) => time - (bare[round] ?? Number.NaN)))
  }
  const bars: readonly Bar[] = kinds.flatMap((kind) => [
    {
      of: `added to ${described[kind]}, p50, ms`,
      measured: added(kind, 'p50').median,
      floor: 1.5 * sync50 + 0.3,
      aim: null,
    },
    {
      of: `added to ${described[kind]}, p99, ms`,
      measured: added(kind, 'p99').median,
      floor: 3 * sync99 + 1,
      aim: null,
    },
  ])
  const cell = ({ median, min, max }: Spread): string => `${figure(median)} (${figure(min)} – ${figure(max)})`
  const row = (kind: Kind, what: 'p50' | 'p99'): string =>
    `| ${described[kind]}, ${what} | ${cell(spread(of(kind, 'gate', what)))} | ${cell(spread(of(kind, 'pass-through', what)))} | ${cell(added(kind, what))} |`
  const text = `## latency

${ground.join('\n')}
Load: paced, ${thousands(rates.whole)} requests/s, half of what the gate carried in a closed loop of 128 connections just before, and ${thousands(rates.first)} streams/s; the body of the bench \`gateway\`. Each is sent at its own instant and its time counted from that on, whether a connection was free or not.
Method: gate and pass-through in processes of their own${pinned ? ', on one core; load and model API on the other' : ''}; warmed up, then ${rounds} rounds of ${seconds} s in turns; the difference is taken within a round; median, least and greatest of the rounds. 4 KiB were written and synced beside the gate’s log 200 times before each round: p50 ${figure(sync50)} ms, p99 ${figure(sync99)} ms; the bars are 1.5 × that p50 + 0.3 ms and 3 × that p99 + 1 ms.
Checked: every answer was a 200.
Measured on ${new Date().toISOString().slice(0, 10)}.

${barsTable(bars)}

| ms | the gate | the pass-through | added |
|---|---:|---:|---:|
${kinds.flatMap((kind) => [row(kind, 'p50'), row(kind, 'p99')]).join('\n')}
`
  return { text, bars }
}
