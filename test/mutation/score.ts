// The score: of all mutants that do not mean the same, how many something sees.

import { type Equivalent, isThis } from './equivalents.ts'
import type { Verdict } from './judging.ts'
import type { Mutant } from './mutants.ts'

export interface Judged {
  readonly mutant: Mutant
  readonly verdict: Verdict
}

export interface Score {
  readonly all: number
  readonly equivalent: number
  readonly killed: number
  readonly by: Readonly<Record<'reference' | 'test' | 'time', number>>
  readonly survivors: readonly Judged[]
}

export function scoreOf(judged: readonly Judged[], equivalents: readonly Equivalent[]): Score {
  const killed = judged.filter(({ verdict }) => verdict.kind === 'killed')
  const count = (by: string): number =>
    killed.filter(({ verdict }) => verdict.kind === 'killed' && verdict.by === by).length
  const left = judged.filter(({ verdict }) => verdict.kind === 'survived')
  const survivors = left.filter(({ mutant }) => !equivalents.some((one) => isThis(one, mutant)))
  return {
    all: judged.length,
    equivalent: left.length - survivors.length,
    killed: killed.length,
    by: { reference: count('reference'), test: count('test'), time: count('time') },
    survivors,
  }
}

/** Between 0 and 1. */
export function shareOf({ all, equivalent, killed }: Score): number {
  return all === equivalent ? 1 : killed / (all - equivalent)
}

/** Entries of the list that are not so: some test sees all of what they name, or nothing is there that they name. */
export const staleAmong = (judged: readonly Judged[], equivalents: readonly Equivalent[]): readonly Equivalent[] =>
  equivalents.filter((one) => !judged.some(({ mutant, verdict }) => verdict.kind === 'survived' && isThis(one, mutant)))
