// Where things stand in a text: the offsets of values and keys by their path, and the line and column of an offset. What is kept of a
// value is one number: a policy of ten thousand files has millions of values, and they stay until the last check has run.

/** Where the things in one map or list stand, as offsets in the text. */
export interface Places {
  readonly offset: number
  /** Of a map: its keys, with where they stand. A list has none. */
  readonly keys: readonly string[] | null
  readonly keyOffsets: readonly number[]
  /** By the index of the item or the key; a scalar is its offset alone. */
  readonly inside: readonly (Places | number)[]
}

/** Of a list. */
export const noOffsets: readonly number[] = []

/** Of the value at a path, or of its key; of the nearest thing around it that exists. */
export function placeOf(root: Places | number, path: readonly (string | number)[], of: 'value' | 'key'): number {
  let at = root
  for (const [depth, step] of path.entries()) {
    if (typeof at === 'number') return at
    const index = at.keys === null ? step : at.keys.lastIndexOf(String(step))
    const next = typeof index === 'number' ? at.inside[index] : undefined
    if (typeof index === 'string' || next === undefined) break
    if (of === 'key' && depth === path.length - 1) return at.keyOffsets[index] ?? offsetOf(next)
    at = next
  }
  return offsetOf(at)
}

export const offsetOf = (at: Places | number): number => (typeof at === 'number' ? at : at.offset)

/** Gives line and column of an offset, from 1. Lines are counted when somebody asks for the first time. */
export function positionsIn(text: string): (offset: number) => { readonly line: number; readonly column: number } {
  let starts: readonly number[] | undefined
  return (offset) => {
    starts ??= lineStarts(text)
    let [line, after] = [0, starts.length]
    while (after - line > 1) {
      const middle = (line + after) >> 1
      if ((starts[middle] ?? 0) <= offset) line = middle
      else after = middle
    }
    return { line: line + 1, column: offset - (starts[line] ?? 0) + 1 }
  }
}

function lineStarts(text: string): readonly number[] {
  const starts = [0]
  for (let at = text.indexOf('\n'); at !== -1; at = text.indexOf('\n', at + 1)) starts.push(at + 1)
  return starts
}
