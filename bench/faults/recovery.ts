// When a service is normal again, by what its clients were told.
import type { Model, Told } from './load.ts'

/** So long all must be well before it counts as normal. */
const steadyMs = 1_200

export interface Recovery {
  readonly isNormal: boolean
  /** From `from` to the first normal answer after the last other one. */
  readonly ms: number
  readonly last: string | undefined
}

/** Of one gate and model, from an instant on. What was asked before it tells of the fault. */
export function recovery(
  told: readonly Told[],
  {
    gate,
    model,
    from,
    now,
  }: { readonly gate: string; readonly model: Model; readonly from: number; readonly now: number },
): Recovery {
  const own = told.filter((one) => one.gate === gate && one.model === model && !one.stream && one.sentAt >= from)
  const bad = own.findLastIndex(({ says }) => says !== '200')
  const good = own.slice(bad + 1)
  const [first] = good
  const last = own.at(-1)?.says
  if (first === undefined) return { isNormal: false, ms: Number.NaN, last }
  return { isNormal: good.length >= 5 && now - first.at >= steadyMs, ms: first.at - from, last }
}

/** How often clients were told what, in a span of time; the most frequent first. */
export function tally(told: readonly Told[], from: number, to: number): ReadonlyMap<string, number> {
  const counts = new Map<string, number>()
  for (const { at, says, stream } of told) {
    if (at < from || at > to) continue
    const what = stream ? `stream ${says}` : says
    counts.set(what, (counts.get(what) ?? 0) + 1)
  }
  return new Map([...counts].toSorted(([, one], [, other]) => other - one))
}
