// `npm run mutate`: options.ts says what it takes. Progress goes to standard error, the result to standard output; a run over all
// mutants writes docs/mutation.md.

import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { readEquivalents } from './equivalents.ts'
import { judgeAll } from './judge-all.ts'
import type { Verdict } from './judging.ts'
import { keptVerdicts } from './kept-verdicts.ts'
import { instrument, type Mutant, mutated, root, testFiles } from './mutants.ts'
import { help, type Options, readOptions, sampled } from './options.ts'
import { changeAt, pageOf, percent, summaryOf } from './page.ts'
import { type Judged, scoreOf, shareOf, staleAmong } from './score.ts'

/** What was reached, less what chance may take. */
const bar = 0.995

const options = optionsOrEnd()
const files = mutated().filter(
  (file) => options.files.length === 0 || options.files.some((part) => file.includes(part)),
)
const { mutants, sources } = await instrument(files)
const chosen = options.sample === null ? mutants : sampled(mutants, options.sample, options.seed)
if (options.list) {
  for (const mutant of chosen) process.stdout.write(`${changeAt(mutant)}\n`)
} else {
  report(await judgedOf(chosen))
}

async function judgedOf(chosen: readonly Mutant[]): Promise<readonly Judged[]> {
  const begun = performance.now()
  const kept = keptVerdicts(options.keep, mutants)
  const left = chosen.filter((mutant) => kept.seen(mutant) === undefined)
  let done = 0
  let seen = 0
  const listener = {
    ready: ({ worlds, questions, files }: { worlds: number; questions: number; files: number }): void =>
      tell(`${left.length} mutants; ${questions} questions to ${worlds} policies, ${files} files of tests`),
    verdict: (id: string, verdict: Verdict): void => {
      done++
      if (verdict.kind === 'killed') seen++
      const mutant = chosen.find((one) => one.id === id)
      if (mutant !== undefined) kept.keep(mutant, verdict)
      if (verdict.kind === 'survived' && mutant !== undefined) tell(`lives: ${changeAt(mutant)}${aboutLife(verdict)}`)
      if (done % 100 === 0) tell(`${done} done, ${seen} seen, ${Math.round((performance.now() - begun) / 1000)} s`)
    },
  }
  const shares = Array.from({ length: options.threads }, (_, share) =>
    left.filter((_, index) => index % options.threads === share),
  )
  const work = { sources, bundles: 160, questions: 8, tests: testFiles() }
  const verdicts = await Promise.all(shares.map((mutants) => judgeAll({ ...work, mutants }, listener)))
  const byId = new Map(verdicts.flatMap((some) => [...some]))
  return chosen.flatMap((mutant) => {
    const verdict = byId.get(mutant.id) ?? kept.seen(mutant)
    return verdict === undefined ? [] : [{ mutant, verdict }]
  })
}

function report(judged: readonly Judged[]): void {
  const equivalents = readEquivalents()
  const score = scoreOf(judged, equivalents)
  for (const { mutant, verdict } of score.survivors) {
    process.stdout.write(`${changeAt(mutant)}${verdict.kind === 'survived' ? aboutLife(verdict) : ''}\n`)
  }
  process.stdout.write(`${summaryOf(score)}\n`)
  const isFull = options.files.length === 0 && options.sample === null
  const stale = options.sample === null ? staleAmong(judged, equivalents.filter(isAsked)) : []
  for (const { file, text, change } of stale) tell(`not equivalent, or not there: ${file}: ${text ?? change ?? 'all'}`)
  if (isFull) {
    const day = new Date().toISOString().slice(0, 10)
    writeFileSync(join(root, 'docs/mutation.md'), pageOf({ judged, equivalents, day, bar }))
  }
  if (shareOf(score) < bar || stale.length > 0) process.exitCode = 2
  if (shareOf(score) < bar) tell(`below the bar of ${percent(bar)}`)
}

function aboutLife({ isReached, witness }: Extract<Verdict, { kind: 'survived' }>): string {
  return `${isReached ? '' : '\n    nothing comes past it'}${witness === null ? '' : `\n    ${witness}`}`
}

function isAsked({ file }: { readonly file: string }): boolean {
  return files.includes(`src/policy/${file}`)
}

function tell(line: string): void {
  process.stderr.write(`# ${line}\n`)
}

function optionsOrEnd(): Options {
  try {
    const options = readOptions(process.argv.slice(2))
    if (!options.help) return options
    process.stdout.write(help)
    process.exit(0)
  } catch (error) {
    process.stderr.write(`${error instanceof Error ? error.message : String(error)}; see --help\n`)
    process.exit(1)
  }
}
