// The catalogue as a whole: no model stands behind another's name, and no lineage bites its own tail.
import type { Context } from '../context.ts'
import type { Folder } from '../folder.ts'
import { lineageOf } from './known.ts'

export function checkCatalogue({ models: written, grants }: Folder, { report }: Context): void {
  const models = written.map(([model]) => model)
  const byId = new Map(models.map((model) => [model.id, model]))
  const owners = new Map(models.flatMap((model) => model.names.map(({ name }): [string, string] => [name, model.id])))
  for (const [model, file] of written) {
    const at = (...steps: (string | number)[]): (string | number)[] => ['models', model.id, ...steps]
    const own = topList(file.document.value, at('served-as'))
    for (const [index, name] of own.entries()) {
      const owner = owners.get(name)
      if (owner === undefined || owner === model.id) continue
      const message = `\`${name}\` is a name of \`${owner}\`: an answer of one would pass for the other`
      report.error(file, at('served-as', index), 'served-as-another', message)
    }
    if (lineageOf(model, byId).some(({ derivedFrom }) => derivedFrom.includes(model.id))) {
      report.error(file, at('derived-from'), 'lineage-circle', `\`${model.id}\` would derive from itself`)
    }
  }
  const counted = grants.filter(({ noun }) => noun.quantity !== null)
  if (counted.length === 0) return
  for (const [model, file] of written) {
    const used = counted.some(
      ({ noun: { scope } }) =>
        scope.models === 'all' || scope.models.ids.includes(model.id) || scope.models.families.includes(model.family),
    )
    if (!used || model.maxOutputTokens !== null) continue
    const message =
      'a grant with a quantity covers it: say `max-output-tokens`, which is reserved for requests that state no limit'
    report.error(file, ['models', model.id], 'maximum-missing', message)
  }
}

/** The names at a path of the raw file. */
function topList(value: unknown, path: readonly (string | number)[]): readonly string[] {
  let here = value
  for (const step of path) {
    if (typeof here !== 'object' || here === null || !Object.hasOwn(here, step)) return []
    here = (here as Readonly<Record<string | number, unknown>>)[step]
  }
  return Array.isArray(here) ? here.filter((one) => typeof one === 'string') : []
}
