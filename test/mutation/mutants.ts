// Mutants: every small change that Stryker's instrumenter knows to make in the engine (a comparison turned, a combinator exchanged, a
// boundary moved, a condition fixed, a block emptied, a word dropped …). All of them are laid into one copy of the sources, each behind
// a switch, so that one process can look at thousands of them one after the other (switch.ts).

import { globSync, readFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { join } from 'node:path'

export const root: string = join(import.meta.dirname, '../..')

export interface Mutant {
  /** Of this instrumentation only. */
  readonly id: string
  /** Below the repository. */
  readonly file: string
  /** From 1, both. */
  readonly line: number
  readonly column: number
  readonly mutator: string
  readonly original: string
  readonly replacement: string
  /** The line of source that it begins in, without blanks around it: finds it again when lines have moved. */
  readonly text: string
}

export interface Instrumented {
  readonly mutants: readonly Mutant[]
  /** By path below the repository: TypeScript with all mutants, none of them switched on. */
  readonly sources: ReadonlyMap<string, string>
}

/** What decides: the definitions, the engine, and what keeps a bundle from loading that it could not mean exactly. */
export const mutated = (): readonly string[] =>
  ['definitions', 'engine', 'load'].flatMap((room) => globSync(`src/policy/${room}/**/*.ts`, { cwd: root }).sort())

/** Properties over random input, and the scenarios: the corpus has their like. */
const slow = /\/(?:properties[^/]*|scenarios)\.test\.ts$/

/** What judges, beside the corpus: all that asks the engine itself, and is done in a second or two. */
export const testFiles = (): readonly string[] =>
  ['test/policy/**/*.test.ts', 'test/policy-explain/*.test.ts']
    .flatMap((glob) => globSync(glob, { cwd: root }))
    .filter((path) => !slow.test(path))
    .sort()

export async function instrument(files: readonly string[]): Promise<Instrumented> {
  const contents = new Map(files.map((file) => [file, readFileSync(join(root, file), 'utf8')]))
  const { files: written, mutants } = await new Instrumenter(silent).instrument(
    [...contents].map(([name, content]) => ({ name, content, mutate: true })),
    { plugins: null, ignorers: [], excludedMutations: [] },
  )
  return {
    sources: new Map(written.map(({ name, content }) => [name, content])),
    mutants: mutants.map(({ id, fileName, location, mutatorName, replacement }) => {
      const lines = (contents.get(fileName) ?? '').split('\n')
      return {
        id,
        file: fileName,
        line: location.start.line + 1,
        column: location.start.column + 1,
        mutator: mutatorName,
        original: between(lines, location),
        replacement,
        text: (lines[location.start.line] ?? '').trim(),
      }
    }),
  }
}

/** What we use of it. Its own types do not hold under this repository's compiler options, so they stay outside. */
interface Stryker {
  readonly Instrumenter: new (
    logger: typeof silent,
  ) => {
    instrument(
      files: readonly { readonly name: string; readonly content: string; readonly mutate: true }[],
      options: { readonly plugins: null; readonly ignorers: readonly []; readonly excludedMutations: readonly [] },
    ): Promise<{
      readonly files: readonly { readonly name: string; readonly content: string }[]
      readonly mutants: readonly {
        readonly id: string
        readonly fileName: string
        readonly location: { readonly start: Place; readonly end: Place }
        readonly mutatorName: string
        readonly replacement: string
      }[]
    }>
  }
}

/** From 0, both. */
interface Place {
  readonly line: number
  readonly column: number
}

function between(lines: readonly string[], { start, end }: { readonly start: Place; readonly end: Place }): string {
  const taken = lines.slice(start.line, end.line + 1)
  const last = taken.length - 1
  return taken
    .map((line, index) => line.slice(index === 0 ? start.column : 0, index === last ? end.column : undefined))
    .join('\n')
}

const nothing = (): void => undefined
const no = (): boolean => false
const silent = {
  isTraceEnabled: no,
  isDebugEnabled: no,
  isInfoEnabled: no,
  isWarnEnabled: no,
  isErrorEnabled: no,
  isFatalEnabled: no,
  trace: nothing,
  debug: nothing,
  info: nothing,
  warn: nothing,
  error: nothing,
  fatal: nothing,
}

const require = createRequire(import.meta.url)
const { Instrumenter } = require('@stryker-mutator/instrumenter') as Stryker
