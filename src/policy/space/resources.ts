// Resources: every model, variant and set of reachable modes that a request can ask for, one way of asking for each.

import type { Dialect, ModelReference, ModeSelector, Operation, Resource } from '../../vocabulary/operation.ts'
import { type NamedResource, readResources } from '../engine/catalogue.ts'
import type { Policy } from '../engine/policy.ts'

export interface ResourceClass {
  /** How it is asked for. */
  readonly reference: ModelReference
  readonly dialect: Dialect
  /** What each policy takes it for; null: its catalogue does not have the name. */
  readonly read: readonly (Resource | null)[]
  /** What it is: as the last policy that has it takes it. */
  readonly resource: Resource
}

const dialectOf = {
  mode: 'openai',
  'reasoning-effort': 'openai',
  thinking: 'anthropic',
  'thinking-budget': 'google',
  'thinking-level': 'google',
  think: 'ollama',
  'reasoning-config': 'bedrock',
  'reasoning-object': 'bedrock',
} as const

/** Fields that stand beside each other in one request. */
const inBedrock: ReadonlySet<string> = new Set(['thinking', 'reasoning-config', 'reasoning-effort', 'reasoning-object'])

/** In order of model, variant and modes. */
export function resourceClasses(policies: readonly Policy[]): readonly ResourceClass[] {
  const found = new Map<string, ResourceClass>()
  for (const reference of references(policies)) {
    const read = policies.map((policy) => readAs(policy, reference))
    const resource = read.findLast((one) => one !== null)?.resource
    if (resource === undefined) continue
    const key = JSON.stringify(
      read.map((one) =>
        one === null ? null : [one.resource.model, one.resource.variant, one.resource.modes, [...one.forceable].sort()],
      ),
    )
    if (found.has(key)) continue
    const dialect = reference.mode?.beside === undefined ? dialectOf[reference.mode?.field ?? 'mode'] : 'bedrock'
    found.set(key, { reference, dialect, read: read.map((one) => one?.resource ?? null), resource })
  }
  const order = ({ resource }: ResourceClass): string =>
    JSON.stringify([resource.model, resource.variant, resource.modes.length, resource.modes])
  return [...found.values()].sort((a, b) => (order(a) < order(b) ? -1 : 1))
}

function readAs({ catalogue }: Policy, reference: ModelReference): NamedResource | null {
  const reading = readResources(catalogue, { ...plainOperation, models: [reference] })
  return reading.kind === 'unknown' ? null : (reading.resources[0] ?? null)
}

/** Names by which a mode is asked for in words come before the fields of the dialects, and a model's own id before its aliases. */
function references(policies: readonly Policy[]): readonly ModelReference[] {
  const modes = new Map<string, Set<string>>()
  const fields = new Map<string, ModelReference['mode']>()
  for (const { catalogue } of policies) {
    for (const [name, { model }] of catalogue) {
      const known = modes.get(name) ?? new Set()
      modes.set(name, known)
      for (const mode of model.modes) known.add(mode)
      const selectors = model.modeSelectors.map(({ field, values }) =>
        [null, ...values.map((one) => one.value), 'anything-else'].map((value) => ({ field, value })),
      )
      for (const mode of [...selectors.flat(), ...besides(selectors)]) fields.set(JSON.stringify(mode), mode)
    }
  }
  const own = new Set(policies.flatMap(({ bundle }) => bundle.catalogue.models.map(({ id }) => id)))
  const names = [...modes.keys()].sort((a, b) => Number(own.has(b)) - Number(own.has(a)) || (a < b ? -1 : 1))
  return names.flatMap((name) => {
    const words = [null, ...(modes.get(name) ?? [])].map((value) => ({ field: 'mode', value }) as const)
    // Last: a place of a request that has no field for a mode (a tool's model), where the gate can fix none.
    return [...words, ...fields.values(), null].map((mode) => ({ pointer: '/model', name, mode }))
  })
}

/** Every way to say something in several fields at once, as one dialect has them. */
function besides(selectors: readonly (readonly ModeSelector[])[]): readonly ModeSelector[] {
  const several = selectors.filter(([first]) => first !== undefined && inBedrock.has(first.field))
  if (several.length < 2) return []
  const said = several.reduce<readonly (readonly ModeSelector[])[]>(
    (before, each) => before.flatMap((ones) => each.map((one) => [...ones, one])),
    [[]],
  )
  return said.flatMap(([first, ...beside]) => (first === undefined ? [] : [{ ...first, beside }]))
}

/** Asked plainly; the classes of operations are in operations.ts. */
export const plainOperation: Operation = {
  id: 'case',
  dialect: 'openai',
  action: 'infer',
  phase: 'admit',
  stream: false,
  maxOutputTokens: null,
  models: [],
}
