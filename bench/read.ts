// Bench `read`: what it costs to read a body strictly, beside JSON.parse of the same bytes, and how long the worst one keeps others waiting.
import { type Bar, barsTable, figure, thousands } from './bars.ts'
import { machine } from './machine.ts'
import { cores, startChild } from './processes.ts'
import { type BodyName, bodyNames, drawBody } from './read/bodies.ts'
import { type Worst, worstNames } from './read/measure-worst.ts'
import { type ReadQuestion, type Way, ways } from './read/read-process.ts'
import { interleave, type Spread, spread } from './rounds.ts'
import type { Section } from './section.ts'
import { Undisturbed } from './undisturbed.ts'

const rounds = 5
const roundMs = 100

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
    const quiet = new Undisturbed()
    const times = new Map<BodyName, ReadonlyMap<Way, readonly number[]>>()
    const memory = new Map<BodyName, ReadonlyMap<Way, number>>()
    // All bodies before any of them is measured: a gate does not read one kind of body alone.
    for (let turn = 0; turn < 3; turn += 1)
      for (const body of bodyNames) for (const way of ways) await ask({ kind: 'round', body, way, ms: roundMs })
    for (const body of bodyNames) {
      const subjects = ways.map((way): Subject => ({ body, way }))
      const results = await interleave(subjects, rounds, async (subject) =>
        Number(await quiet.round(() => ask({ kind: 'round', ...subject, ms: roundMs }))),
      )
      times.set(body, new Map(subjects.map((subject) => [subject.way, results.get(subject) ?? []])))
      const bytes = new Map<Way, number>()
      for (const way of ways) bytes.set(way, Number(await ask({ kind: 'bytes', body, way, ms: 0 })))
      memory.set(body, bytes)
      say(
        `${body}: ${ways.map((way) => `${way} ${figure(spread(times.get(body)?.get(way) ?? []).median)} µs`).join(', ')}`,
      )
    }
    const worst: Worst[] = []
    for (const name of worstNames) {
      const found = (await ask({ kind: 'worst', name })) as Worst
      worst.push(found)
      say(`${name}: ${figure(found.stepMs.min)} ms, in ${found.steps} steps`)
    }
    return page({ ground, times, memory, worst, quiet, pinned: measured !== null })
  } finally {
    await child.stop()
  }
}

interface Found {
  readonly ground: readonly string[]
  readonly times: ReadonlyMap<BodyName, ReadonlyMap<Way, readonly number[]>>
  readonly memory: ReadonlyMap<BodyName, ReadonlyMap<Way, number>>
  readonly worst: readonly Worst[]
  readonly quiet: Undisturbed
  readonly pinned: boolean
}

/** Of the same round each: what else the machine does falls on both. */
export function ratios(times: readonly number[], baseline: readonly number[]): readonly number[] {
  return times.map((time, round) => time / (baseline[round] ?? Number.NaN))
}

function page({ ground, times, memory, worst, quiet, pinned }: Found): Section {
  const of = (body: BodyName, way: Way): readonly number[] => times.get(body)?.get(way) ?? []
  const against = (body: BodyName, way: Way): Spread => spread(ratios(of(body, way), of(body, 'parse')))
  const bodies = (body: BodyName, way: Way): number =>
    (memory.get(body)?.get(way) ?? Number.NaN) / drawBody(body).bytes.length
  const slowest = worst.toSorted((one, other) => other.stepMs.min - one.stepMs.min)[0]
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
      of: `the longest turn of the worst texts and requests (${slowest?.name}), ms`,
      measured: slowest?.stepMs.min ?? Number.NaN,
      floor: 50,
      aim: null,
    },
  ]
  const cell = ({ median, min, max }: Spread): string => `${figure(median)} (${figure(min)} – ${figure(max)})`
  const row = (body: BodyName): string =>
    `| ${drawBody(body).says} | ${ways.map((way) => cell(spread(of(body, way)))).join(' | ')} | ${cell(against(body, 'readJson'))} | ${figure(against(body, 'readOperation').median)} | ${figure(bodies(body, 'readJson'))} / ${figure(bodies(body, 'parse'))} |`
  const texts = worst.filter(({ parseMs }) => parseMs !== null)
  const requests = worst.filter(({ parseMs }) => parseMs === null)
  const text = `## read

${ground.join('\n')}
Method: bytes in, value out. All ways in one process${pinned ? ' on one core' : ''}, which has read all bodies in all ways before; then each body ${rounds} rounds of ${roundMs} ms in turns, beginning with another way each round. Times are processor time of all threads, median, least and greatest of the rounds; ratios are taken within a round. ${quiet.told}
Checked: the strict reader gives the value that JSON.parse gives, and the gate finds an operation in every body.
Measured on ${new Date().toISOString().slice(0, 10)}.

${barsTable(bars)}

### Bodies, µs of processor time

| | ${ways.map((way) => described[way]).join(' | ')} | strict reader against JSON.parse | gate against JSON.parse | memory, bodies: strict reader / JSON.parse |
|---|---:|---:|---:|---:|---:|---:|
${bodyNames.map(row).join('\n')}

The baseline is what a server does with the bytes that it received. It keeps the last of two equal keys, half an emoji and any depth. Memory is what one reading allocates with the value still held, on the heap and beside it.

### Worst texts and requests

As long as may be, or as the budgets of src/limits.ts allow. Processor time of the thread, five times: least, since what disturbs only adds, and median. A turn is what is done at one go, so that one caller holds up all others of a worker for so long; between turns everybody else is answered.

| text | MB | outcome | strict reader, ms: least, median | JSON.parse |
|---|---:|---|---:|---:|
${texts.map(({ name, bytes, outcome, stepMs, parseMs }) => `| ${name} | ${figure(bytes / 1e6)} | ${outcome} | ${figure(stepMs.min)}, ${figure(stepMs.median)} | ${figure(parseMs?.min ?? Number.NaN)}, ${figure(parseMs?.median ?? Number.NaN)} |`).join('\n')}

| request, read and with every edit made | MB | outcome | longest turn, ms: least, median | turns | all together, ms |
|---|---:|---|---:|---:|---:|
${requests.map(({ name, bytes, outcome, stepMs, allMs, steps }) => `| ${name} | ${figure(bytes / 1e6)} | ${outcome} | ${figure(stepMs.min)}, ${figure(stepMs.median)} | ${thousands(steps)} | ${figure(allMs.min)} |`).join('\n')}
`
  return { text, bars }
}
