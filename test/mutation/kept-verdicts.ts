// Verdicts kept in a file, so that a run need only judge anew what lived, after more tests were written. What was seen once is
// taken over only where the very change stands on the very line; whoever alters the engine or takes tests away begins without it.

import { appendFileSync, existsSync, readFileSync, writeFileSync } from 'node:fs'
import { changeOf } from './equivalents.ts'
import type { Verdict } from './judging.ts'
import type { Mutant } from './mutants.ts'

interface Kept {
  readonly key: string
  readonly verdict: Verdict
}

export interface KeptVerdicts {
  /** Undefined: to be judged. */
  seen(mutant: Mutant): Verdict | undefined
  keep(mutant: Mutant, verdict: Verdict): void
}

/** @param path null: nothing is kept */
export function keptVerdicts(path: string | null, mutants: readonly Mutant[]): KeptVerdicts {
  if (path === null) return { seen: () => undefined, keep: () => undefined }
  if (!existsSync(path)) writeFileSync(path, '')
  const lines = readFileSync(path, 'utf8').split('\n')
  const kept = new Map(
    lines
      .filter((line) => line !== '')
      .map((line) => JSON.parse(line) as Kept)
      .map(({ key, verdict }) => [key, verdict]),
  )
  const keys = keysOf(mutants)
  return {
    seen: (mutant) => {
      const verdict = kept.get(keys.get(mutant) ?? '')
      return verdict?.kind === 'killed' ? verdict : undefined
    },
    keep: (mutant, verdict) => appendFileSync(path, `${JSON.stringify({ key: keys.get(mutant), verdict })}\n`),
  }
}

/** By what is written; the second of two that are written alike is another. */
function keysOf(mutants: readonly Mutant[]): ReadonlyMap<Mutant, string> {
  const times = new Map<string, number>()
  return new Map(
    mutants.map((mutant) => {
      const written = [mutant.file, mutant.text, mutant.mutator, changeOf(mutant)].join(' | ')
      const time = (times.get(written) ?? 0) + 1
      times.set(written, time)
      return [mutant, `${written} | ${time}`]
    }),
  )
}
