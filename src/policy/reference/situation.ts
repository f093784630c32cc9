// Situation: what one decision is about, and what every paragraph needs to know of it.

import type { Facts } from '../../vocabulary/decision.ts'
import type { Bundle } from '../bundle/bundle.ts'

export interface Situation {
  readonly bundle: Bundle
  readonly facts: Facts
  /** Milliseconds since the epoch. */
  readonly instant: number
  /** §8: e, the clock's uncertainty, milliseconds. */
  readonly uncertainty: number
}

/** §8: what one officer has closed. Who did it, when and why changes no answer. */
export interface Suspension {
  readonly id: string
  readonly of:
    | { readonly kind: 'all' }
    | { readonly kind: 'family'; readonly family: string }
    | { readonly kind: 'model'; readonly model: string }
}
