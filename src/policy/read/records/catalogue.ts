// The catalogue: every model that may be asked for, with every name that a request may carry. A name that does not stand here is
// unknown, and unknown is denied.
import type { CatalogueModel, CatalogueName, ModeSelection, ReleaseState } from '../../bundle/bundle.ts'
import { type Context, type Fault, faultOf, siteOf } from '../context.ts'
import type { PolicyFile } from '../fault.ts'
import { choice, count, identifier, modelName, text } from '../fields/scalars.ts'
import { closed, type Field, mapOf, optional, readShape, type Shape, someOf } from '../fields/shape.ts'
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

const model: Field<ModelKeys> = closed<Shape<ModelKeys>>({
  family: identifier,
  version: text,
  release,
  listing: choice('shown', 'hidden'),
  'derived-from': optional(someOf(modelName, 'models')),
  modes: optional(someOf(identifier, 'modes')),
  'mode-fields': optional(
    mapOf(
      choice('reasoning-effort', 'thinking'),
      closed<Shape<SelectorKeys>>({
        values: mapOf(text, identifier, 'values and the mode that each means'),
        otherwise: identifier,
        force: optional(mapOf(identifier, text, 'modes and the value that fixes each')),
      }),
      'request fields',
    ),
  ),
  variants: optional(mapOf(identifier, closed({ release }), 'variants')),
  risks: optional(someOf(closed({ domain: identifier, tier: identifier }), 'risks (domain, tier)')),
  'max-output-tokens': optional(count),
  names: optional(
    mapOf(
      modelName,
      closed<Shape<NameKeys>>({
        variant: optional(identifier),
        mode: optional(identifier),
        'forward-as': optional(modelName),
      }),
      'names',
    ),
  ),
  'served-as': optional(someOf(modelName, 'names')),
})

const shape: Field<{ readonly kind: string; readonly models: Entries<ModelKeys> }> = closed({
  kind: choice('catalogue') as Field<string>,
  models: mapOf(modelName, model, 'models'),
})

export function readCatalogue(file: PolicyFile, context: Context): readonly CatalogueModel[] {
  const keys = readShape(shape, file, context.report)
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
      compileSelector(field as ModeSelection['field'], one, below(site, 'mode-fields', field), knownMode),
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
): ModeSelection {
  return {
    field,
    values: keys.values.map(([value, mode]) => ({ value, mode: knownMode(mode, below(site, 'values', value)) })),
    otherwise: keys.otherwise === 'any' ? null : knownMode(keys.otherwise, below(site, 'otherwise')),
    force: (keys.force ?? []).map(([mode, value]) => ({ mode: knownMode(mode, below(site, 'force', mode)), value })),
  }
}
