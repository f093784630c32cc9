// What is wrong with a policy folder: every fault has a place, a stable code and a sentence that says what to do.

import { limits } from '../../limits.ts'
import type { YamlDocument } from '../../yaml/index.ts'

export interface PolicyFault {
  /** Path below the policy folder. */
  readonly file: string
  /** From 1. */
  readonly line: number
  /** From 1, in UTF-16 units. */
  readonly column: number
  /** Stable, kebab-case: `unknown-key`, `missing`, `example-failed`, … */
  readonly code: string
  readonly message: string
  /** A warning never keeps a policy from being built. */
  readonly severity: 'error' | 'warning'
}

export interface PolicyText {
  /** Path below the policy folder, with `/`. */
  readonly path: string
  readonly text: string
}

/** A file that could be read as YAML. */
export interface PolicyFile extends PolicyText {
  readonly document: YamlDocument
  readonly kind: string
}

export type FaultPath = readonly (string | number)[]

/** The keys of a file's own map; none where it is no map. Raw: what stands there has not been checked. */
export const topKeys = (value: unknown): Readonly<Record<string, unknown>> =>
  typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as Record<string, unknown>) : {}

/** Collects the faults of all files. */
export interface Report {
  /** At the value at `path` (or the nearest thing around it); with `of: 'key'` at its key. */
  error(file: PolicyFile, path: FaultPath, code: string, message: string, of?: 'value' | 'key'): void
  warning(file: PolicyFile, path: FaultPath, code: string, message: string): void
  add(fault: PolicyFault): void
  /** As many as a person can use were told of this file: what comes now is no longer kept. */
  isFull(file: Pick<PolicyFile, 'path'>): boolean
  /** Sorted by file, line, column. */
  all(): readonly PolicyFault[]
}

export function openReport(): Report {
  const faults: PolicyFault[] = []
  const counts = new Map<string, number>()
  const keep = (fault: PolicyFault): void => {
    const count = (counts.get(fault.file) ?? 0) + 1
    counts.set(fault.file, count)
    if (count <= limits.yamlFaults) faults.push(fault)
  }
  const at = (
    severity: PolicyFault['severity'],
    file: PolicyFile,
    path: FaultPath,
    code: string,
    message: string,
    of?: 'value' | 'key',
  ): void => {
    keep({ file: file.path, ...file.document.positionOf(path, of), code, message, severity })
  }
  return {
    error: (file, path, code, message, of) => at('error', file, path, code, message, of),
    warning: (file, path, code, message) => at('warning', file, path, code, message),
    add: keep,
    isFull: ({ path }) => (counts.get(path) ?? 0) >= limits.yamlFaults,
    all: () => faults.toSorted(byPlace),
  }
}

const byPlace = (a: PolicyFault, b: PolicyFault): number =>
  compare(a.file, b.file) || a.line - b.line || a.column - b.column || compare(a.message, b.message)

const compare = (a: string, b: string): number => (a < b ? -1 : a > b ? 1 : 0)
