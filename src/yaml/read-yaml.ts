// Reads one YAML document of the subset: maps with unique text keys, lists, scalars as their source text. Promises never to
// throw, to name every fault with its position, and to give null-prototype maps, so that a key `constructor` is a key.
import { Composer } from 'yaml'
import { limits } from '../limits.ts'
import { type Places, placeOf, type Report, readNode } from './read-node.ts'
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

/** Takes the text, already decoded from UTF-8; gives the value with its positions, or every fault in reading order. */
export function readYaml(text: string): YamlReading {
  const { tokens, faults: syntax, stopped, lines } = readTokens(text)
  const faults: YamlFault[] = [...syntax]
  const positionAt = (offset: number): YamlPosition => {
    const { line, col } = lines.linePos(Math.min(offset, text.length))
    return { line, column: col }
  }
  const fault: Report = (offset, code, message) => {
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
  let root: Places | number = 0
  if (document === undefined || document.contents === null) {
    fault(0, 'empty', 'the file is empty')
  } else {
    ;({ value, at: root } = readNode(document.contents, 0, fault))
  }
  // After a syntax error the tree has holes of its own making.
  if (faults.some((one) => one.code === 'syntax')) {
    return { kind: 'faults', faults: sorted(faults.filter((one) => one.code !== 'value-missing')) }
  }
  if (faults.length > 0) return { kind: 'faults', faults: sorted(faults) }
  return {
    kind: 'document',
    value,
    positionOf: (path, of = 'value') => positionAt(placeOf(root, path, of)),
  }
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
