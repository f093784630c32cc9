// Instruments: what was written otherwise, by name. Says nothing of what it means: that is what the changes are for.

import type { Bundle } from '../bundle/bundle.ts'

export interface InstrumentChange {
  readonly kind: 'directive' | 'grant' | 'withdrawal' | 'list' | 'model' | 'register'
  /** A directive with its version: `us-bis-2026-06-12 version 1`. */
  readonly name: string
  readonly change: 'added' | 'removed' | 'changed'
}

type Named = readonly (readonly [name: string, text: string])[]

/** In order of kind and name. Where a thing was written (file, line) does not count. */
export function instrumentChanges(before: Bundle, after: Bundle): readonly InstrumentChange[] {
  const kinds: readonly (readonly [InstrumentChange['kind'], (bundle: Bundle) => Named])[] = [
    ['directive', ({ directives }) => directives.map((one) => [`${one.id} version ${one.version}`, textOf(one)])],
    ['grant', ({ grants }) => grants.map((one) => [one.id, textOf(one)])],
    ['withdrawal', ({ withdrawals }) => withdrawals.map((one) => [one.id, textOf(one)])],
    ['list', ({ lists }) => lists.map((one) => [one.id, textOf(one)])],
    ['model', ({ catalogue }) => catalogue.models.map((one) => [one.id, textOf(one)])],
    ['register', ({ registers }) => registersOf(registers).map(([name, entries]) => [name, textOf(entries)])],
  ]
  return kinds.flatMap(([kind, read]) =>
    changesOf(read(before), read(after)).map(([name, change]) => ({ kind, name, change })),
  )
}

const registersOf = (registers: Bundle['registers']): readonly (readonly [string, object])[] =>
  Object.entries(registers)

const textOf = (value: object): string =>
  JSON.stringify(value, (key, inner: unknown) => (key === 'position' ? undefined : inner))

function changesOf(before: Named, after: Named): readonly (readonly [string, InstrumentChange['change']])[] {
  const [old, now] = [new Map(before), new Map(after)]
  const changeOf = (name: string): InstrumentChange['change'] =>
    !old.has(name) ? 'added' : now.has(name) ? 'changed' : 'removed'
  return [...new Set([...old.keys(), ...now.keys()])]
    .sort()
    .filter((name) => old.get(name) !== now.get(name))
    .map((name) => [name, changeOf(name)])
}
