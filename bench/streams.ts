// Bench `streams`: thousands of open streams on one worker: what they weigh, how long it takes to decide all of them again, and whether
// the event loop ever stands still meanwhile. It fails unless every stream was opened, none ended before it was forbidden, and all were
// cut once they were.
import { setTimeout as sleep } from 'node:timers/promises'
import { type Bar, barsTable, figure, thousands } from './bars.ts'
import type { ModelApiStart } from './faults/model-api-process.ts'
import { requestWith } from './gateway.ts'
import { machine } from './machine.ts'
import { type Child, cores, startChild } from './processes.ts'
import { type Spread, spread } from './rounds.ts'
import type { Section } from './section.ts'
import type { Clients, Fared } from './streams/client-process.ts'
import type { Look, Suspended } from './streams/gate-process.ts'
import { Undisturbed } from './undisturbed.ts'

/** What is asked, and what where a process may open so many files: each stream has two connections at the gate. */
const [fewer, more] = [4_000, 10_000]
const filesOf = (streams: number): number => 2 * streams + 1_000
/** Between two events of a stream. */
const eventMs = 2_000
const quietMs = 4_000
/** Of the request of the benches. */
const model = 'fable-5'
/** Closed one after the other while all streams are of another: each is decided again, and goes on. */
const others = ['mythos-5', 'muse-spark', 'next-1', 'list-1', 'open-1']

interface Found {
  readonly streams: number
  readonly files: number
  readonly quiet: readonly Look[]
  readonly again: readonly Suspended[]
  readonly cut: Suspended
  /** From the order until the last client had its end. */
  readonly cutMs: number
}

/** @param wanted streams; as many as this machine lets a process have, of 4 000 and 10 000, unless said */
export async function benchStreams(say: (line: string) => void, wanted?: number): Promise<Section> {
  const ground = machine(['undici', 'fastify'])
  const { measured, load: loadCore } = cores()
  const files = mostFiles()
  const streams = wanted ?? (files >= filesOf(more) ? more : fewer)
  checkFiles(streams, files)
  const quiet = new Undisturbed()
  const undo: (() => Promise<unknown>)[] = []
  const started = async (child: Promise<Child>): Promise<Child> => {
    undo.push((await child).stop)
    return child
  }
  try {
    const endless: ModelApiStart = { port: 0, file: '/dev/null', eventMs, events: 100_000 }
    const modelApi = await started(
      startChild(new URL('./faults/model-api-process.ts', import.meta.url), endless, loadCore),
    )
    const upstream = `http://127.0.0.1:${modelApi.ready}`
    const gateFile = new URL('./streams/gate-process.ts', import.meta.url)
    const gate = await started(startChild(gateFile, { upstream, inFlight: streams + 64 }, measured))
    const { url, token } = JSON.parse(gate.ready) as { readonly url: string; readonly token: string }
    const { headers, body } = requestWith(token)
    const asking: Clients = { origin: url, headers, body: body.replace('{', '{"stream":true,'), streams }
    const clients = await started(startChild(new URL('./streams/client-process.ts', import.meta.url), asking, loadCore))

    checkOpen(streams, (await clients.ask('open')) as Fared, (await gate.ask({ kind: 'look' })) as Look)
    say(`${streams} streams are open`)
    const looks: Look[] = []
    for (const _ of others) {
      const one = await quiet.round(async () => {
        await gate.ask({ kind: 'look' })
        await sleep(quietMs)
        return (await gate.ask({ kind: 'look' })) as Look
      })
      say(`${figure(one.memoryMiB)} MiB; ${stoodText(one)}`)
      looks.push(one)
    }
    const again: Suspended[] = []
    for (const other of others) {
      const one = (await gate.ask({ kind: 'suspend', of: `model:${other}` })) as Suspended
      say(`decided again in ${figure(one.cpuMs)} ms; ${stoodText(one)}`)
      again.push(one)
      await sleep(500)
    }
    checkOpen(streams, (await clients.ask('look')) as Fared, (await gate.ask({ kind: 'look' })) as Look)
    const cut = (await gate.ask({ kind: 'suspend', of: `model:${model}` })) as Suspended
    let fared = (await clients.ask('look')) as Fared
    for (let left = 100; left > 0 && fared.ended < streams; left -= 1) {
      await sleep(100)
      fared = (await clients.ask('look')) as Fared
    }
    checkCut(streams, fared)
    const cutMs = fared.lastEndAt - cut.at
    say(`all are cut, the last after ${cutMs} ms; ${stoodText(cut)}`)
    return page(ground, { streams, files, quiet: looks, again, cut, cutMs }, quiet, measured !== null)
  } finally {
    for (const end of undo.toReversed()) await end()
  }
}

const stoodText = ({ still }: Look): string =>
  `the longest turn took ${figure(still.cpuMs)} ms, ${figure(still.ms)} by the clock`

export function checkFiles(streams: number, files: number): void {
  if (files < filesOf(streams))
    throw new Error(
      `${streams} streams need ${filesOf(streams)} files, and a process may open ${files} (\`ulimit -n\`)`,
    )
}

/** A bench that measured fewer streams than it says measured nothing. */
export function checkOpen(streams: number, { opened, ended, fault }: Fared, { open }: Pick<Look, 'open'>): void {
  if (opened === streams && open === streams && ended === 0 && fault === null) return
  throw new Error(
    `of ${streams} streams ${opened} were opened, ${ended} have ended and ${open} are open at the gate${fault === null ? '' : `: ${fault}`}`,
  )
}

export function checkCut(streams: number, { ended, cut, fault }: Fared): void {
  if (ended === streams && cut === streams && fault === null) return
  throw new Error(
    `of ${streams} forbidden streams ${ended} ended, ${cut} of them with an error event${fault === null ? '' : `: ${fault}`}`,
  )
}

/** Files that a process of this shell may open. */
function mostFiles(): number {
  const report = process.report.getReport() as { userLimits?: { open_files?: { hard: number | 'unlimited' } } }
  const most = report.userLimits?.open_files?.hard
  return typeof most === 'number' ? most : Number.POSITIVE_INFINITY
}

function page(
  ground: readonly string[],
  { streams, files, quiet, again, cut, cutMs }: Found,
  undisturbed: Undisturbed,
  pinned: boolean,
): Section {
  const of = (looks: readonly Look[], what: (look: Look) => number): Spread => spread(looks.map(what))
  const stood = (looks: readonly Look[]): Spread => of(looks, ({ still }) => still.cpuMs)
  const stoodByClock = (looks: readonly Look[]): Spread => of(looks, ({ still }) => still.ms)
  const decided = spread(again.map(({ cpuMs }) => cpuMs))
  const memory = of([...quiet, ...again], ({ memoryMiB }) => memoryMiB)
  const bars: readonly Bar[] = [
    { of: `memory (RSS) with ${thousands(streams)} streams open, MiB`, measured: memory.max, floor: 1_024, aim: null },
    { of: 'all of them decided again, ms', measured: decided.median, floor: 100, aim: null },
    { of: 'the longest turn, streams open, ms', measured: stood(quiet).median, floor: 20, aim: null },
    { of: 'the longest turn, all decided again, ms', measured: stood(again).median, floor: 20, aim: null },
    { of: 'the longest turn, all cut, ms', measured: cut.still.cpuMs, floor: 20, aim: null },
  ]
  const row = (name: string, { median, min, max }: Spread): string =>
    `| ${name} | ${figure(median)} | ${figure(min)} – ${figure(max)} |`
  const why =
    streams >= more
      ? `A process may open ${Number.isFinite(files) ? thousands(files) : 'any number of'} files here.`
      : `A process may open ${thousands(files)} files here, and ${thousands(more)} streams would need ${thousands(filesOf(more))}: they were left out.`
  const text = `## streams

${ground.join('\n')}
Method: ${thousands(streams)} streams of one caller through one gate, an event every ${eventMs / 1_000} s each; the gate ${pinned ? 'on one core, clients and model API on the other' : 'beside clients and model API'}. ${why} For ${quiet.length} rounds of ${quietMs / 1_000} s nothing else happens. Then ${again.length} models that nobody uses here are suspended one after the other: each time all streams are decided again and go on. Then theirs is suspended, and all are cut. A turn of the event loop, in which nothing else is answered, is what lies between two ticks of a timer that is due every millisecond; the longest of a round counts. The bars are held against processor time of the gate’s thread, since by the clock the host of this machine counts too. ${undisturbed.told}
Checked: every stream was answered by 200 and an event; the gate counted as many open; none ended before it was forbidden; every one then ended with the dialect’s error event.
Measured on ${new Date().toISOString().slice(0, 10)}.

${barsTable(bars)}

| | median | least – greatest |
|---|---:|---:|
${row('memory (RSS), MiB', memory)}
${row('all decided again, ms of processor time', decided)}
${row('the same by the clock', spread(again.map(({ ms }) => ms)))}
${row('longest turn of a round, streams open, ms of processor time', stood(quiet))}
${row('the same by the clock', stoodByClock(quiet))}
${row('longest turn, all decided again, ms of processor time', stood(again))}
${row('the same by the clock', stoodByClock(again))}
${row('longest turn, all cut, ms of processor time', stood([cut]))}
${row('the same by the clock', stoodByClock([cut]))}
${row('from the order to the last end that a client sees, ms', spread([cutMs]))}
`
  return { text, bars }
}
