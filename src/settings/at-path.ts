// What stands at a path of the settings as texts.
import type { Path } from './substitute.ts'

export type Report = (path: Path, message: string, at?: 'key' | 'value') => void

export function textAt(tree: unknown, path: Path): string | undefined {
  const node = nodeAt(tree, path)
  return typeof node === 'string' ? node : undefined
}

export function nodeAt(tree: unknown, path: Path): unknown {
  let node = tree
  for (const step of path) {
    if (typeof node !== 'object' || node === null || !Object.hasOwn(node, step)) return undefined
    node = (node as Record<string | number, unknown>)[step]
  }
  return node
}

export function entriesAt(tree: unknown, path: Path): readonly unknown[] {
  const node = nodeAt(tree, path)
  return Array.isArray(node) ? node : []
}
