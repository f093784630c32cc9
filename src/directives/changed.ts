// One version, one meaning: whatever stands in a policy under an id and a version says the same for as long as it may be enforced,
// since that is the name under which records cite it and grants discharge it. A directive that was edited in place does not activate,
// whether it became laxer or stricter; what nobody decides by (titles, rationale, texts, positions) may be mended at any time.
//
// Named lists are data with dates of their own. They may change under a directive as far as that makes it stricter: members may come
// where a limb prohibits what is within, and go where it prohibits what is outside. Grants and registers have no versions and stay
// free: they are the compliance team's daily act, and every activation is recorded with its digest.
import type { Policy } from '../policy/index.ts'
import { type Directive, isLifted, keyOf } from './lifted.ts'

type Compiled = (Policy['concerning'] extends ReadonlyMap<string, infer Value> ? Value : never)['restricting'][number]
type Condition = Compiled['rule']['limbs'][number]['condition']
type PlaceSet = Extract<Condition, { test: 'place' }>['places']
type KeyOf<T> = T extends unknown ? keyof T : never

/** Every part of a directive under the word of the policy files. null: it decides nothing, or is compared by itself. */
const parts: Readonly<Record<KeyOf<Directive>, string | null>> = {
  id: null,
  version: null,
  title: null,
  about: null,
  callerText: null,
  position: null,
  limbs: null,
  kind: 'kind',
  scope: 'applies-to',
  supersedes: 'supersedes',
  obligations: 'obligations',
  tellTheCaller: 'tell-the-caller',
  whenFreshnessIsUnknown: 'when-freshness-is-unknown',
  effective: 'effective',
  ends: 'ends',
  statusEvidence: 'status-evidence',
  residenceEvidence: 'residence-evidence',
  placeEvidence: 'place-evidence',
  onUnknown: 'on-unknown',
  inFlight: 'in-flight',
  reportOnlyUntil: 'enforcement',
  admission: 'opens/closes',
  admits: 'admits',
}

/** Sentences that say what was changed under its old name; [] where nothing was. `now` in milliseconds since the epoch. */
export function changedInPlace(old: Policy, next: Policy, now: number): readonly string[] {
  const nextOnes = new Map(next.bundle.directives.map((one) => [keyOf(one), one]))
  const compiled = { old: compiledOf(old), next: compiledOf(next) }
  const changes: string[] = []
  for (const before of old.bundle.directives) {
    const key = keyOf(before)
    const after = nextOnes.get(key)
    if (after === undefined) continue
    const hasEnded = (compiled.old.get(key)?.rule.to ?? Number.POSITIVE_INFINITY) <= now
    const [limbsBefore, limbsAfter] = [compiled.old.get(key), compiled.next.get(key)]
    const changed =
      hasEnded || isLifted(before, next, now)
        ? // What is over may still not be made to lift another version.
          after.supersedes.every((version) => before.supersedes.includes(version))
          ? []
          : ['`supersedes`']
        : [
            ...partsChanged(before, after),
            // One that reaches no model is not compiled, but may reach one again.
            ...(limbsBefore && limbsAfter
              ? limbsChanged(limbsBefore, limbsAfter, old, next)
              : limbWords(before) === limbWords(after)
                ? []
                : ['limbs']),
          ]
    if (changed.length > 0) changes.push(`${key} was changed in place (${changed.join(', ')}): ${whatToDo}`)
  }
  return [...changes, ...withdrawalsChanged(old, next)].toSorted()
}

const whatToDo =
  'one version keeps one meaning, also where the new one is stricter; write a new version that supersedes it, or a withdrawal'

function partsChanged(before: Directive, after: Directive): readonly string[] {
  const texts = (one: Directive): ReadonlyMap<string, string> =>
    new Map(Object.entries(one).map(([part, value]) => [part, textOf(value)]))
  const [was, is] = [texts(before), texts(after)]
  return Object.entries(parts).flatMap(([part, word]) =>
    word === null || was.get(part) === is.get(part) ? [] : [`\`${word}\``],
  )
}

function limbsChanged(before: Compiled, after: Compiled, old: Policy, next: Policy): readonly string[] {
  const limbs = new Map(after.rule.limbs.map((limb) => [limb.source.id, limb]))
  const known = new Set(before.rule.limbs.map(({ source }) => source.id))
  const added = [...limbs.keys()].filter((id) => !known.has(id)).map((id) => `limb \`${id}\` is new`)
  const changed = before.rule.limbs.flatMap((limb) => {
    const { id } = limb.source
    const kept = limbs.get(id)
    if (kept === undefined) return [`limb \`${id}\` is missing`]
    if (frameOf(limb) !== frameOf(kept)) return [`limb \`${id}\``]
    if (isKept(limb.condition, kept.condition)) return []
    const sameWords = textOf(limb.source.is) === textOf(kept.source.is)
    return [`limb \`${id}\`${sameWords ? ` by ${listChanges(limb.source.is, old, next).join(', ')}` : ''}`]
  })
  return [...changed, ...added]
}

const limbWords = (one: Directive): string =>
  textOf(one.kind === 'evaluation-window' ? [] : one.limbs.map(({ whenUnknown, ...limb }) => [limb, whenUnknown?.kind]))

/** A limb without its condition; of an accepted risk that it is accepted, not why. */
const frameOf = ({ source }: Compiled['rule']['limbs'][number]): string =>
  textOf([source.anyOf.toSorted(), source.reason, source.whenUnknown?.kind ?? null])

/** Whether `after` matches at least whatever `before` matches and is written alike but for the members of its lists. */
function isKept(before: Condition, after: Condition): boolean {
  switch (before.test) {
    case 'all':
    case 'any':
      return after.test === before.test && arePaired(before.of, after.of)
    case 'place':
      if (after.test !== 'place' || after.outside !== before.outside) return false
      return before.outside ? isWithin(after.places, before.places) : isWithin(before.places, after.places)
    case 'residence':
      return after.test === 'residence' && isWithin(before.places, after.places)
    case 'nationality':
      return (
        after.test === 'nationality' &&
        after.attribution === before.attribution &&
        [...before.countries].every((country) => after.countries.has(country))
      )
    default:
      return textOf(before) === textOf(after)
  }
}

/** In any order, each with one of its own. */
function arePaired(before: readonly Condition[], after: readonly Condition[]): boolean {
  const left = [...after]
  const paired = before.every((one) => {
    const equal = left.findIndex((other) => textOf(other) === textOf(one))
    const index = equal === -1 ? left.findIndex((other) => isKept(one, other)) : equal
    if (index !== -1) left.splice(index, 1)
    return index !== -1
  })
  return paired && left.length === 0
}

const isWithin = (inner: PlaceSet, outer: PlaceSet): boolean =>
  [...inner.countries].every((country) => outer.countries.has(country)) &&
  [...inner.regions].every((region) => outer.regions.has(region) || outer.countries.has(region.slice(0, 2)))

function listChanges(
  is: Compiled['rule']['limbs'][number]['source']['is'],
  old: Policy,
  next: Policy,
): readonly string[] {
  const membersOf = ({ bundle }: Policy, id: string): readonly string[] =>
    bundle.lists.find((list) => list.id === id)?.members ?? []
  return listsOf(is).flatMap((id) => {
    const [was, now] = [membersOf(old, id), membersOf(next, id)]
    const lost = was.filter((code) => !now.includes(code))
    const won = now.filter((code) => !was.includes(code))
    const words = [lost.length > 0 ? `lost ${lost.join(' ')}` : '', won.length > 0 ? `gained ${won.join(' ')}` : '']
    // Its regime alone may have changed, which says what counts as a member.
    return [`the list \`${id}\`, which ${words.filter((word) => word !== '').join(' and ') || 'is another one'}`]
  })
}

function listsOf(is: Compiled['rule']['limbs'][number]['source']['is']): readonly string[] {
  if ('of' in is) return is.of.flatMap(listsOf)
  if (is.test === 'nationality') return is.countries.lists
  return is.test === 'place' || is.test === 'residence' ? is.places.lists : []
}

/** A withdrawal has no version: another act has another id. It may be taken back, which only closes. */
function withdrawalsChanged(old: Policy, next: Policy): readonly string[] {
  const after = new Map(next.bundle.withdrawals.map((one) => [one.id, one]))
  return old.bundle.withdrawals.flatMap(({ id, directive, versions, effective }) => {
    const kept = after.get(id)
    if (kept === undefined) return []
    const same = textOf([directive, versions, effective]) === textOf([kept.directive, kept.versions, kept.effective])
    return same ? [] : [`withdrawal \`${id}\` was changed in place: write another one under an id of its own`]
  })
}

function compiledOf({ concerning }: Policy): ReadonlyMap<string, Compiled> {
  return new Map(
    [...concerning.values()].flatMap(({ restricting }) => restricting).map((one) => [keyOf(one.source), one]),
  )
}

/** The same for the same meaning: arrays of a bundle and keys of objects may stand in any order. */
function textOf(value: unknown): string {
  if (value instanceof Set) return textOf([...value])
  if (Array.isArray(value)) return `[${value.map(textOf).toSorted().join()}]`
  if (typeof value !== 'object' || value === null) return JSON.stringify(value) ?? 'absent'
  const entries = Object.entries(value).map(([key, one]) => `${JSON.stringify(key)}:${textOf(one)}`)
  return `{${entries.toSorted().join()}}`
}
