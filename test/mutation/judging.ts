// A thread that judges mutants, one after the other: first by the corpus, in milliseconds, and what that lets live by the files of
// tests that come past it. It looks at the engine as it stands before all else, and ends with an error if that fails anything.
// Whoever started it keeps the time: a mutant that never comes to an end keeps the thread as well.

import { basename } from 'node:path'
import { parentPort, workerData } from 'node:worker_threads'
import * as fc from 'fast-check'
import type { Engine, Known } from './judge-by-corpus.ts'
import { loadInstrumented, urlOf } from './loading.ts'
import { type Mutants, pastWhich, switchTo } from './switch.ts'

export interface Work {
  readonly sources: ReadonlyMap<string, string>
  readonly mutants: readonly { readonly id: string; readonly file: string }[]
  readonly bundles: number
  readonly questions: number
  /** Files of tests; none: the corpus alone judges. */
  readonly tests: readonly string[]
}

export type Verdict =
  | { readonly kind: 'killed'; readonly by: 'reference' | 'test' | 'time'; readonly of: string }
  /** `witness`: an input to which it answers otherwise than the engine does, so that it surely is no equivalent. */
  | { readonly kind: 'survived'; readonly witness: string | null; readonly isReached: boolean }

export type Word =
  | { readonly kind: 'ready'; readonly worlds: number; readonly questions: number; readonly files: number }
  | { readonly kind: 'begins'; readonly mutant: string }
  | { readonly kind: 'verdict'; readonly mutant: string; readonly verdict: Verdict }

/** As many questions as one mutant is asked at most, a few seconds' worth; they are in no order that means anything. */
const mostAsked = 4000

/** Of the corpus, before any test is run. */
const firstWorlds = 25
/** Of the thread's own time: how busy the machine is says nothing. */
const slowMs = 300

const { sources, mutants, bundles, questions, tests } = workerData as Work
// oxlint-disable-next-line unicorn/require-post-message-target-origin -- a thread's port has no origin
const say = (word: Word): void => parentPort?.postMessage(word)

loadInstrumented(sources)
fc.configureGlobal({ seed: 20260614 })
const [{ corpus }, atLoad] = await pastWhich(async () => {
  // What the engine itself has no need to load is loaded first by a test, too late to be known as what runs at load.
  for (const path of sources.keys()) await import(urlOf(path, { generation: null }))
  return import('./corpus.ts')
})
const { judge, known, loadedBy } = await import('./judge-by-corpus.ts')
const { firstFailure } = await import('./tests.ts')

let generations = 0
const engineOf = async (generation: number | null): Promise<Engine> => ({
  ...((await import(urlOf('src/policy/engine/decide.ts', { generation }))) as Pick<Engine, 'decide'>),
  ...((await import(urlOf('src/policy/load/load.ts', { generation }))) as Pick<Engine, 'loadPolicy'>),
  ...((await import(urlOf('src/policy/engine/suspension.ts', { generation }))) as Pick<Engine, 'withSuspensions'>),
})

/** The engine without a mutant, and policies that it has loaded. */
interface Standing {
  readonly generation: number | null
  readonly engine: Engine
  readonly worlds: readonly Known[]
}
let standing = await stand(null)

async function stand(generation: number | null): Promise<Standing> {
  const engine = await engineOf(generation)
  const worlds: Known[] = []
  for (const world of corpus({ bundles, questions })) {
    const one = await known(engine, world)
    if (!world.broken || 'faults' in one.policy) worlds.push(one)
  }
  return { generation, engine, worlds }
}

/** The engine anew, where a mutant left something behind in what is made once and for all. */
async function standAnew(): Promise<void> {
  switchTo(null)
  const generation = ++generations
  const engine = await engineOf(generation)
  standing = { generation, engine, worlds: standing.worlds.map((world) => loadedBy(engine, world)) }
  if (!isSound(standing.worlds.slice(0, 2))) throw new Error('a mutant spoilt what all the others are judged by')
}

/** The engine without a mutant answers as ever. */
function isSound(worlds: readonly Known[]): boolean {
  switchTo(null)
  return worlds.every((world) => judge(null, world, standing.engine, true).kind === 'same')
}

/** What sees the mutant must see nothing without it, or it saw what this one, or one before it, left behind. */
async function isTrue({ seenBy }: Judged): Promise<boolean> {
  if (!isSound(standing.worlds.slice(0, 2))) return false
  if (seenBy === null) return true
  return typeof seenBy === 'string' ? (await firstFailure(seenBy, standing.generation)) === null : isSound([seenBy])
}

interface TestFile {
  readonly path: string
  readonly past: Mutants
  readonly ms: number
}

const files: TestFile[] = []
for (const path of tests) {
  const begun = process.threadCpuUsage()
  const [failure, past] = await pastWhich(() => firstFailure(path, null))
  if (failure !== null) throw new Error(`${path} fails without any mutant: ${failure}`)
  const { user, system } = process.threadCpuUsage(begun)
  files.push({ path, past, ms: (user + system) / 1000 })
}
files.sort((a, b) => a.ms - b.ms)

say({
  kind: 'ready',
  worlds: standing.worlds.length,
  questions: standing.worlds.reduce((sum, { answers }) => sum + answers.length, 0),
  files: files.length,
})

for (const { id: mutant, file } of mutants) {
  say({ kind: 'begins', mutant })
  let found = await judged(mutant, file)
  if (!(await isTrue(found))) {
    // Once more by an engine that nothing has touched: what is seen then is this mutant.
    await standAnew()
    found = await judged(mutant, file)
    if (!(await isTrue(found))) await standAnew()
  }
  say({ kind: 'verdict', mutant, verdict: found.verdict })
}

interface Judged {
  readonly verdict: Verdict
  /** A file of tests, or a policy of the corpus; null: none that could be asked without the mutant. */
  readonly seenBy: string | Known | null
}

async function judged(mutant: string, file: string): Promise<Judged> {
  const isAtLoad = atLoad.has(mutant)
  const generation = isAtLoad ? ++generations : standing.generation
  const { worlds } = standing
  let { engine } = standing
  switchTo(mutant)
  try {
    if (isAtLoad) engine = await engineOf(generation)
  } catch (error) {
    return {
      verdict: { kind: 'killed', by: 'test', of: `the engine cannot be loaded: ${String(error)}` },
      seenBy: null,
    }
  }
  const found: Found = { witness: null, asked: 0 }
  const passing = files.filter(({ past }) => isAtLoad || past.has(mutant))
  // The cheapest first; what takes long only where a test must fail somewhere, or where it is the file's own.
  const killed =
    byCorpus(mutant, worlds.slice(0, firstWorlds), engine, found) ??
    (await byTests(
      mutant,
      passing.filter(({ ms }) => ms < slowMs),
      generation,
    )) ??
    byCorpus(mutant, worlds.slice(firstWorlds), engine, found) ??
    (await byTests(
      mutant,
      passing.filter(({ ms, path }) => ms >= slowMs && (found.witness !== null || isOf(path, file))),
      generation,
    ))
  if (killed !== null) return killed
  const isReached = found.asked > 0 || passing.length > 0
  return { verdict: { kind: 'survived', witness: found.witness, isReached }, seenBy: null }
}

/** Files of tests mirror those of the source. */
function isOf(test: string, file: string): boolean {
  return basename(test, '.test.ts') === basename(file, '.ts')
}

interface Found {
  witness: string | null
  asked: number
}

function byCorpus(mutant: string, worlds: readonly Known[], engine: Engine, found: Found): Judged | null {
  for (const world of worlds) {
    if (found.asked >= mostAsked) break
    const judgement = judge(mutant, world, engine, atLoad.has(mutant))
    if (judgement.kind === 'wrong')
      return { verdict: { kind: 'killed', by: 'reference', of: judgement.of }, seenBy: world }
    if (judgement.kind === 'witness') found.witness ??= judgement.of
    found.asked += judgement.asked
  }
  return null
}

async function byTests(mutant: string, files: readonly TestFile[], generation: number | null): Promise<Judged | null> {
  for (const { path } of files) {
    switchTo(mutant)
    const failure = await firstFailure(path, generation)
    if (failure !== null) {
      return { verdict: { kind: 'killed', by: 'test', of: `${path}: ${failure}` }, seenBy: path }
    }
  }
  return null
}
