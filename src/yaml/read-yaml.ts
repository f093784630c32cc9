// Reads one YAML document of the subset: maps with unique text keys, lists, scalars as their source text. Promises never to
// throw, to name every fault with its position, and to give null-prototype maps, so that a key `constructor` is a key.
import { Composer, isAlias, isMap, isPair, isScalar, isSeq } from 'yaml'
import { limits } from '../limits.ts'
import { readTokens } from './read-tokens.ts'

export interface YamlPosition {
  /** From 1. */
  readonly line: number
  /** From 1, in UTF-16 units. */
  readonly column: number
}

export interface YamlFault extends YamlPosition {
  /** Stable, kebab-case: `anchor`, `duplicate-key`, `too-deep`, `syntax`, … */
  readonly code: string
  /** Lower-case sentence that says what to do. */
  readonly message: string
}

export interface YamlDocument {
  readonly kind: 'document'
  /** Null-prototype objects, arrays and strings, nothing else. */
  readonly value: unknown
  /**
   * Where the value at a path stands; with `key`, where its key stands. A path that leads nowhere gives the nearest thing
   * around it that exists.
   */
  positionOf(path: readonly (string | number)[], of?: 'value' | 'key'): YamlPosition
}

export type YamlReading = YamlDocument | { readonly kind: 'faults'; readonly faults: readonly YamlFault[] }

interface Spot {
  readonly offset: number
  readonly keyOffset: number
  readonly children: ReadonlyMap<string | number, Spot>
}

/** Takes the text, already decoded from UTF-8; gives the value with its positions, or every fault in reading order. */
export function readYaml(text: string): YamlReading {
  const { tokens, faults: syntax, stopped, lines } = readTokens(text)
  const faults: YamlFault[] = [...syntax]
  const positionAt = (offset: number): YamlPosition => {
    const { line, col } = lines.linePos(Math.min(offset, text.length))
    return { line, column: col }
  }
  const fault = (offset: number, code: string, message: string): void => {
    faults.push({ ...positionAt(offset), code, message })
  }
  if (stopped) return { kind: 'faults', faults: sorted(faults) }

  // `uniqueKeys` compares every key with every other; the walk below does it with a set.
  const composer = new Composer({
    schema: 'failsafe',
    version: '1.2',
    merge: false,
    uniqueKeys: false,
    logLevel: 'silent',
  })
  const documents = [...composer.compose(tokens, true, text.length)]
  const document = documents[0]
  for (const error of documents.flatMap((one) => one.errors)) fault(error.pos[0], 'syntax', sentence(error.message))
  if (documents[1] !== undefined) {
    fault(documents[1].range?.[0] ?? 0, 'several-documents', 'a second document starts here: one file is one document')
  }

  let value: unknown
  let root: Spot = { offset: 0, keyOffset: 0, children: new Map() }
  if (document === undefined || document.contents === null) {
    fault(0, 'empty', 'the file is empty')
  } else {
    ;[value, root] = walk(document.contents, 0, fault)
  }
  // After a syntax error the tree has holes of its own making.
  if (faults.some((one) => one.code === 'syntax')) {
    return { kind: 'faults', faults: sorted(faults.filter((one) => one.code !== 'value-missing')) }
  }
  if (faults.length > 0) return { kind: 'faults', faults: sorted(faults) }
  return {
    kind: 'document',
    value,
    positionOf: (path, of = 'value') => {
      let spot = root
      let offset = root.offset
      for (const [index, step] of path.entries()) {
        const next = spot.children.get(step)
        if (next === undefined) break
        spot = next
        offset = of === 'key' && index === path.length - 1 ? spot.keyOffset : spot.offset
      }
      return positionAt(offset)
    },
  }
}

type Report = (offset: number, code: string, message: string) => void

/** Recursion is bounded: `readTokens` stopped anything deeper than the limit. */
function walk(node: unknown, keyOffset: number, fault: Report): [value: unknown, spot: Spot] {
  const children = new Map<string | number, Spot>()
  const offset = rangeStart(node) ?? keyOffset
  const spot: Spot = { offset, keyOffset, children }
  if (isMap(node)) {
    const map: Record<string, unknown> = Object.create(null)
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
      else if (children.has(key)) fault(at, 'duplicate-key', `\`${key}\` stands twice in the same map: keep one`)
      const [value, child] = walk(pair.value, at, fault)
      map[key] = value
      children.set(key, child)
    }
    return [map, spot]
  }
  if (isSeq(node)) {
    const list: unknown[] = []
    for (const [index, item] of node.items.entries()) {
      const [value, child] = walk(item, rangeStart(item) ?? offset, fault)
      list.push(value)
      children.set(index, child)
    }
    return [list, spot]
  }
  if (isScalar(node) && typeof node.value === 'string') {
    if (node.value === '' && node.type === 'PLAIN') {
      fault(keyOffset, 'value-missing', 'nothing stands here: write a value, `[]` or `""`, or take the key out')
    }
    return [node.value, spot]
  }
  // An alias was reported with its token; whatever else comes here has no value to give.
  if (!isAlias(node)) fault(offset, 'value-missing', 'nothing stands here: write a value, or take the key out')
  return ['', spot]
}

const rangeStart = (node: unknown): number | undefined => {
  const range = (node as { range?: readonly number[] | null } | null | undefined)?.range
  return range?.[0]
}

/** The library's messages, in our form: lower-case, without its own position. */
const sentence = (message: string): string => {
  const line = message.split('\n')[0] ?? ''
  return `${line.charAt(0).toLowerCase()}${line.slice(1)}`
}

/** In reading order, each once, and no more than a person can use. */
const sorted = (faults: readonly YamlFault[]): readonly YamlFault[] => {
  const seen = new Set<string>()
  return faults
    .toSorted((a, b) => a.line - b.line || a.column - b.column)
    .filter((one) => {
      const id = `${one.line}:${one.column}:${one.message}`
      return !seen.has(id) && seen.add(id)
    })
    .slice(0, limits.yamlFaults)
}
