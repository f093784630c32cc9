// Bundle: the canonical, JSON-safe form of a whole policy, as the compiler (src/policy/read) writes it and the gate loads it.
//
// Promises:
// - Every instant and duration is an integer number of milliseconds (instants since the epoch, UTC). No strings of time.
// - Every property is always present; "nothing" is null or []. What is not a property here does not exist: schema.ts refuses it.
// - Half-open everywhere: [from, to). `to: null` has no end.
// - Arrays may stand in any order: no answer depends on it.
//
// The types hold exactly what the engine can decide. Suspensions are no part of a bundle: they need no build (engine/suspension.ts).

import type { ModeField } from '../../vocabulary/operation.ts'
import type { Directive } from './directives.ts'
import type { Grant, Withdrawal } from './grants.ts'
import type { PlaceCode, Position } from './parts.ts'
import type { Registers } from './registers.ts'

export type * from './directives.ts'
export type * from './grants.ts'
export type * from './parts.ts'
export type * from './registers.ts'

export const bundleFormat = 'portcullis-bundle/1'

export interface Bundle {
  readonly format: typeof bundleFormat
  /** Strictly increasing from one published bundle to the next; a directory source counts its own reloads. */
  readonly serial: number
  readonly catalogue: Catalogue
  readonly lists: readonly NamedList[]
  readonly directives: readonly Directive[]
  readonly grants: readonly Grant[]
  readonly withdrawals: readonly Withdrawal[]
  readonly registers: Registers
  /** Every file that was read, with the digest of its bytes. */
  readonly sources: readonly SourceFile[]
}

export interface SourceFile {
  /** Relative to the policy folder, with `/`. */
  readonly path: string
  /** `sha256:<hex>` of the file's text. */
  readonly digest: string
}

// ---- catalogue ----------------------------------------------------------------------------------------------------

export interface Catalogue {
  readonly models: readonly CatalogueModel[]
}

export type ReleaseState = 'released' | 'unreleased'

export interface CatalogueModel {
  /** Canonical id. */
  readonly id: string
  readonly family: string
  readonly version: string
  /** Id of the model that this one was tuned, quantized or merged from: every directive on that one covers this one too. */
  readonly derivedFrom: readonly string[]
  readonly release: ReleaseState
  readonly listing: 'shown' | 'hidden'
  /** Every mode it has; []: it has none. */
  readonly modes: readonly string[]
  /** How a request chooses among `modes`; []: only by name. */
  readonly modeSelectors: readonly ModeSelection[]
  readonly variants: readonly { readonly id: string; readonly release: ReleaseState }[]
  readonly risks: readonly { readonly domain: string; readonly tier: string }[]
  /** Greatest output of one request, tokens; null: not stated. */
  readonly maxOutputTokens: number | null
  /** Every name that a request may carry, the canonical id included. No name stands twice in the catalogue. */
  readonly names: readonly CatalogueName[]
  /** Names by which the model API may name it in an answer, the canonical id included; none by which another model is asked for. */
  readonly servedAs: readonly string[]
  readonly position: Position
}

export interface CatalogueName {
  readonly name: string
  /** The variant that this name stands for; null: the model itself. */
  readonly variant: string | null
  /** The one mode that this name fixes; null: the selector decides. */
  readonly mode: string | null
  /** What goes upstream in its place; null: the name as it is. */
  readonly forwardAs: string | null
}

/** Of one request field: `values` name the mode of each listed value; any other value is `otherwise`; no value means every mode. */
export interface ModeSelection {
  readonly field: ModeField
  readonly values: readonly { readonly value: string; readonly mode: string }[]
  /** null: any mode could come of it. */
  readonly otherwise: string | null
  /** The value by which the gate fixes a mode, which `values` must not give another; a mode without one cannot be forced. */
  readonly force: readonly { readonly mode: string; readonly value: string }[]
}

// ---- lists --------------------------------------------------------------------------------------------------------

export interface NamedList {
  readonly id: string
  readonly title: string
  /** `ear`: HK counts as CN wherever the list is used (the engine adds it; do not write it). */
  readonly regime: 'ear' | 'itar' | 'ofac' | 'doj' | 'company'
  /** Never empty. */
  readonly members: readonly PlaceCode[]
  readonly asOf: number
  readonly source: string
  readonly digest: string | null
  readonly reviewBy: number
  readonly position: Position
}
