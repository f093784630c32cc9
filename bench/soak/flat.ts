// Flatness: whether what a process holds stays where it was. Two bars for each: what the end holds beside the beginning, and the line
// through all that was measured, which a slow leak bends although both ends happen to agree.
import type { Bar } from '../bars.ts'
import { spread } from '../rounds.ts'

export interface Sample {
  /** Of the soak's beginning. */
  readonly minute: number
  readonly value: number
}

/** What memory and descriptors may grow by over a whole soak, as a share of what there was. */
const share = 0.1
/** The first of a soak, in which memories fill: not judged. */
const warmUp = 0.2
/** Of what is judged: beginning and end. */
const edge = 0.15

/**
 * @param least growth that says nothing, in the unit of the values
 */
export function flatness(of: string, samples: readonly Sample[], least: number): readonly Bar[] {
  const judged = samples.slice(Math.ceil(samples.length * warmUp))
  const many = Math.max(1, Math.floor(judged.length * edge))
  const middle = (part: readonly Sample[]): number =>
    part.length === 0 ? Number.NaN : spread(part.map(({ value }) => value)).median
  const before = middle(judged.slice(0, many))
  const after = middle(judged.slice(-many))
  const minutes = (judged.at(-1)?.minute ?? Number.NaN) - (judged[0]?.minute ?? Number.NaN)
  const floor = Math.max(share * before, least)
  return [
    { of: `${of}: the end against the beginning`, measured: after - before, floor, aim: null },
    { of: `${of}: the line of least squares, over all of it`, measured: slope(judged) * minutes, floor, aim: null },
  ]
}

/** Of the line of least squares, per minute. */
export function slope(samples: readonly Sample[]): number {
  const mean = (values: readonly number[]): number => values.reduce((sum, value) => sum + value, 0) / values.length
  const [x, y] = [mean(samples.map(({ minute }) => minute)), mean(samples.map(({ value }) => value))]
  const across = samples.map(({ minute, value }) => (minute - x) * (value - y))
  return mean(across) / mean(samples.map(({ minute }) => (minute - x) ** 2))
}
