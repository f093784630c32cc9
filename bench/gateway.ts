// Bench `gateway`: what the gate costs, against the two pass-throughs that check nothing and record nothing.
// It fails unless every answer was a 200, the stand-in model API counted exactly the answers, and the gate's log holds a
// permit for each of its own.
import { spawnSync } from 'node:child_process'
import { demoPlaces } from '../src/demo/database.ts'
import { type Bar, barsTable, thousands } from './bars.ts'
import { startGateUnderTest } from './gate.ts'
import type { Load, LoadResult } from './load-process.ts'
import { machine } from './machine.ts'
import { type Child, cores, startChild } from './processes.ts'
import { interleave, type Spread, spread } from './rounds.ts'
import type { Section } from './section.ts'

const rounds = 5
const seconds = 4
const connectionCounts = [32, 128, 512] as const
/** At fewer connections the closed loop waits for the disk, and shows nothing else. */
const barredFrom = 128
const bodyBytes = 877
const model = 'fable-5'

/** nginx: where it is installed. */
type Variant = 'gate' | 'http-proxy' | 'pass-through' | 'nginx'

interface Subject {
  readonly url: string
  readonly cpuMicros: () => Promise<number>
}

/** `cpuMicros`: processor time of the variant's process for one request. */
type Run = LoadResult & { readonly cpuMicros: number }

const described: Readonly<Record<Variant, string>> = {
  gate: 'the gate: token, place, decision, durable record',
  'http-proxy': 'bare @fastify/http-proxy, no checks',
  'pass-through': 'bare node:http + undici dispatch, no checks',
  nginx: 'nginx `auth_request` + a Node service that verifies the token with jose: no decision, no record',
}

const files = {
  upstream: new URL('./upstream-process.ts', import.meta.url),
  load: new URL('./load-process.ts', import.meta.url),
  httpProxy: new URL('./http-proxy-process.ts', import.meta.url),
  passThrough: new URL('./pass-through-process.ts', import.meta.url),
  nginx: new URL('./nginx-process.ts', import.meta.url),
}

/** Measures, checks that what was measured is what was meant, and gives the section of docs/benchmarks.md with the bars. */
export async function benchGateway(say: (line: string) => void): Promise<Section> {
  const { measured, load: loadCore } = cores()
  const nginxVersion = installedNginx()
  const ground = machine(['fastify', '@fastify/http-proxy', 'undici', 'autocannon'])
  const undo: (() => Promise<unknown>)[] = []
  const started = async (child: Promise<Child>): Promise<Child> => {
    undo.push((await child).stop)
    return child
  }
  try {
    const upstream = await started(startChild(files.upstream, { answer: answerText() }, loadCore))
    const load = await started(startChild(files.load, null, loadCore))
    const at = { upstream: upstream.ready }
    const count = async (): Promise<number> => Number(await upstream.ask('count'))
    const gate = await startGateUnderTest(upstream.ready, measured)
    undo.push(gate.stop)
    const httpProxy = await started(startChild(files.httpProxy, at, measured))
    const passThrough = await started(startChild(files.passThrough, at, measured))
    const subjects = new Map<Variant, Subject>([
      ['gate', gate],
      ['http-proxy', { url: httpProxy.ready, cpuMicros: httpProxy.cpuMicros }],
      ['pass-through', { url: passThrough.ready, cpuMicros: passThrough.cpuMicros }],
    ])
    if (nginxVersion !== null) {
      const nginx = await started(startChild(files.nginx, { ...at, token: gate.token }, measured))
      subjects.set('nginx', { url: nginx.ready, cpuMicros: nginx.cpuMicros })
    }
    const variants = [...subjects.keys()]
    const request = requestWith(gate.token)
    let throughGate = 0
    const run = async (variant: Variant, connections: number, amount: number): Promise<Run> => {
      const { url, cpuMicros } = subjects.get(variant) as Subject
      const [countBefore, cpuBefore] = [await count(), await cpuMicros()]
      const question: Load = { ...request, url: `${url}/v1/chat/completions`, connections, amount }
      const result = (await load.ask(question)) as LoadResult
      const cpu = ((await cpuMicros()) - cpuBefore) / amount
      checkRun(variant, amount, result, (await count()) - countBefore)
      if (variant === 'gate') throughGate += amount
      say(
        `${variant}, ${connections} connections: ${Math.round(result.perSecond)} requests/s, ${Math.round(cpu)} µs each`,
      )
      return { ...result, cpuMicros: cpu }
    }

    for (const [variant, { url }] of subjects) await checkOne(variant, url, request)
    const sections: string[] = []
    const bars: Bar[] = []
    for (const connections of connectionCounts) {
      const amounts = new Map<Variant, number>()
      for (const variant of variants) {
        await run(variant, connections, 2_000) // warms up
        const { perSecond } = await run(variant, connections, 4_000)
        amounts.set(variant, Math.ceil(perSecond * seconds))
      }
      const results = await interleave(variants, rounds, (variant) =>
        run(variant, connections, amounts.get(variant) ?? 0),
      )
      sections.push(table(connections, results))
      if (connections >= barredFrom) bars.push(...barsOf(connections, results))
    }
    const permits = await gate.permits()
    if (permits < throughGate) throw new Error(`the log holds ${permits} permits for ${throughGate} forwarded requests`)
    return { text: page(bars, sections, { ground, nginxVersion }, request, measured !== null), bars }
  } finally {
    for (const stop of undo.toReversed()) await stop()
  }
}

/** Its version; null where there is none. */
function installedNginx(): string | null {
  const { stderr, error } = spawnSync('nginx', ['-v'], { encoding: 'utf8' })
  return error === undefined ? (/nginx\/(\S+)/.exec(stderr)?.[1] ?? null) : null
}

/** One request by itself, so that a bench that cannot work says why. */
async function checkOne(
  variant: Variant,
  url: string,
  { headers, body }: Pick<Load, 'headers' | 'body'>,
): Promise<void> {
  const answer = await fetch(`${url}/v1/chat/completions`, { method: 'POST', headers, body })
  const text = await answer.text()
  if (answer.status !== 200 || text !== answerText()) throw new Error(`${variant} answers ${answer.status}: ${text}`)
}

/** A run in which anything else happened than was meant measures nothing. */
export function checkRun(variant: string, amount: number, result: LoadResult, counted: number): void {
  const { statuses, failures } = result
  const said = `${variant}: ${JSON.stringify(statuses)}, ${failures} failures, ${counted} requests upstream`
  if (failures > 0 || Object.keys(statuses).join() !== '200' || statuses['200'] !== amount || counted !== amount) {
    throw new Error(`of ${amount} requests not all were answered by 200 and counted once: ${said}`)
  }
}

export function requestWith(token: string): Pick<Load, 'headers' | 'body'> {
  const withContent = (content: string): string =>
    JSON.stringify({
      model,
      messages: [
        { role: 'system', content: 'You are a helpful assistant.' },
        { role: 'user', content },
      ],
      temperature: 0.7,
      max_tokens: 512,
    })
  const body = withContent('x'.repeat(bodyBytes - withContent('').length))
  const headers = {
    'content-type': 'application/json',
    authorization: `Bearer ${token}`,
    'x-forwarded-for': demoPlaces['us'] ?? '',
  }
  return { headers, body }
}

export function answerText(): string {
  return JSON.stringify({
    id: 'chatcmpl-bench',
    object: 'chat.completion',
    created: 1_781_956_800,
    model,
    choices: [
      { index: 0, message: { role: 'assistant', content: 'Certainly.' }, finish_reason: 'stop', logprobs: null },
    ],
    usage: { prompt_tokens: 20, completion_tokens: 3, total_tokens: 23 },
  })
}

type Results = ReadonlyMap<Variant, readonly Run[]>

const figureOf = (results: Results, variant: Variant, what: (run: Run) => number): Spread =>
  spread((results.get(variant) ?? []).map(what))

/**
 * Of one core that serves nothing else the rate is what its processor time allows. Where others use the machine rates say who was given
 * the core, so the bars are held against processor time: 1.5 times the proxy's rate is 1/1.5 of its time.
 */
function barsOf(connections: number, results: Results): readonly Bar[] {
  const micros = (variant: Variant): number => figureOf(results, variant, ({ cpuMicros }) => cpuMicros).median
  const against = (variant: Variant) => ({
    of: `processor time of a request at ${connections} connections, against ${named[variant]}`,
    measured: micros('gate') / micros(variant),
  })
  return [
    { ...against('http-proxy'), floor: 1 / 1.5, aim: 1 / 2 },
    { ...against('pass-through'), floor: 1 / 0.65, aim: 1 / 0.85 },
    ...(results.has('nginx') ? [{ ...against('nginx'), floor: 1 / 2, aim: 1 / 3 }] : []),
  ]
}

const named: Readonly<Record<Variant, string>> = {
  gate: 'the gate',
  'http-proxy': '@fastify/http-proxy',
  'pass-through': 'the pass-through',
  nginx: 'nginx `auth_request` + jose',
}

function table(connections: number, results: Results): string {
  const of = (variant: Variant, what: (run: Run) => number): Spread => figureOf(results, variant, what)
  const base = of('http-proxy', ({ perSecond }) => perSecond).median
  const bare = of('pass-through', ({ perSecond }) => perSecond).median
  const rows = [...results.keys()].map((variant) => {
    const rate = of(variant, ({ perSecond }) => perSecond)
    const cells = [
      described[variant],
      thousands(rate.median),
      `${thousands(rate.min)} – ${thousands(rate.max)}`,
      `${(rate.median / base).toFixed(2)}×`,
      `${(rate.median / bare).toFixed(2)}×`,
      thousands(of(variant, ({ cpuMicros }) => cpuMicros).median),
      `${of(variant, ({ p50Ms }) => p50Ms).median} / ${of(variant, ({ p99Ms }) => p99Ms).median}`,
    ]
    return `| ${cells.join(' | ')} |`
  })
  return `### ${connections} connections

| | requests/s, median | min – max | against http-proxy | against pass-through | processor time, µs/request | latency p50 / p99, ms |
|---|---:|---:|---:|---:|---:|---:|
${rows.join('\n')}`
}

function page(
  bars: readonly Bar[],
  tables: readonly string[],
  { ground, nginxVersion }: { readonly ground: readonly string[]; readonly nginxVersion: string | null },
  { headers, body }: Pick<Load, 'headers' | 'body'>,
  pinned: boolean,
): string {
  const token = (headers['authorization'] ?? '').length - 'Bearer '.length
  const where = pinned
    ? 'What is measured runs on one core; load generator and stand-in model API share the other, and bound what the fastest can show.'
    : 'Nothing is pinned to a core here, so that load and gateway disturb each other.'
  return `## gateway

${ground.join('\n')}
${nginxVersion === null ? 'nginx is not installed here: it was left out.' : `nginx ${nginxVersion}, one worker; its processor time is that of nginx and of the service that it asks, on the same core.`}
Load: autocannon, a closed loop without pipelining; chat POST of ${Buffer.byteLength(body)} bytes, token of ${token} bytes, plain HTTP on loopback.
Method: each variant in a process of its own, before the same stand-in model API. ${where}
All are warmed up, then take turns over ${rounds} rounds of about ${seconds} s each, beginning with another one each round; median, least and greatest of the rounds.
Checked: every answer was a 200, the model API counted exactly as many requests, and the gate's log holds a permit for each of its own.
Measured on ${new Date().toISOString().slice(0, 10)}.

${barsTable(bars)}

The bars are those of requests/s on a core of its own (1.5, 0.65 and 2 times as many), held against processor time, which other work on the machine disturbs less.

${tables.join('\n\n')}

The gate runs with one issuer, the shipped directives, memory cache, and a record on disk before each request is forwarded; token and place are known.
`
}
