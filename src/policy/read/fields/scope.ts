// `applies-to`: what an instrument covers. Operations and phases are always said, so that silence never narrows or widens it.

import { type Phase, phases } from '../../../vocabulary/operation.ts'
import type { Scope } from '../../bundle/bundle.ts'
import { decidedActions } from '../../bundle/directives.ts'
import { below, refer, type Site } from '../written.ts'
import { choice, identifier, text } from './scalars.ts'
import { closed, type Field, optional, someOf, wordOr } from './shape.ts'

interface RiskKeys {
  readonly domain: string
  readonly tier: string
}

export interface ScopeKeys {
  readonly families: readonly string[] | undefined
  readonly models: 'all' | readonly string[] | undefined
  readonly variants: 'any' | readonly string[] | undefined
  readonly modes: 'any' | readonly string[] | undefined
  readonly 'risk-tiers': readonly RiskKeys[] | undefined
  readonly operations: Scope['actions']
  readonly phases: 'any' | readonly Phase[]
}

export const scopeField: Field<ScopeKeys> = closed({
  families: optional(someOf(identifier, 'families')),
  models: optional(wordOr('all', someOf(text, 'models'), 'a list of models')),
  /** `base` stands for the model itself, without a variant. */
  variants: optional(wordOr('any', someOf(identifier, 'variants'), 'a list of variants')),
  modes: optional(wordOr('any', someOf(identifier, 'modes'), 'a list of modes')),
  'risk-tiers': optional(someOf(closed({ domain: identifier, tier: identifier }), 'tiers (domain, tier)')),
  operations: wordOr('any', someOf(choice(...decidedActions), 'operations'), 'a list of operations'),
  phases: wordOr('any', someOf(choice(...phases), 'phases'), 'a list of phases'),
})

const variantsOf = (keys: ScopeKeys['variants']): Scope['variants'] =>
  keys === undefined || keys === 'any' ? 'any' : keys.map((one) => (one === 'base' ? null : one))

/** Whether it names any model at all is checked with the catalogue. */
export function compileScope(keys: ScopeKeys, site: Site): Scope {
  const families = (keys.families ?? []).map((name, index) => refer(below(site, 'families', index), 'family', name))
  const ids =
    keys.models === 'all' || keys.models === undefined
      ? []
      : keys.models.map((name, index) => refer(below(site, 'models', index), 'model', name))
  return {
    models: keys.models === 'all' ? 'all' : { families, ids },
    variants: variantsOf(keys.variants),
    modes: keys.modes ?? 'any',
    risks: keys['risk-tiers'] ?? 'any',
    actions: keys.operations,
    phases: keys.phases,
  }
}
