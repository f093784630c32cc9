// Equivalents: mutants that no test can see, because what they write means the same; each with its reason, in equivalent.yaml. An
// entry is found by what is written, not by its line, so that it stays true when lines move, and falls out of use when they change.

import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { readYaml, showFault } from '../../src/yaml/index.ts'
import type { Mutant } from './mutants.ts'

export interface Equivalent {
  readonly why: string
  /** Below src/policy. */
  readonly file: string
  /** The line of source, whole; absent: any. */
  readonly text?: string
  /** What is written there, and what the mutant writes: `from → to`; absent: any. */
  readonly change?: string
  /** As Stryker calls it; absent: any. */
  readonly mutator?: string
}

const path = join(import.meta.dirname, 'equivalent.yaml')

export function readEquivalents(): readonly Equivalent[] {
  const text = readFileSync(path, 'utf8')
  const reading = readYaml(text)
  if (reading.kind === 'faults') throw new Error(reading.faults.map((fault) => showFault(path, text, fault)).join('\n'))
  const groups = reading.value as readonly {
    readonly why: string
    readonly mutants: readonly Omit<Equivalent, 'why'>[]
  }[]
  return groups.flatMap(({ why, mutants }) => mutants.map((mutant) => ({ ...mutant, why })))
}

/** Blanks apart: where a line is broken says nothing. */
export const changeOf = ({ original, replacement }: Mutant): string => `${flat(original)} → ${flat(replacement)}`

const flat = (text: string): string => text.replaceAll(/\s+/g, ' ').trim()

export const isThis = (one: Equivalent, mutant: Mutant): boolean =>
  mutant.file === `src/policy/${one.file}` &&
  (one.text === undefined || flat(one.text) === flat(mutant.text)) &&
  (one.change === undefined || flat(one.change) === changeOf(mutant)) &&
  (one.mutator === undefined || one.mutator === mutant.mutator)
