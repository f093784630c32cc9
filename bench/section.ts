// What a bench gives: its section of docs/benchmarks.md, and the bars that it measured.
import type { Bar } from './bars.ts'

export interface Section {
  readonly text: string
  readonly bars: readonly Bar[]
}
