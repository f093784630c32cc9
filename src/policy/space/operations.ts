// Operations: one for each class of action and phase that the instruments concerning a resource can tell apart.

import type { Action, Operation, Phase, Resource } from '../../vocabulary/operation.ts'
import { phases } from '../../vocabulary/operation.ts'
import { decidedActions } from '../bundle/directives.ts'
import { type CompiledScope, grantsOf } from '../engine/policy.ts'
import { covers } from '../engine/scope.ts'
import type { Concerning } from './predicates.ts'
import { plainOperation } from './resources.ts'

/** `list-models` is decided as `infer` of each model, so it is no class of its own. */
export function operationClasses(resource: Resource, instruments: readonly Concerning[]): readonly Operation[] {
  const directives = instruments.flatMap(({ restricting }) => restricting)
  const windows = instruments.flatMap(({ windows }) => windows)
  const grants = directives.flatMap(grantsOf)
  const scopes: readonly CompiledScope[] = [...directives, ...windows, ...grants].map(({ scope }) => scope)
  const drains = directives.some(({ source }) => source.inFlight.kind !== 'terminate')
  const found = new Map<string, Operation>()
  for (const action of decidedActions) {
    for (const phase of phases) {
      const operation = operationOf(action, phase)
      const key = [drains && phase === 'continue', ...scopes.map((scope) => covers(scope, resource, operation))].join()
      if (!found.has(key)) found.set(key, operation)
    }
  }
  return [...found.values()]
}

const operationOf = (action: Action, phase: Phase): Operation => ({ ...plainOperation, action, phase })
