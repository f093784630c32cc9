// Rounds: the variants take turns, so that whatever else the machine does falls on all of them alike.

export interface Spread {
  readonly median: number
  readonly min: number
  readonly max: number
}

/** Runs every variant once per round, beginning with another one each time. Results in the order of the rounds. */
export async function interleave<Variant, Result>(
  variants: readonly Variant[],
  rounds: number,
  run: (variant: Variant) => Promise<Result>,
): Promise<ReadonlyMap<Variant, readonly Result[]>> {
  const results = new Map<Variant, Result[]>(variants.map((variant) => [variant, []]))
  for (let round = 0; round < rounds; round += 1) {
    for (let turn = 0; turn < variants.length; turn += 1) {
      const variant = variants[(round + turn) % variants.length]
      if (variant !== undefined) results.get(variant)?.push(await run(variant))
    }
  }
  return results
}

export function spread(values: readonly number[]): Spread {
  const sorted = values.toSorted((a, b) => a - b)
  const [min, max] = [sorted[0], sorted.at(-1)]
  const low = sorted[Math.floor((sorted.length - 1) / 2)]
  const high = sorted[Math.ceil((sorted.length - 1) / 2)]
  if (min === undefined || max === undefined || low === undefined || high === undefined) {
    throw new RangeError('no values to spread')
  }
  return { median: (low + high) / 2, min, max }
}

/** @param share 0.99: the least value that so many of them do not pass; of fewer than a hundred the greatest. */
export function percentile(values: readonly number[], share: number): number {
  const sorted = values.toSorted((a, b) => a - b)
  return sorted[Math.max(0, Math.ceil(share * sorted.length) - 1)] ?? Number.NaN
}
