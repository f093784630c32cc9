// From the library's tree to plain values and, beside them, where each stands. What is kept of positions is two numbers for a value:
// a policy of ten thousand files has millions, and they stay until the last check has run.
import { isAlias, isMap, isPair, isScalar, isSeq } from 'yaml'

/** Where the things in one map or list stand, as offsets in the text. */
export interface Places {
  readonly offset: number
  /** Of a map: its keys, with where they stand. A list has none. */
  readonly keys: readonly string[] | null
  readonly keyOffsets: readonly number[]
  /** By the index of the item or the key; a scalar is its offset alone. */
  readonly inside: readonly (Places | number)[]
}

export interface Node {
  readonly value: unknown
  readonly at: Places | number
}

export type Report = (offset: number, code: string, message: string) => void

/** Recursion is bounded: `readTokens` stopped anything deeper than the limit. `around`: where the key or the list stands. */
export function readNode(node: unknown, around: number, fault: Report): Node {
  const offset = rangeStart(node) ?? around
  if (isMap(node)) {
    const value: Record<string, unknown> = Object.create(null)
    const keys: string[] = []
    const keyOffsets: number[] = []
    const inside: (Places | number)[] = []
    for (const pair of node.items) {
      if (!isPair(pair)) continue
      const at = rangeStart(pair.key) ?? offset
      const key = isScalar(pair.key) && typeof pair.key.value === 'string' ? pair.key.value : undefined
      if (key === undefined) {
        fault(at, 'key-not-text', 'a key must be one piece of text')
        continue
      }
      if (key === '') fault(at, 'key-empty', 'a key must not be empty')
      else if (key === '<<')
        fault(at, 'merge-key', 'merge keys (`<<`) are not read: write the values where they are meant')
      else if (key in value) fault(at, 'duplicate-key', `\`${key}\` stands twice in the same map: keep one`)
      const read = readNode(pair.value, at, fault)
      value[key] = read.value
      keys.push(key)
      keyOffsets.push(at)
      inside.push(read.at)
    }
    // A list that was pushed to keeps room for sixteen more; the copy is as long as it is.
    return { value, at: { offset, keys: keys.slice(), keyOffsets: keyOffsets.slice(), inside: inside.slice() } }
  }
  if (isSeq(node)) {
    const items = node.items.map((item) => readNode(item, offset, fault))
    const inside = items.map(({ at }) => at)
    return { value: items.map(({ value }) => value), at: { offset, keys: null, keyOffsets: none, inside } }
  }
  if (isScalar(node) && typeof node.value === 'string') {
    if (node.value === '' && node.type === 'PLAIN') {
      fault(around, 'value-missing', 'nothing stands here: write a value, `[]` or `""`, or take the key out')
    }
    return { value: node.value, at: offset }
  }
  // An alias was reported with its token; whatever else comes here has no value to give.
  if (!isAlias(node)) fault(offset, 'value-missing', 'nothing stands here: write a value, or take the key out')
  return { value: '', at: offset }
}

const none: readonly number[] = []

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

const offsetOf = (at: Places | number): number => (typeof at === 'number' ? at : at.offset)

const rangeStart = (node: unknown): number | undefined => {
  const range = (node as { range?: readonly number[] | null } | null | undefined)?.range
  return range?.[0]
}
