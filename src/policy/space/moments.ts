// Moments: the instants at which something about a resource changes by itself. Between two of them the same question has the same
// answer, registers apart, which registers.ts looks after.

import type { Directive } from '../bundle/bundle.ts'
import { grantsOf } from '../engine/policy.ts'
import type { Concerning } from './predicates.ts'

/** [from, to); null: without beginning, without end. */
export interface Interval {
  readonly from: number | null
  readonly to: number | null
}

/** In order; never empty unless the range is. */
export function intervalsOf(
  instruments: readonly Concerning[],
  range: Interval,
  uncertainty: number,
): readonly Interval[] {
  const edges = [...new Set(instruments.flatMap((one) => edgesOf(one, uncertainty)))]
    .filter((edge) => isWithin(edge, range) && edge !== range.from)
    .sort((a, b) => a - b)
  const starts = [range.from, ...edges]
  return starts.map((from, index) => ({ from, to: index + 1 < starts.length ? (starts[index + 1] ?? null) : range.to }))
}

export const isWithin = (instant: number, { from, to }: Interval): boolean =>
  (from === null || from <= instant) && (to === null || instant < to)

/** Prohibitions hold on [from − e, to + e), admissions and grants on [from + e, to − e). */
function edgesOf({ restricting, windows }: Concerning, uncertainty: number): readonly number[] {
  const edges: number[] = []
  const at = (instant: number | null, ...shifts: readonly number[]): void => {
    if (instant === null || !Number.isFinite(instant)) return
    for (const shift of shifts) edges.push(instant + shift * uncertainty)
  }
  const of = ({ obligations }: Pick<Directive, 'obligations'>): void => {
    for (const one of obligations) if (one.kind === 'terminate-at') at(one.at, -1, 0, 1)
  }
  for (const directive of restricting) {
    const { source, rule } = directive
    at(rule.from, -1)
    at(rule.to, 1)
    at(source.effective, -1, 1)
    at(source.reportOnlyUntil, -1)
    if (source.inFlight.kind === 'drain-until') at(source.inFlight.at, -1)
    of(source)
    for (const { source: grant } of grantsOf(directive)) {
      at(grant.from, 1)
      at(grant.to, -1)
      at(grant.revokedFrom, -1)
      of(grant)
    }
  }
  for (const { source, to } of windows) {
    at(source.admission.from, 1)
    at(to, -1)
    of(source)
  }
  return edges
}
