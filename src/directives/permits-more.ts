// The question on which "one may close, two must open" turns: does a change permit anything that was not permitted before? Whoever
// cannot be sure of the answer says `undecided`, which counts as yes.
import type { JsonObject } from '../json/index.ts'

export type Verdict =
  | { readonly kind: 'nothing-new' }
  /** With a sentence for each thing that is newly permitted, or some of them. */
  | { readonly kind: 'permits-more'; readonly examples: readonly string[] }
  /** `isOpen`: nobody came to an answer this time; asked again there may be one. */
  | { readonly kind: 'undecided'; readonly why: string; readonly isOpen: boolean }

/** Takes two canonical bundles; may take seconds; never rejects. `signal` gives up. */
export type PermitsMore = (before: JsonObject, after: JsonObject, signal: AbortSignal) => Promise<Verdict>

/** Where nothing compares: every change counts as one that opens. */
export const everyChangeOpens: PermitsMore = async () => ({
  kind: 'undecided',
  isOpen: false,
  why: 'nothing here compares two policies, so that every change counts as one that permits more',
})
