// semantics.md §6: what a name stands for, which modes the request can reach, and which of them the gate could fix.

import type { ModelReference, Resource } from '../../vocabulary/operation.ts'
import type { Bundle, CatalogueModel } from '../bundle/bundle.ts'

export interface NamedResource {
  readonly model: CatalogueModel
  readonly resource: Resource
  /** Modes that the gate could fix by the request's own field. */
  readonly forcible: readonly string[]
}

/** null: "An unknown name is denied, never passed." */
export function lookUp(reference: ModelReference, bundle: Bundle): NamedResource | null {
  for (const model of bundle.catalogue.models) {
    for (const name of model.names) {
      if (name.name !== reference.name) continue
      const { modes, forcible } = reachable(model, name.mode, reference)
      const { id, family, version, listing } = model
      const released = isReleased(model, name.variant, bundle)
      const { pointer } = reference
      const modesInOrder = [...modes].sort()
      const resource: Resource = {
        pointer,
        name: reference.name,
        model: id,
        family,
        version,
        variant: name.variant,
        modes: modesInOrder,
        released,
        listing,
      }
      return { model, resource, forcible }
    }
  }
  return null
}

interface Reach {
  readonly modes: readonly string[]
  readonly forcible: readonly string[]
}

function reachable(model: CatalogueModel, named: string | null, { mode: selector }: ModelReference): Reach {
  const fields = selector === null ? [null] : [selector, ...(selector.beside ?? [])]
  const field = together(
    model,
    fields.map((one) => asked(model, one?.field ?? null, one?.value ?? null)),
  )
  // A name that fixes a mode beside a field that fixes another: either could win upstream, and the gate cannot fix it.
  if (named !== null) return { modes: [...new Set([named, ...(field.says ?? [])])], forcible: [] }
  // "A mode that the caller leaves to the model is the *set* of reachable modes."
  const says = field.open || field.says === null ? model.modes : field.says
  return { modes: [...new Set(says)], forcible: field.forcible }
}

interface Field {
  /** Every mode that could come of what the request's field says; null: it says nothing. */
  readonly says: readonly string[] | null
  readonly forcible: readonly string[]
  /** The model goes by it, or could. */
  readonly counts: boolean
}

/** Fields of several vendors in one request: the model goes by one of them, and nobody knows by which. */
function together(model: CatalogueModel, fields: readonly Field[]): Field & { readonly open: boolean } {
  const counting = fields.filter(({ counts }) => counts)
  const said = counting.flatMap(({ says }) => says ?? [])
  const open = counting.some(({ says }) => says === null)
  const forcible = model.modes.filter(
    (mode) => counting.length > 0 && counting.every((field) => field.forcible.includes(mode)),
  )
  return { says: said.length === 0 ? null : said, forcible, open, counts: counting.length > 0 }
}

function asked(model: CatalogueModel, field: string | null, value: string | null): Field {
  if (field === 'mode') {
    // AuthZEN and cases name the mode itself. A word that is no mode of this model could mean any.
    const says = value === null ? null : model.modes.includes(value) ? [value] : model.modes
    return { says, forcible: model.modes, counts: true }
  }
  for (const selection of model.modeSelectors) {
    if (selection.field !== field) continue
    const forcible = selection.force.map(({ mode }) => mode)
    if (value === null) return { says: null, forcible, counts: true }
    const mode = selection.values.find((one) => one.value === value)?.mode ?? selection.otherwise
    return { says: mode === null ? model.modes : [mode], forcible, counts: true }
  }
  // The field is none by which this model chooses. If it has others, nobody knows what this one does; if none, only names choose.
  const isHeard = value !== null && model.modeSelectors.length > 0
  return { says: isHeard ? model.modes : null, forcible: [], counts: isHeard }
}

/** The model and everything that it was tuned, quantized or merged from, however far back. */
export function lineageOf(model: CatalogueModel, { catalogue }: Bundle): readonly CatalogueModel[] {
  const found = [model]
  for (const one of found) {
    for (const id of one.derivedFrom) {
      const parent = catalogue.models.find((other) => other.id === id)
      if (parent !== undefined && !found.includes(parent)) found.push(parent)
    }
  }
  return found
}

/** "fine-tunes, quantizations, merges inherit": what derives from an unreleased model is no more released than it. */
function isReleased(model: CatalogueModel, variant: string | null, bundle: Bundle): boolean {
  return (
    lineageOf(model, bundle).every(({ release }) => release === 'released') &&
    model.variants.every(({ id, release }) => id !== variant || release === 'released')
  )
}
