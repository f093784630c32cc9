// The catalogue: every model that may be asked for, with every name that a request may carry. A name that does not stand here is
// unknown, and unknown is denied.
import { modeFields } from '../../../vocabulary/operation.ts'
import type { CatalogueModel, CatalogueName, ModeSelection, ReleaseState } from '../../bundle/bundle.ts'
import { type Context, type Fault, faultOf, siteOf } from '../context.ts'
import type { PolicyFile } from '../fault.ts'
import { readShape } from '../fields/read-shape.ts'
import { choice, count, identifier, modelName, text } from '../fields/scalars.ts'
import { closed, type Field, key, mapOf, named, optional, type Shape, someOf } from '../fields/shape.ts'
import { below, positionOf, refer, type Site } from '../written.ts'

type Entries<T> = readonly (readonly [key: string, value: T])[]

interface NameKeys {
  readonly variant: string | undefined
  readonly mode: string | undefined
  readonly 'forward-as': string | undefined
}

interface SelectorKeys {
  readonly values: Entries<string>
  readonly otherwise: string
  readonly force: Entries<string> | undefined
}

interface ModelKeys {
  readonly family: string
  readonly version: string
  readonly release: ReleaseState
  readonly listing: 'shown' | 'hidden'
  readonly 'derived-from': readonly string[] | undefined
  readonly modes: readonly string[] | undefined
  readonly 'mode-fields': Entries<SelectorKeys> | undefined
  readonly variants: Entries<{ readonly release: ReleaseState }> | undefined
  readonly risks: readonly { readonly domain: string; readonly tier: string }[] | undefined
  readonly 'max-output-tokens': number | undefined
  readonly names: Entries<NameKeys> | undefined
  readonly 'served-as': readonly string[] | undefined
}

const release: Field<ReleaseState> = choice('released', 'unreleased')

const releaseField = key(release, 'An unreleased one is open to nobody but whom a window admits.', 'released')

const selectorField: Field<SelectorKeys> = closed<Shape<SelectorKeys>>({
  values: key(mapOf(text, identifier, 'values and the mode that each means'), 'What each value of the field means.', {
    minimal: 'instant',
  }),
  otherwise: key(identifier, 'What every other value means; `any`: any mode could come of it.', 'thinking'),
  force: optional(
    key(
      mapOf(identifier, text, 'modes and the value that fixes each'),
      'The value by which the gate fixes a mode. A mode without one cannot be forced.',
      { instant: 'minimal' },
    ),
  ),
})

const model: Field<ModelKeys> = named(
  closed<Shape<ModelKeys>>({
    family: key(identifier, 'The family that directives name.', 'fable-5'),
    version: key(text, 'Its version, for records.', '5'),
    release: releaseField,
    listing: key(choice('shown', 'hidden'), 'Whether outsiders may learn that it exists.', 'shown'),
    'derived-from': optional(
      key(
        someOf(modelName, 'models'),
        'Models it was tuned, quantized or merged from: whatever is said of them is said of it.',
        ['fable-5'],
      ),
    ),
    modes: optional(key(someOf(identifier, 'modes'), 'Every mode it has.', ['instant', 'thinking'])),
    'mode-fields': optional(
      key(
        mapOf(choice(...modeFields), selectorField, 'request fields'),
        'How a request chooses a mode, field by field. A request that leaves it to the model could reach every mode.',
      ),
    ),
    variants: optional(
      key(
        mapOf(identifier, closed({ release: releaseField }), 'variants'),
        'Its variants, each released or not by itself.',
        {
          'safeguards-reduced': { release: 'unreleased' },
        },
      ),
    ),
    risks: optional(
      key(
        someOf(
          closed({
            domain: key(identifier, 'Risk domain.', 'cyber'),
            tier: key(identifier, 'Tier in that domain.', 'high'),
          }),
          'risks (domain, tier)',
        ),
        'In which tier of which risk domain it is.',
        [{ domain: 'cyber', tier: 'high' }],
      ),
    ),
    'max-output-tokens': optional(
      key(count, 'Greatest output of one request, tokens. Reserved of a quantity where a request states none.', 64_000),
    ),
    names: optional(
      key(
        mapOf(
          modelName,
          closed<Shape<NameKeys>>({
            variant: optional(key(identifier, 'The variant that it stands for.', 'safeguards-reduced')),
            mode: optional(key(identifier, 'The one mode that it fixes.', 'instant')),
            'forward-as': optional(key(modelName, 'The name that goes upstream in its place.', 'fable-5')),
          }),
          'names',
        ),
        'Further names that a request may carry. A name that stands nowhere is unknown, and unknown is denied.',
        { 'fable-latest': { 'forward-as': 'fable-5' } },
      ),
    ),
    'served-as': optional(
      key(someOf(modelName, 'names'), 'Further names by which the model API may name it in an answer.', [
        'fable-5-2026-05-01',
      ]),
    ),
  }),
  'model',
  'One model of the catalogue.',
)

interface CatalogueKeys {
  readonly kind: string
  readonly models: Entries<ModelKeys>
}

export const catalogueShape: Field<CatalogueKeys> = named(
  closed<Shape<CatalogueKeys>>({
    kind: key(choice('catalogue') as Field<string>, 'What the file is.', 'catalogue'),
    models: key(mapOf(modelName, model, 'models'), 'Models by their canonical id.', {
      'open-1': { family: 'open-1', version: '1', release: 'released', listing: 'shown' },
    }),
  }),
  'catalogue',
  'Every model that may be asked for, with every name that a request may carry.',
)

export function readCatalogue(file: PolicyFile, context: Context): readonly CatalogueModel[] {
  const keys = readShape(catalogueShape, file, context.report)
  if (keys === undefined) return []
  return keys.models.map(([id, one]) => compileModel(id, one, siteOf(file, context, ['models', id]), faultOf(context)))
}

function compileModel(id: string, keys: ModelKeys, site: Site, fault: Fault): CatalogueModel {
  const modes = keys.modes ?? []
  const variants = (keys.variants ?? []).map(([variant, one]) => ({ id: variant, release: one.release }))
  const knownMode = (mode: string, at: Site): string => {
    if (!modes.includes(mode)) fault(at, 'unknown-mode', `\`${mode}\` is no mode of \`${id}\`: add it to \`modes\``)
    return mode
  }
  const names = (keys.names ?? []).map(([name, one]): CatalogueName => {
    const at = below(site, 'names', name)
    if (one.mode !== undefined) knownMode(one.mode, below(at, 'mode'))
    if (one.variant !== undefined && !variants.some((variant) => variant.id === one.variant)) {
      fault(
        below(at, 'variant'),
        'unknown-variant',
        `\`${one.variant}\` is no variant of \`${id}\`: add it to \`variants\``,
      )
    }
    return { name, variant: one.variant ?? null, mode: one.mode ?? null, forwardAs: one['forward-as'] ?? null }
  })
  // What another name is forwarded as must mean the same as that name, or the gate would decide one thing and ask for another.
  const own: readonly CatalogueName[] = [{ name: id, variant: null, mode: null, forwardAs: null }, ...names]
  for (const one of names) {
    if (one.forwardAs === null) continue
    const target = own.find((other) => other.name === one.forwardAs)
    if (target?.forwardAs !== null || target.mode !== one.mode || target.variant !== one.variant) {
      const message = `\`${one.forwardAs}\` is no name of \`${id}\` that means the same as \`${one.name}\``
      fault(below(site, 'names', one.name, 'forward-as'), 'forward-differs', message)
    }
  }
  const asIs = own.flatMap((one) => (one.forwardAs === null ? [one.name] : []))
  return {
    id,
    family: keys.family,
    version: keys.version,
    derivedFrom: (keys['derived-from'] ?? []).map((name, index) =>
      refer(below(site, 'derived-from', index), 'model', name),
    ),
    release: keys.release,
    listing: keys.listing,
    modes,
    modeSelectors: (keys['mode-fields'] ?? []).map(([field, one]) =>
      compileSelector(field as ModeSelection['field'], one, below(site, 'mode-fields', field), knownMode, fault),
    ),
    variants,
    risks: keys.risks ?? [],
    maxOutputTokens: keys['max-output-tokens'] ?? null,
    names: own,
    servedAs: [...new Set([...asIs, ...(keys['served-as'] ?? [])])],
    position: positionOf(site),
  }
}

function compileSelector(
  field: ModeSelection['field'],
  keys: SelectorKeys,
  site: Site,
  knownMode: (mode: string, at: Site) => string,
  fault: Fault,
): ModeSelection {
  for (const [mode, value] of keys.force ?? []) {
    const means = keys.values.find(([one]) => one === value)?.[1] ?? keys.otherwise
    if (means === mode) continue
    const message = `\`${value}\` means \`${means}\` above, so that it would not fix \`${mode}\`: write a value that means it`
    fault(below(site, 'force', mode), 'force-differs', message)
  }
  return {
    field,
    values: keys.values.map(([value, mode]) => ({ value, mode: knownMode(mode, below(site, 'values', value)) })),
    otherwise: keys.otherwise === 'any' ? null : knownMode(keys.otherwise, below(site, 'otherwise')),
    force: (keys.force ?? []).map(([mode, value]) => ({ mode: knownMode(mode, below(site, 'force', mode)), value })),
  }
}
