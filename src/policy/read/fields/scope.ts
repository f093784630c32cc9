// `applies-to`: what an instrument covers. Operations and phases are always said, so that silence never narrows or widens it.

import { type Phase, phases } from '../../../vocabulary/operation.ts'
import type { Scope } from '../../bundle/bundle.ts'
import { decidedActions } from '../../bundle/directives.ts'
import { below, refer, type Site } from '../written.ts'
import { choice, identifier, text } from './scalars.ts'
import { closed, type Field, key, named, optional, type Shape, someOf, wordOr } from './shape.ts'

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

export const scopeField: Field<ScopeKeys> = named(
  closed<Shape<ScopeKeys>>({
    families: optional(
      key(someOf(identifier, 'families'), 'Families of the catalogue, with all that derives from them.', [
        'mythos-5',
        'fable-5',
      ]),
    ),
    models: optional(
      key(
        wordOr('all', someOf(text, 'models'), 'a list of models'),
        'Models by their id, with all that derives from them; `all`: every model. At least one of `families` and `models` is needed.',
        ['mythos-5'],
        'all',
      ),
    ),
    variants: optional(
      key(
        wordOr('any', someOf(identifier, 'variants'), 'a list of variants'),
        'Only these variants; `base` stands for the model without one.',
        ['safeguards-reduced'],
      ),
      'any',
    ),
    modes: optional(
      key(
        wordOr('any', someOf(identifier, 'modes'), 'a list of modes'),
        'Only where the request can reach one of these modes.',
        ['thinking'],
      ),
      'any',
    ),
    'risk-tiers': optional(
      key(
        someOf(
          closed<Shape<RiskKeys>>({
            domain: key(identifier, 'Risk domain of the catalogue.', 'cyber'),
            tier: key(identifier, 'Tier in that domain.', 'high'),
          }),
          'tiers (domain, tier)',
        ),
        'Only models that the catalogue puts in one of these tiers.',
        [{ domain: 'cyber', tier: 'high' }],
      ),
    ),
    operations: key(
      wordOr('any', someOf(choice(...decidedActions), 'operations'), 'a list of operations'),
      'What is asked of the model. Always said, so that silence never narrows it.',
      'any',
      ['infer'],
    ),
    phases: key(
      wordOr('any', someOf(choice(...phases), 'phases'), 'a list of phases'),
      'At admission, at start, while the answer goes on, at delivery of a stored answer. Always said.',
      'any',
      ['admit', 'start'],
    ),
  }).meta({ anyOf: [{ required: ['families'] }, { required: ['models'] }] }),
  'scope',
  'What an instrument covers.',
)

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
