// Bench `read`: what it costs to read a body strictly, beside JSON.parse of the same bytes, and what the worst text can cost.
import { type Bar, barsTable, figure } from './bars.ts'
import { machine } from './machine.ts'
import { cores, startChild } from './processes.ts'
import { type BodyName, bodyNames, drawBody } from './read/bodies.ts'
import { type ReadQuestion, type Way, type Worst, ways } from './read/read-process.ts'
import { interleave, type Spread, spread } from './rounds.ts'
import type { Section } from './section.ts'

const rounds = 7
const roundMs = 150

const bounds: Readonly<Partial<Record<BodyName, readonly [floor: number, aim: number]>>> = {
  small: [3, 1],
  chat: [2, 1],
  image: [1.5, 0.5],
}
const described: Readonly<Record<Way, string>> = {
  parse: '`JSON.parse(body.toString())`',
  readJson: 'the strict reader',
  readOperation: 'the gate: strict reader and every model, mode and limit',
}

interface Subject {
  readonly body: BodyName
  readonly way: Way
}

/** Measures, checks that the values are equal, and gives the section of docs/benchmarks.md with the bars. */
export async function benchRead(say: (line: string) => void): Promise<Section> {
  const ground = machine(['fastify'])
  const { measured } = cores()
  const child = await startChild(new URL('./read/read-process.ts', import.meta.url), null, measured)
  try {
    const ask = (question: ReadQuestion): Promise<unknown> => child.ask(question)
    const times = new Map<BodyName, ReadonlyMap<Way, readonly number[]>>()
    const memory = new Map<BodyName, ReadonlyMap<Way, number>>()
    // All bodies before any of them is measured: a gate does not read one kind of body alone.
    for (let turn = 0; turn < 3; turn += 1)
      for (const body of bodyNames) for (const way of ways) await ask({ kind: 'round', body, way, ms: roundMs })
    for (const body of bodyNames) {
      const subjects = ways.map((way): Subject => ({ body, way }))
      const results = await interleave(subjects, rounds, async (subject) =>
        Number(await ask({ kind: 'round', ...subject, ms: roundMs })),
      )
      times.set(body, new Map(subjects.map((subject) => [subject.way, results.get(subject) ?? []])))
      const bytes = new Map<Way, number>()
      for (const way of ways) bytes.set(way, Number(await ask({ kind: 'bytes', body, way, ms: 0 })))
      memory.set(body, bytes)
      say(
        `${body}: ${ways.map((way) => `${way} ${figure(spread(times.get(body)?.get(way) ?? []).median)} µs`).join(', ')}`,
      )
    }
    const worst = (await ask({ kind: 'worst' })) as readonly Worst[]
    return page({ ground, times, memory, worst, pinned: measured !== null })
  } finally {
    await child.stop()
  }
}

interface Found {
  readonly ground: readonly string[]
  readonly times: ReadonlyMap<BodyName, ReadonlyMap<Way, readonly number[]>>
  readonly memory: ReadonlyMap<BodyName, ReadonlyMap<Way, number>>
  readonly worst: readonly Worst[]
  readonly pinned: boolean
}

/** Of the same round each: what else the machine does falls on both. */
export function ratios(times: readonly number[], baseline: readonly number[]): readonly number[] {
  return times.map((time, round) => time / (baseline[round] ?? Number.NaN))
}

function page({ ground, times, memory, worst, pinned }: Found): Section {
  const of = (body: BodyName, way: Way): readonly number[] => times.get(body)?.get(way) ?? []
  const against = (body: BodyName, way: Way): Spread => spread(ratios(of(body, way), of(body, 'parse')))
  const bodies = (body: BodyName, way: Way): number =>
    (memory.get(body)?.get(way) ?? Number.NaN) / drawBody(body).bytes.length
  const slowest = worst.toSorted((one, other) => other.readMs - one.readMs)[0]
  const bars: readonly Bar[] = [
    ...Object.entries(bounds).map(([name, [floor, aim]]): Bar => {
      const body = name as BodyName
      return {
        of: `${drawBody(body).says}, against JSON.parse`,
        measured: against(body, 'readJson').median,
        floor,
        aim,
      }
    }),
    { of: 'memory for the image, bodies', measured: bodies('image', 'readJson'), floor: 1.1, aim: null },
    {
      of: `the slowest of the worst texts (${slowest?.name}), ms`,
      measured: slowest?.readMs ?? Number.NaN,
      floor: 50,
      aim: null,
    },
  ]
  const cell = ({ median, min, max }: Spread): string => `${figure(median)} (${figure(min)} – ${figure(max)})`
  const row = (body: BodyName): string =>
    `| ${drawBody(body).says} | ${ways.map((way) => cell(spread(of(body, way)))).join(' | ')} | ${cell(against(body, 'readJson'))} | ${figure(against(body, 'readOperation').median)} | ${figure(bodies(body, 'readJson'))} / ${figure(bodies(body, 'parse'))} |`
  const text = `## read

${ground.join('\n')}
Method: bytes in, value out. All ways in one process${pinned ? ' on one core' : ''}, which has read all bodies in all ways before; then each body ${rounds} rounds of ${roundMs} ms in turns, beginning with another way each round. Times are processor time of all threads, median, least and greatest of the rounds; ratios are taken within a round.
Checked: the strict reader gives the value that JSON.parse gives, and the gate finds an operation in every body.
Measured on ${new Date().toISOString().slice(0, 10)}.

${barsTable(bars)}

### Bodies, µs of processor time

| | ${ways.map((way) => described[way]).join(' | ')} | strict reader against JSON.parse | gate against JSON.parse | memory, bodies: strict reader / JSON.parse |
|---|---:|---:|---:|---:|---:|---:|
${bodyNames.map(row).join('\n')}

The baseline is what a server does with the bytes that it received. It keeps the last of two equal keys, half an emoji and any depth. Memory is what one reading allocates with the value still held, on the heap and beside it.

### Worst texts

Up to 4 MiB each, processor time of the thread, mean of eight: for so long one caller holds up all others of a worker.

| text | MB | outcome | strict reader, ms | JSON.parse, ms |
|---|---:|---|---:|---:|
${worst.map(({ name, bytes, outcome, readMs, parseMs }) => `| ${name} | ${figure(bytes / 1e6)} | ${outcome} | ${figure(readMs)} | ${figure(parseMs)} |`).join('\n')}
`
  return { text, bars }
}
