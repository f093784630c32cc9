// The word that was probably meant: a mistyped key, setting or name is told its neighbour.

/**
 * The known word that differs least from `word`, if it differs little: by a third of its letters, three at most. Case counts for
 * nothing, and neither does `_` for `-`.
 */
export function nearest(word: string, known: Iterable<string>): string | undefined {
  let best: string | undefined
  let least = Math.min(3, Math.ceil(word.length / 3)) + 1
  // A hostile word of a megabyte is like no key.
  if (word.length > 200) return undefined
  for (const candidate of known) {
    const distance = editDistance(folded(word), folded(candidate), least)
    if (distance < least) [best, least] = [candidate, distance]
  }
  return best
}

const folded = (word: string): string => word.toLowerCase().replaceAll('_', '-')

/** Levenshtein's, given up at `limit`. */
function editDistance(a: string, b: string, limit: number): number {
  if (Math.abs(a.length - b.length) >= limit) return limit
  let row = Array.from({ length: b.length + 1 }, (_, index) => index)
  for (let i = 1; i <= a.length; i++) {
    const next = [i]
    for (let j = 1; j <= b.length; j++) {
      const swap = (row[j - 1] ?? 0) + (a[i - 1] === b[j - 1] ? 0 : 1)
      next.push(Math.min(swap, (row[j] ?? 0) + 1, (next[j - 1] ?? 0) + 1))
    }
    row = next
  }
  return row[b.length] ?? limit
}
