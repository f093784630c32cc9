// The vanish rule: a directive leaves force only by its own end, by a withdrawal or by a recorded superseding version. A new policy
// in which one that is in force is missing, covers less or has lost a limb is not a change of mind that anybody recorded; it is a
// deleted, renamed or half-written file, and it does not activate.
import type { Policy } from '../policy/index.ts'

type ModelDirectives = Policy['concerning'] extends ReadonlyMap<string, infer Value> ? Value : never
type Compiled = ModelDirectives['restricting'][number]

/** Sentences that say what vanished; [] where nothing did. `now` in milliseconds since the epoch. */
export function vanishedFrom(old: Policy, next: Policy, now: number): readonly string[] {
  const lost = new Set<string>()
  for (const [model, { restricting, windows }] of old.concerning) {
    const there = next.concerning.get(model)
    // A model that left the catalogue is unknown, and unknown is denied.
    if (there === undefined) continue
    for (const one of restricting) {
      if (!isEnforced(one, now) || isReplaced(one.source, next, now)) continue
      const { id, version } = one.source
      const kept = there.restricting.find(({ source }) => source.id === id && source.version === version)
      for (const why of kept === undefined ? [`no longer covers \`${model}\``] : losses(one, kept, now)) {
        lost.add(`\`${id}\` version ${version} was in force and ${why}`)
      }
    }
    for (const { source } of windows) {
      if (isReplaced(source, next, now)) continue
      if (there.windows.some((one) => one.source.id === source.id && one.source.version === source.version)) continue
      lost.add(`\`${source.id}\` version ${source.version} was closing \`${model}\` and no longer does`)
    }
  }
  return [...lost].toSorted()
}

const isEnforced = ({ source, from, to }: Compiled, now: number): boolean =>
  from <= now && now < to && (source.reportOnlyUntil === null || source.reportOnlyUntil <= now)

/** Lifted on the record: by a withdrawal, or by a later version that says so, which holds already. */
function isReplaced(source: { readonly id: string; readonly version: number }, next: Policy, now: number): boolean {
  const { withdrawals, directives } = next.bundle
  return (
    withdrawals.some(
      (one) => one.directive === source.id && one.versions.includes(source.version) && one.effective <= now,
    ) ||
    directives.some(
      (one) =>
        one.id === source.id &&
        one.supersedes.includes(source.version) &&
        (one.kind === 'evaluation-window' || one.effective <= now),
    )
  )
}

function losses(old: Compiled, next: Compiled, now: number): readonly string[] {
  if (!isEnforced(next, now)) return ['is no longer, without a withdrawal or a superseding version']
  const limbs = old.limbs
    .map(({ source }) => source.id)
    .filter((id) => !next.limbs.some(({ source }) => source.id === id))
  const narrower = (['variants', 'modes', 'actions', 'phases'] as const).filter(
    (key) => !isWithin(old.scope[key], next.scope[key]),
  )
  return [...limbs.map((limb) => `has lost its limb \`${limb}\``), ...narrower.map((key) => `covers fewer ${key}`)]
}

type Part = 'any' | ReadonlySet<unknown> | readonly unknown[]

const isWithin = (inner: Part, outer: Part): boolean => {
  if (outer === 'any') return true
  if (inner === 'any') return false
  const wide = new Set<unknown>(outer)
  return [...inner].every((one) => wide.has(one))
}
