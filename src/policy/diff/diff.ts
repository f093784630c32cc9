// Diff: who gains and who loses what, from when, when one policy takes the place of another; and whether anything new is permitted.
// Exact over what the two policies can tell apart, registers as they stand in each; it promises nothing about registers to come.

import type { Policy } from '../engine/policy.ts'
import { type Interval, type Slice, spaceOf } from '../space/index.ts'
import { type Change, Gathering } from './changes.ts'
import { type Flip, flipsIn, type Pair } from './flips.ts'
import { type InstrumentChange, instrumentChanges } from './instruments.ts'
import { onlyRestricts } from './only-restricts.ts'
import { unseenEasings } from './unseen.ts'

export interface PolicyDiff {
  readonly during: Interval
  readonly changes: readonly Change[]
  /** What no decision shows and still counts as permitting more: one sentence each. */
  readonly unseen: readonly string[]
  /** What was written: directives, grants, withdrawals, lists, models, registers that came, went or are not the same. */
  readonly instruments: readonly InstrumentChange[]
  /** Something is permitted, at some instant of `during`, that was not, or under less. */
  readonly permitsMore: boolean
  /** How much was compared. */
  readonly compared: { readonly resources: number; readonly slices: number }
}

export interface DiffOptions {
  /** What was answered before counts for nobody: a diff begins at an instant, milliseconds since the epoch; null: at the beginning of time. */
  readonly from: number | null
  readonly to?: number | null
  readonly clockUncertaintyMs?: number
  /** What the engine may be asked until everybody is known whom the tests of a resource tell apart. */
  readonly mostQuestions?: number | undefined
  /** Called now and then, with the number of slices that were compared. */
  readonly onProgress?: (slices: number) => void
}

/** @throws SpaceError where the policies tell more apart than the bound allows */
export function diffOf(before: Policy, after: Policy, options: DiffOptions): PolicyDiff {
  const comparison = comparisonOf(before, after, options)
  const { pair, during } = comparison
  const gathering = new Gathering()
  const resources = new Set<unknown>()
  let slices = 0
  for (const [slice, end] of withEnds(slicesOf(comparison))) {
    gathering.add(slice, end, [...flipsIn(slice, pair)])
    resources.add(slice.resource)
    slices += 1
    options.onProgress?.(slices)
  }
  const changes = gathering.changes()
  const unseen = unseenEasings(before, after)
  const permitsMore = unseen.length > 0 || changes.some(({ turn }) => opens(turn))
  const instruments = instrumentChanges(before.bundle, after.bundle)
  return { during, changes, unseen, instruments, permitsMore, compared: { resources: resources.size, slices } }
}

/** The first thing that is newly permitted, or permitted under less; undefined: there is none. Stops at it. @throws SpaceError as above */
export function firstOpening(before: Policy, after: Policy, options: DiffOptions): Flip | string | undefined {
  const [unseen] = unseenEasings(before, after)
  if (unseen !== undefined) return unseen
  if (onlyRestricts(before.bundle, after.bundle)) return undefined
  const comparison = comparisonOf(before, after, options)
  for (const slice of slicesOf(comparison)) {
    for (const flip of flipsIn(slice, comparison.pair)) if (opens(flip.turn)) return flip
  }
  return undefined
}

const opens = (turn: Flip['turn']): boolean => turn === 'gains' || turn === 'eased'

interface Comparison {
  readonly pair: Pair
  readonly during: Interval
  readonly mostQuestions: number | undefined
}

function comparisonOf(
  before: Policy,
  after: Policy,
  { from, to = null, clockUncertaintyMs = 0, mostQuestions }: DiffOptions,
): Comparison {
  return { pair: { before, after, clockUncertaintyMs }, during: { from, to }, mostQuestions }
}

/** Told apart by effect: a change shows the reasons of the requests that stand for their classes, not every reason there is. */
const slicesOf = ({
  pair: { before, after, clockUncertaintyMs },
  during,
  mostQuestions,
}: Comparison): Iterable<Slice> =>
  spaceOf([before, after], { detail: 'effect', during, clockUncertaintyMs, mostQuestions }).slices()

/** Each slice with its end: the next instant at which its resource is looked at again, or the end of its interval. */
function* withEnds(slices: Iterable<Slice>): Iterable<readonly [Slice, number | null]> {
  let held: Slice | undefined
  for (const slice of slices) {
    if (held !== undefined) {
      const goesOn = slice.resource === held.resource && slice.interval === held.interval
      yield [held, goesOn ? slice.instant : held.interval.to]
    }
    held = slice
  }
  if (held !== undefined) yield [held, held.interval.to]
}
