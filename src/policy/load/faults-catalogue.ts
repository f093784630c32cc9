// What is wrong with a well-formed catalogue: names that lead nowhere, stand twice, or stand for another model in an answer.

import type { CatalogueModel } from '../bundle/bundle.ts'
import { twice } from './faults-names.ts'

export function catalogueFaults(models: readonly CatalogueModel[]): readonly string[] {
  const ids = new Set(models.map(({ id }) => id))
  const owners = new Map(models.flatMap(({ id, names }) => names.map(({ name }) => [name, id])))
  return [
    ...twice(
      'model',
      models.map(({ id }) => id),
    ),
    ...twice(
      'model name',
      models.flatMap(({ names }) => names.map(({ name }) => name)),
    ),
    ...models.flatMap((model) => [
      ...model.derivedFrom
        .filter((id) => !ids.has(id))
        .map((id) => `model ${model.id}: derives from unknown \`${id}\``),
      ...modeFaults(model),
      ...nameFaults(model, owners),
    ]),
  ]
}

function modeFaults({ id, modes, names, modeSelectors }: CatalogueModel): readonly string[] {
  const used = [
    ...names.flatMap(({ mode }) => mode ?? []),
    ...modeSelectors.flatMap(({ values, otherwise, force }) => [
      ...values.map(({ mode }) => mode),
      ...(otherwise === null ? [] : [otherwise]),
      ...force.map(({ mode }) => mode),
    ]),
  ]
  return [
    ...used.filter((mode) => !modes.includes(mode)).map((mode) => `model ${id}: has no mode \`${mode}\``),
    ...twice(`model ${id} mode`, modes),
    // Of two readings of one field the first would win, and no answer may depend on an order.
    ...twice(
      `model ${id} mode field`,
      modeSelectors.map(({ field }) => field),
    ),
    ...modeSelectors.flatMap(({ field, values, force }) => [
      ...twice(
        `model ${id} ${field} value`,
        values.map(({ value }) => value),
      ),
      ...twice(
        `model ${id} ${field} forced mode`,
        force.map(({ mode }) => mode),
      ),
      ...force.flatMap(({ mode, value }) => forceFaults(id, field, mode, value, values)),
    ]),
  ]
}

/** A value that is said to force one mode and to mean another would let through what was avoided. */
const forceFaults = (
  id: string,
  field: string,
  mode: string,
  value: string,
  values: readonly { readonly value: string; readonly mode: string }[],
): readonly string[] =>
  values
    .filter((one) => one.value === value && one.mode !== mode)
    .map((one) => `model ${id}: ${field} \`${value}\` is to force \`${mode}\`, and means \`${one.mode}\``)

function nameFaults(model: CatalogueModel, owners: ReadonlyMap<string, string>): readonly string[] {
  const variants = new Set(model.variants.map(({ id }) => id))
  const faults = model.names
    .filter(({ variant }) => variant !== null && !variants.has(variant))
    .map(({ name }) => `model ${model.id}: name \`${name}\` stands for a variant that it does not have`)
  if (!model.names.some(({ name }) => name === model.id)) {
    faults.push(`model ${model.id}: its own id is not among its names`)
  }
  for (const name of model.servedAs) {
    const owner = owners.get(name)
    if (owner === undefined || owner === model.id) continue
    faults.push(`model ${model.id}: is served as \`${name}\`, which is a name of \`${owner}\``)
  }
  return [
    ...faults,
    ...twice(
      `model ${model.id} variant`,
      model.variants.map(({ id }) => id),
    ),
  ]
}
