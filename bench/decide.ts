// Bench `decide`: what one decision costs with the facts in hand, and what it costs to compile and load directives, beside
// cedar-wasm and casbin on the same table (bench/decide/table.ts). It fails unless all engines give the same answers.
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type Bar, barsTable, figure, thousands } from './bars.ts'
import type { CompileResult } from './decide/compile-process.ts'
import type { DecideQuestion, DecideSubject, Engine } from './decide/decide-process.ts'
import { machine } from './machine.ts'
import { type Child, cores, startChild } from './processes.ts'
import { interleave, type Spread, spread } from './rounds.ts'
import type { Section } from './section.ts'
import { Undisturbed } from './undisturbed.ts'

const sizes = [10, 100, 1_000, 10_000] as const
const rounds = 9
const roundMs = 1_000
const requests = 2_000
/** Of each table, asked of every engine. */
const compared = 200
const licenses = 1_000

const files = {
  compile: new URL('./decide/compile-process.ts', import.meta.url),
  decide: new URL('./decide/decide-process.ts', import.meta.url),
}

const engines = ['gate', 'cedar', 'casbin'] as const satisfies readonly Engine[]
const described: Readonly<Record<Engine, string>> = {
  gate: '`decide` of the gate: reasons, grants, obligations, valid-until',
  cedar: 'cedar-wasm, policies parsed before, entities with the request',
  casbin: 'casbin, synchronous, one function for the tests',
}

interface Subject extends DecideSubject {
  readonly child: Child
}

/** Measures, checks that the engines agree, and gives the section of docs/benchmarks.md with the bars. */
export async function benchDecide(say: (line: string) => void): Promise<Section> {
  const ground = machine(['@cedar-policy/cedar-wasm', 'casbin'])
  const { measured } = cores()
  const folder = mkdtempSync(join(tmpdir(), 'portcullis-bench-decide-'))
  const undo: (() => Promise<unknown>)[] = []
  try {
    const bundleOf = (size: number): string => join(folder, `${size}.json`)
    const quiet = new Undisturbed()
    const compiled = new Map<number, readonly CompileResult[]>()
    for (const size of sizes) compiled.set(size, await compileRounds(size, bundleOf(size), measured, quiet, say))

    const subjects: Subject[] = []
    const open = async (engine: Engine, size: number, more = 0, asked = size): Promise<void> => {
      const subject: DecideSubject = { engine, size, requests, file: bundleOf(size), licenses: more, asked }
      const child = await startChild(files.decide, subject, measured)
      undo.push(child.stop)
      subjects.push({ ...subject, child })
    }
    for (const size of sizes) for (const engine of engines) await open(engine, size)
    for (const size of sizes) if (size !== 10) await open('gate', size, 0, 10)
    await open('gate', 10, licenses)

    const permits = await agreement(subjects)
    const ask = ({ child }: Subject, question: DecideQuestion): Promise<unknown> => child.ask(question)
    for (const subject of subjects) await ask(subject, { kind: 'round', ms: 2 * roundMs }) // warms up
    const results = await interleave(subjects, rounds, async (subject) => {
      const micros = Number(await quiet.round(() => ask(subject, { kind: 'round', ms: roundMs })))
      say(
        `${subject.engine}, ${subject.size} directives${subject.licenses > 0 ? ' and licenses' : ''}: ${figure(micros)} µs`,
      )
      return micros
    })
    const memory = new Map<Subject, number>()
    for (const subject of subjects) {
      if (subject.engine === 'gate') memory.set(subject, Number(await ask(subject, { kind: 'bytes' })))
    }
    return page({ ground, compiled, results, memory, permits, quiet, pinned: measured !== null })
  } finally {
    for (const stop of undo.toReversed()) await stop()
    rmSync(folder, { recursive: true })
  }
}

/** Each in a fresh process, as the gate does it. */
async function compileRounds(
  size: number,
  file: string,
  core: number | null,
  quiet: Undisturbed,
  say: (line: string) => void,
): Promise<readonly CompileResult[]> {
  const results: CompileResult[] = []
  for (let turn = 0; turn < 3; turn += 1) {
    const result = await quiet.round(async () => {
      const child = await startChild(files.compile, { size, file }, core)
      const measured = (await child.ask('compile')) as CompileResult
      await child.stop()
      return measured
    })
    say(`${size} directives: compiled in ${Math.round(result.compileMs)} ms, loaded in ${Math.round(result.loadMs)} ms`)
    results.push(result)
  }
  return results
}

/** How many of the compared requests are permitted; throws where two engines answer one of them differently. */
async function agreement(subjects: readonly Subject[]): Promise<ReadonlyMap<number, number>> {
  const permits = new Map<number, number>()
  const first = new Map<number, readonly boolean[]>()
  for (const { engine, size, child, asked } of subjects) {
    const question: DecideQuestion = { kind: 'answers', count: compared }
    const answers = (await child.ask(question)) as readonly boolean[]
    checkAnswers(`${engine}, ${size} directives`, first.get(asked) ?? answers, answers)
    first.set(asked, answers)
    permits.set(asked, answers.filter((permitted) => permitted).length)
  }
  return permits
}

/** Engines that do not answer alike do not do the same work; nor do some that answer everything alike. */
export function checkAnswers(who: string, expected: readonly boolean[], answers: readonly boolean[]): void {
  const differing = answers.flatMap((answer, index) => (answer === expected[index] ? [] : [index]))
  if (differing.length > 0 || answers.length !== expected.length) {
    throw new Error(`${who}: answers ${differing.length} requests differently, the first is ${differing[0]}`)
  }
  if (!answers.includes(true) || !answers.includes(false))
    throw new Error(`${who}: gives every request the same answer`)
}

interface Found {
  readonly ground: readonly string[]
  readonly compiled: ReadonlyMap<number, readonly CompileResult[]>
  readonly results: ReadonlyMap<Subject, readonly number[]>
  readonly memory: ReadonlyMap<Subject, number>
  readonly permits: ReadonlyMap<number, number>
  readonly quiet: Undisturbed
  readonly pinned: boolean
}

function page({ ground, compiled, results, memory, permits, quiet, pinned }: Found): Section {
  const find = (engine: Engine, size: number, more = 0, asked = size): Subject => {
    const found = [...results.keys()].find(
      (one) => one.engine === engine && one.size === size && one.licenses === more && one.asked === asked,
    )
    if (found === undefined) throw new Error(`no ${engine} with ${size} directives was measured`)
    return found
  }
  const micros = (engine: Engine, size: number, more = 0, asked = size): Spread =>
    spread(results.get(find(engine, size, more, asked)) ?? [])
  const kib = (size: number, more = 0): string => figure((memory.get(find('gate', size, more)) ?? Number.NaN) / 1_024)
  const cell = ({ median, min, max }: Spread): string => `${figure(median)} (${figure(min)} – ${figure(max)})`
  const compileOf = (size: number, what: (one: CompileResult) => number): Spread =>
    spread((compiled.get(size) ?? []).map(what))
  const [small, large] = [micros('gate', 10), micros('gate', 10_000)]
  const bars: readonly Bar[] = [
    { of: 'one decision at 10 directives, µs', measured: small.median, floor: 5, aim: 1 },
    {
      of: 'the very same requests at 10 000, against 10',
      measured: micros('gate', 10_000, 0, 10).median / small.median,
      floor: 1.3,
      aim: null,
    },
    {
      of: 'one decision at 10 000 directives, over all their 1 111 models, µs',
      measured: large.median,
      floor: 6.5,
      aim: 1.3,
    },
    {
      of: 'compiling 10 000 directives, s',
      measured: compileOf(10_000, (one) => one.compileMs).median / 1_000,
      floor: 5,
      aim: null,
    },
  ]
  const text = `## decide

${ground.join('\n')}
Table: one embargo over all models and nine directives for each model (on persons, places, both, tiers), so that every request meets ten, and one license for each model that discharges seven of them. Drawn from a seed, as are ${figure(requests)} requests: half permitted (a fifth of those under the license), the rest denied by person, place, embargo, tier, or for missing, stale or unplaced evidence.
Method: each engine with each table in a process of its own${pinned ? ', on one core' : ''}; warmed up, then ${rounds} rounds of ${figure(roundMs)} ms in turns, beginning with another one each round; a round's figure is its mean, the table shows median, least and greatest of the rounds. Times are processor time of all threads of the process: waiting for a core is not counted, but what runs beside it on the machine still slows it. ${quiet.told}
Checked: of each table the first ${compared} requests are answered alike by all engines (permits: ${sizes.map((size) => permits.get(size)).join(', ')}).
Measured on ${new Date().toISOString().slice(0, 10)}.

${barsTable(bars)}

### One decision, facts in hand, µs of processor time

| directives | ${sizes.map(thousands).join(' | ')} |
|---|${sizes.map(() => '---:').join('|')}|
${engines.map((engine) => `| ${described[engine]} | ${sizes.map((size) => cell(micros(engine, size))).join(' | ')} |`).join('\n')}
| the gate, the requests of the table of 10 alone | ${sizes.map((size) => cell(micros('gate', size, 0, 10))).join(' | ')} |
| memory that a decision of the gate allocates, KiB | ${sizes.map((size) => kib(size)).join(' | ')} |

With ${figure(licenses)} more licenses that name the same limbs, whose holders do not ask: ${cell(micros('gate', 10, licenses))} µs and ${kib(10, licenses)} KiB for a decision at 10 directives.

What the others are asked is permit or deny. The table says in their languages what two values can say: ages of evidence as comparisons with a clock in the request, licenses folded into each directive that they discharge, what is unknown as a denial. What they cannot say: whether a denial was proved or evidence is missing, stale or contradictory, and whether the caller could mend it; the reason in an order of reasons; which license helped; until when the answer holds; the mode that the gate should force.
Their figures grow with the number of all directives. Policies split by model before cedar or casbin sees them were not measured; each part would have the size of the table of 10.
The gate asks the directives of one model only: the same requests cost the same beside 10 000 directives. Requests over all 1 111 models cost ${figure(large.median / small.median)} times those for the one model of the small table, since what is read of each model and its directives has left the processor's nearest caches until the model is asked for again.

### Compiling and loading

| directives | ${sizes.map(thousands).join(' | ')} |
|---|${sizes.map(() => '---:').join('|')}|
| files, with licenses, registers and lists | ${sizes.map((size) => thousands(compileOf(size, (one) => one.files).median)).join(' | ')} |
| text, MB | ${sizes.map((size) => figure(compileOf(size, (one) => one.bytes).median / 1e6)).join(' | ')} |
| examples in them, all of them run | ${sizes.map((size) => thousands(compileOf(size, (one) => one.examples).median)).join(' | ')} |
| texts to tested bundle (\`compilePolicy\`), ms | ${sizes.map((size) => cell(compileOf(size, (one) => one.compileMs))).join(' | ')} |
| the same by the clock, ms | ${sizes.map((size) => cell(compileOf(size, (one) => one.compileWallMs))).join(' | ')} |
| files to canonical bundle in the gate's child process, by the clock, ms | ${sizes.map((size) => cell(compileOf(size, (one) => one.childWallMs))).join(' | ')} |
| bundle to policy (\`loadPolicy\`), ms | ${sizes.map((size) => cell(compileOf(size, (one) => one.loadMs))).join(' | ')} |
| bundle, MB | ${sizes.map((size) => figure(compileOf(size, (one) => one.bundleBytes).median / 1e6)).join(' | ')} |
| most memory of the compiling process, MiB | ${sizes.map((size) => figure(compileOf(size, (one) => one.peakMiB).median)).join(' | ')} |

Each compilation in a fresh process, three of them. In a profile, a fifth of it is reading YAML, a fifth what each key may hold, a third the examples. Loading the bundle is what the gate itself does, beside its requests.
`
  return { text, bars }
}
