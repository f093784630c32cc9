// Catalogue: every name that a request may carry, by exact look-up. No prefix, no pattern, no case folding: a name that is not
// written down is unknown, and an unknown name is denied.

import type { ModelReference, Operation, Resource } from '../../vocabulary/operation.ts'
import type { Catalogue, CatalogueModel, CatalogueName, ReleaseState } from '../bundle/bundle.ts'

export interface Named {
  readonly model: CatalogueModel
  readonly name: CatalogueName
  /** What every request by this name asks for. Beside `model` and `name`, so that a decision need not look at either. */
  readonly resource: Omit<Resource, 'pointer' | 'name' | 'modes'>
  readonly hasModes: boolean
  readonly maxOutputTokens: number | null
  /** Ids and families that a directive may name to reach this model: its own and those of all that it derives from. */
  readonly lineage: Lineage
}

export interface Lineage {
  readonly ids: ReadonlySet<string>
  readonly families: ReadonlySet<string>
  /** `domain/tier`, inherited too: a fine-tune is at least as risky as what it was tuned from. */
  readonly risks: ReadonlySet<string>
  /** A model that derives from an unreleased one is no more released than it. */
  readonly release: ReleaseState
}

export type CatalogueIndex = ReadonlyMap<string, Named>

export type ResourceReading =
  | { readonly kind: 'resources'; readonly resources: readonly NamedResource[] }
  | { readonly kind: 'unknown'; readonly name: string }

/** A resource with what the engine needs besides: how its mode may be fixed. */
export interface NamedResource {
  readonly resource: Resource
  /** Modes among which the gate can choose by the request's own field; empty where it cannot. */
  readonly forceable: readonly string[]
  /** Greatest output of one request by the catalogue; null: not stated. */
  readonly maxOutputTokens: number | null
}

/** What others need of a catalogued model: listing, routing and the check of what was served. */
export interface OfferedModel {
  readonly id: string
  readonly family: string
  readonly version: string
  readonly listing: 'shown' | 'hidden'
  readonly released: boolean
  readonly maxOutputTokens: number | null
  readonly names: readonly CatalogueName[]
  readonly servedAs: readonly string[]
  readonly modeSelectors: CatalogueModel['modeSelectors']
}

/** In order of id. */
export function offeredModels({ models }: Catalogue): readonly OfferedModel[] {
  return models
    .map(({ id, family, version, listing, release, maxOutputTokens, names, servedAs, modeSelectors }) => {
      const released = release === 'released'
      return { id, family, version, listing, released, maxOutputTokens, names, servedAs, modeSelectors }
    })
    .sort((a, b) => (a.id < b.id ? -1 : 1))
}

export function indexCatalogue(catalogue: Catalogue): CatalogueIndex {
  const models = new Map(catalogue.models.map((model) => [model.id, model]))
  const index = new Map<string, Named>()
  for (const model of catalogue.models) {
    const lineage = lineageOf(model, models)
    const { id, family, version, listing, maxOutputTokens } = model
    const hasModes = model.modes.length > 0
    for (const name of model.names) {
      const released = releaseOf(model, name, lineage) === 'released'
      const resource = { model: id, family, version, variant: name.variant, released, listing }
      index.set(name.name, { model, name, resource, hasModes, maxOutputTokens, lineage })
    }
  }
  return index
}

/** What a name stands for that an answer carries. */
export interface ServedName {
  /** Canonical id. */
  readonly model: string
  /** null: the model itself. */
  readonly variant: string | null
  /** null: the name does not say. */
  readonly mode: string | null
}

/** Names that a request may carry stand for what they say there; `servedAs` names for the model itself, unless two models have one. */
export function indexServed({ models }: Catalogue): ReadonlyMap<string, ServedName> {
  const index = new Map<string, ServedName>()
  const shared = new Set<string>()
  for (const { id: model, servedAs } of models) {
    for (const name of servedAs) {
      if (index.has(name) && index.get(name)?.model !== model) shared.add(name)
      index.set(name, { model, variant: null, mode: null })
    }
  }
  for (const name of shared) index.delete(name)
  for (const { id: model, names } of models) {
    for (const { name, variant, mode } of names) index.set(name, { model, variant, mode })
  }
  return index
}

/** Every model that the operation names, in its order; or the first name that the catalogue does not have. */
export function readResources(index: CatalogueIndex, operation: Operation): ResourceReading {
  const resources: NamedResource[] = []
  for (const reference of operation.models) {
    const named = index.get(reference.name)
    if (named === undefined) return { kind: 'unknown', name: reference.name }
    resources.push(resourceOf(reference, named))
  }
  return { kind: 'resources', resources }
}

function resourceOf(reference: ModelReference, named: Named): NamedResource {
  const { pointer, name } = reference
  const { modes, forceable } = named.hasModes ? reachableModes(reference, named) : noModes
  const { model, family, version, variant, released, listing } = named.resource
  const resource: Resource = { pointer, name, model, family, version, variant, modes, released, listing }
  return { resource, forceable, maxOutputTokens: named.maxOutputTokens }
}

/** What a caller leaves to the model is the set of everything that it could do. */
function reachableModes(
  reference: ModelReference,
  { model, name }: Named,
): { readonly modes: readonly string[]; readonly forceable: readonly string[] } {
  const { asked, isOpen = false, forceable } = askedModes(reference, model)
  if (name.mode === null) return { modes: [...((isOpen ? null : asked) ?? model.modes)].sort(), forceable }
  // A name that fixes one mode beside a field that asks for another: either could win upstream, and the gate cannot fix it.
  return { modes: [...new Set([name.mode, ...(asked ?? [])])].sort(), forceable: [] }
}

const noModes = { modes: [], forceable: [] } as const

interface AskedModes {
  /** Every mode that could come of what the request's own fields say; null: they say nothing. */
  readonly asked: readonly string[] | null
  /** A field by which the model may go says nothing, whatever another one says. */
  readonly isOpen?: boolean
  readonly forceable: readonly string[]
}

function askedModes({ mode }: ModelReference, model: CatalogueModel): AskedModes {
  // AuthZEN and cases name the mode itself; whoever enforces the answer can then fix any of them.
  if (mode?.field === 'mode') {
    const isMode = mode.value !== null && model.modes.includes(mode.value)
    return { asked: mode.value === null ? null : isMode ? [mode.value] : model.modes, forceable: model.modes }
  }
  // Invariant: of several fields the model goes by one, and nobody knows by which: each can add a mode, and none can take one away.
  const fields = mode === null ? [] : [mode, ...(mode.beside ?? [])]
  const read = fields.map(({ field, value }) => ({
    value,
    selection: model.modeSelectors.find((selector) => selector.field === field),
  }))
  const asked = read.flatMap(({ value, selection }) => {
    if (value === null) return []
    // A model without any selector chooses by name alone; of one that has others, nobody knows what this field would do.
    if (selection === undefined) return model.modeSelectors.length > 0 ? model.modes : []
    const meant = selection.values.find((entry) => entry.value === value)?.mode ?? selection.otherwise
    return meant === null ? model.modes : [meant]
  })
  const heard = read.flatMap(({ value, selection }) => (selection === undefined ? [] : [{ value, selection }]))
  const isUnheard = read.some(({ value, selection }) => value !== null && selection === undefined)
  const forced = heard.map(({ selection }) => selection.force.map((entry) => entry.mode))
  const [first = []] = forced
  return {
    asked: asked.length === 0 ? null : [...new Set(asked)],
    isOpen: heard.some(({ value }) => value === null),
    forceable: isUnheard ? [] : first.filter((one) => forced.every((modes) => modes.includes(one))),
  }
}

function releaseOf(model: CatalogueModel, name: CatalogueName, lineage: Lineage): ReleaseState {
  if (lineage.release === 'unreleased') return 'unreleased'
  return model.variants.find((variant) => variant.id === name.variant)?.release ?? 'released'
}

function lineageOf(model: CatalogueModel, models: ReadonlyMap<string, CatalogueModel>): Lineage {
  const ids = new Set<string>()
  const families = new Set<string>()
  const risks = new Set<string>()
  let release: ReleaseState = 'released'
  const open = [model.id]
  for (let id = open.pop(); id !== undefined; id = open.pop()) {
    const ancestor = models.get(id)
    if (ancestor === undefined || ids.has(id)) continue
    ids.add(id)
    families.add(ancestor.family)
    if (ancestor.release === 'unreleased') release = 'unreleased'
    for (const risk of ancestor.risks) risks.add(`${risk.domain}/${risk.tier}`)
    open.push(...ancestor.derivedFrom)
  }
  return { ids, families, risks, release }
}
