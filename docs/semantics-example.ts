// A section of docs/semantics.md: what holds, with examples that the engine decides while the page is printed.
import type { Asked } from './shown-cases.ts'

interface Expected {
  /** What the example shows. */
  readonly so: string
  /** `permit`, or `deny reason`, with ` 401` where a step-up is asked for. */
  readonly answer: string
  /** Flags that the record must have. */
  readonly flags?: readonly string[]
  /** The decision's `validUntil`; null: it has none. */
  readonly until?: string | null
}

export type Example =
  | (Expected & { readonly scenario: readonly [file: string, name: string] })
  | (Expected & Partial<Omit<Asked, 'case' | 'title'>> & Pick<Asked, 'case'>)

export interface Section {
  readonly title: string
  readonly text: string
  readonly examples: readonly Example[]
}
