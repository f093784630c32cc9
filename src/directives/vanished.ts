// The vanish rule: a directive leaves force only by its own end, by a withdrawal or by a recorded superseding version. A new policy
// in which one that is in force is missing, or no longer covers a name that callers may use, is not a change of mind that anybody
// recorded, and it does not activate. What a directive says is compared in changed.ts; this file compares what it reaches.
//
// By name, not by model: a name that leaves the catalogue is unknown, and unknown is denied; one that comes to stand for another
// model must be covered there too.
import { type Policy, resourcesOf } from '../policy/index.ts'
import type { ModeSelector } from '../vocabulary/operation.ts'
import { isLifted, keyOf } from './lifted.ts'

type ModelDirectives = Policy['concerning'] extends ReadonlyMap<string, infer Value> ? Value : never
type Restricting = ModelDirectives['restricting'][number]
type Concerning = Restricting | ModelDirectives['windows'][number]

/** Sentences that say what vanished; [] where nothing did. `now` in milliseconds since the epoch. */
export function vanishedFrom(old: Policy, next: Policy, now: number): readonly string[] {
  const lost = new Set<string>()
  const kept = new Set(next.bundle.directives.map(keyOf))
  const held = holding(old, next, now)
  const inNext = byKey(next)
  for (const [name, { model }] of old.catalogue) {
    const there = next.catalogue.get(name)
    if (there === undefined) continue
    for (const one of held(model.id)) {
      const before = reachOf(one, old, name, next)
      if (before.size === 0) continue
      const key = keyOf(one.source)
      const after = inNext(there.model.id).get(key)
      if (after !== undefined && isWithin(before, reachOf(after, next, name, old))) continue
      const was = one.source.kind === 'evaluation-window' ? `was closing \`${name}\`` : 'was in force'
      if (kept.has(key)) lost.add(`${key} ${was} and no longer covers \`${name}\`: ${undo}`)
      else lost.add(`${key} ${was} and is missing: put it back, or withdraw it by a file that says so`)
    }
  }
  return [...lost].toSorted()
}

const undo = 'undo what the catalogue now says of that name, or supersede or withdraw the directive'

/** Gives the directives of a model that close something now and that `next` does not lift. */
function holding(old: Policy, next: Policy, now: number): (model: string) => readonly Concerning[] {
  const lifted = new Map(old.bundle.directives.map((one) => [keyOf(one), isLifted(one, next, now)]))
  return (model) => {
    const { restricting = [], windows = [] } = old.concerning.get(model) ?? {}
    // A window closes at all times, also before and after its interval.
    return [...restricting.filter((one) => isEnforced(one, now)), ...windows].filter(
      ({ source }) => lifted.get(keyOf(source)) !== true,
    )
  }
}

const isEnforced = ({ source, rule: { from, to } }: Restricting, now: number): boolean =>
  from <= now && now < to && (source.reportOnlyUntil === null || source.reportOnlyUntil <= now)

function byKey({ concerning }: Policy): (model: string) => ReadonlyMap<string, Concerning> {
  const known = new Map<string, ReadonlyMap<string, Concerning>>()
  return (model) => {
    const { restricting = [], windows = [] } = concerning.get(model) ?? {}
    const found = known.get(model) ?? new Map([...restricting, ...windows].map((one) => [keyOf(one.source), one]))
    known.set(model, found)
    return found
  }
}

/** What of a name a directive reaches: `any`, or each mode that it concerns beside the request field that leads there; empty: nothing. */
function reachOf({ source, scope }: Concerning, policy: Policy, name: string, other: Policy): ReadonlySet<string> {
  const { variant } = policy.catalogue.get(name)?.name ?? {}
  const reach = new Set<string>()
  if (variant === undefined || (scope.variants !== 'any' && !scope.variants.has(variant))) return reach
  if (scope.modes === 'any') reach.add('any')
  const tested = source.kind === 'evaluation-window' ? [] : source.limbs.flatMap(({ is }) => modesTested(is))
  const concerned = scope.modes === 'any' ? new Set(tested) : scope.modes
  if (concerned.size === 0) return reach
  // Which values mean which mode stands in the catalogue, too: moving one from a prohibited mode to another one lifts as well.
  for (const selector of selectorsOf(name, policy, other)) {
    for (const mode of modesReached(policy, name, selector)) {
      if (concerned.has(mode)) reach.add(`${selector?.field} ${selector?.value} ${mode}`)
    }
  }
  return reach
}

type Condition = Restricting['rule']['limbs'][number]['source']['is']

function modesTested(condition: Condition): readonly string[] {
  if ('of' in condition) return condition.of.flatMap(modesTested)
  return condition.test === 'mode' ? condition.modes : []
}

/** Every way to choose a mode of which one of the catalogues says something, and none at all. */
function selectorsOf(name: string, ...policies: readonly Policy[]): readonly (ModeSelector | null)[] {
  const selections = policies.flatMap((policy) => policy.catalogue.get(name)?.model.modeSelectors ?? [])
  const values = selections.flatMap(({ field, values }) => [
    // No catalogue lists the empty value: it stands for every value that is not listed.
    { field, value: '' },
    ...values.map(({ value }) => ({ field, value })),
  ])
  return [null, ...values]
}

function modesReached(policy: Policy, name: string, mode: ModeSelector | null): readonly string[] {
  const reading = resourcesOf(policy, {
    id: 'vanish-rule',
    dialect: 'openai',
    action: 'infer',
    phase: 'admit',
    stream: false,
    maxOutputTokens: null,
    models: [{ pointer: '', name, mode }],
  })
  return reading.kind === 'resources' ? reading.resources.flatMap(({ modes }) => modes) : []
}

const isWithin = (inner: ReadonlySet<string>, outer: ReadonlySet<string>): boolean =>
  [...inner].every((one) => outer.has(one))
