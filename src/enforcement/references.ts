// References to what is stored: each must be known to have been made by this caller, at the model API that is asked, and brings the
// models that it was made with, which are decided anew for who asks, now.
//
// Invariant: unknown and somebody else's are one answer, since the registry cannot tell them apart.
import { offeredModel, type Policy } from '../policy/index.ts'
import type { RouteMatch } from '../request/index.ts'
import type { Dialect, ModelReference } from '../vocabulary/operation.ts'
import type { Caller } from '../vocabulary/party.ts'
import {
  batchResults,
  type Maker,
  type StoredModel,
  type StoredObject,
  type StoredReference,
} from '../vocabulary/stored-object.ts'
import type { Gate } from './gate.ts'
import type { Tells } from './passage.ts'
import type { Stop } from './refusing.ts'

export interface Known {
  readonly reference: StoredReference
  /** Undefined: this caller made no such object. */
  readonly object: StoredObject | undefined
}

/** The subject alone, under the organization of the token: whoever else belongs to it made nothing of this. */
export function makerOf({ subject, organization }: Caller): Maker {
  return { ...subject.id, organization }
}

export async function lookUp(
  gate: Gate,
  caller: Caller,
  dialect: Dialect,
  references: readonly StoredReference[],
): Promise<readonly Known[]> {
  const maker = makerOf(caller)
  return Promise.all(
    references.map(async (reference) => {
      const { kind, id, purpose } = reference
      const object = await gate.stored.find({ dialect, kind, id, maker })
      const fits = purpose === null || object?.purpose === purpose
      return { reference, object: fits ? object : undefined }
    }),
  )
}

/** What stands in the way of answering for them, or null. */
export function referenceFault(known: readonly Known[]): Stop | null {
  for (const { reference, object } of known) {
    if (object !== undefined) continue
    return { reason: 'reference_unknown', message: `\`${reference.pointer}\` refers to nothing that you made here` }
  }
  const upstreams = new Set(known.map(({ object }) => object?.upstream))
  if (upstreams.size <= 1) return null
  return { reason: 'reference_unknown', message: 'what is referred to is not stored in one place' }
}

/** Of content that is fetched: results of a batch name their models, and what the caller uploaded says what the caller likes. */
export function tellsOf({ route: { contentOf } }: RouteMatch, known: readonly Known[]): Tells {
  if (contentOf === undefined) return 'itself'
  const fetched = known.find(({ reference }) => reference.pointer === `path:${contentOf}`)
  const holdsResults = fetched?.object?.purpose === batchResults || fetched?.reference.kind === 'message-batch'
  return holdsResults ? 'each-line' : 'nothing'
}

/** The models of what is stored, each once, as references of the operation: `stored:` and where the first object that has it is named. */
export function storedModels(policy: Policy, known: readonly Known[]): readonly ModelReference[] {
  const references = new Map<string, ModelReference>()
  for (const { reference, object } of known) {
    let count = 0
    for (const stored of object?.models ?? []) {
      const key = JSON.stringify([stored.model, stored.variant, stored.mode])
      if (references.has(key)) continue
      const nth = count++ === 0 ? '' : ` ${count}`
      references.set(key, {
        pointer: `stored:${reference.pointer}${nth}`,
        name: nameOf(policy, stored),
        mode: stored.mode === null ? null : { field: 'mode', value: stored.mode },
      })
    }
  }
  return [...references.values()]
}

/** The name under which the catalogue has it now; where it has none any more, a name that no catalogue can have (it holds blanks). */
function nameOf(policy: Policy, { model, variant, mode }: StoredModel): string {
  const names = offeredModel(policy, model)?.names.filter((each) => each.variant === variant) ?? []
  const found = names.find((each) => each.mode === null) ?? names.find((each) => each.mode === mode)
  return found?.name ?? `${model} (no longer in the catalogue)`
}
