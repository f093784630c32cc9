// Which key somebody meant who misspelt one.

/** The name that is closest to `word`, if one is within two letters; names of two letters have no neighbours. */
export function nearest(word: string, names: readonly string[]): string | undefined {
  const ranked = names
    .map((name) => ({ name, steps: distance(name, word) }))
    .filter(({ name, steps }) => steps <= (name.length < 3 ? 0 : 2))
    .toSorted((a, b) => a.steps - b.steps)
  return ranked[0]?.name
}

/** Levenshtein; underscores and case count as nothing. */
function distance(a: string, b: string): number {
  const [left, right] = [a, b].map((text) => text.toLowerCase().replaceAll('_', '-')) as [string, string]
  if (left.length + right.length > 100) return 100
  let row = Array.from({ length: right.length + 1 }, (_, index) => index)
  for (let i = 1; i <= left.length; i += 1) {
    const next = [i]
    for (let j = 1; j <= right.length; j += 1) {
      const changed = (row[j - 1] ?? 0) + (left[i - 1] === right[j - 1] ? 0 : 1)
      next.push(Math.min(changed, (row[j] ?? 0) + 1, (next[j - 1] ?? 0) + 1))
    }
    row = next
  }
  return row.at(-1) ?? 0
}
