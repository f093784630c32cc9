// What an officer may write to say what is to be closed: `all`, a family, a model, or any name that a request could carry. In an
// emergency the name at hand must do: a word that could mean two things closes the larger one.
import { catalogueOf, type Policy, type Suspension, withSuspensions } from '../policy/index.ts'
import type { ClosedModel } from './suspension-entry.ts'

export type SuspensionReading =
  | {
      readonly kind: 'suspension'
      readonly of: Suspension['of']
      /** Every model that it closes, derived ones included, in order of id. */
      readonly models: readonly ClosedModel[]
    }
  | { readonly kind: 'unknown'; readonly message: string }

/** @param policy null: none is loaded; then only `all` can be closed. */
export function readSuspensionName(policy: Policy | null, word: string): SuspensionReading {
  if (word === 'all') return reading(policy, { kind: 'all' })
  if (policy === null) return { kind: 'unknown', message: 'no policy is loaded, so that only `all` can be named' }
  const models = catalogueOf(policy)
  const [, kind, name = word] = /^(family|model):(.+)$/s.exec(word) ?? []
  if (kind !== 'model' && models.some(({ family }) => family === name)) {
    return reading(policy, { kind: 'family', family: name })
  }
  const model =
    models.find(({ id }) => id === name) ?? models.find(({ names }) => names.some((one) => one.name === name))
  if (kind !== 'family' && model !== undefined) return reading(policy, { kind: 'model', model: model.id })
  const families = [...new Set(models.map(({ family }) => family))].toSorted()
  const known = `families: ${families.join(', ')}; models: ${models.map(({ id }) => id).join(', ')}`
  return {
    kind: 'unknown',
    message: `there is no ${kind ?? 'model or family'} \`${name}\`; name \`all\` or one of these: ${known}`,
  }
}

const reading = (policy: Policy | null, of: Suspension['of']): SuspensionReading => ({
  kind: 'suspension',
  of,
  models: policy === null ? [] : closedBy(policy, of),
})

/** Asked of the engine, so that nobody else need know what a name reaches. */
function closedBy(policy: Policy, of: Suspension['of']): readonly ClosedModel[] {
  const probe: Suspension = { id: 'probe', of, why: '', by: '', since: 0 }
  return closedModels(withSuspensions(policy, [probe]), (one) => one === probe)
}

/** The models that suspensions of a kind keep closed under a policy, in order of id. */
export function closedModels(policy: Policy, isOne: (suspension: Suspension) => boolean): readonly ClosedModel[] {
  return catalogueOf(policy).flatMap(({ id, names, servedAs }): ClosedModel[] => {
    if (policy.concerning.get(id)?.suspensions.some(isOne) !== true) return []
    const others = names.flatMap(({ name }) => (name === id ? [] : [name]))
    const upstream = [...servedAs, ...names.flatMap(({ forwardAs }) => forwardAs ?? [])].filter((name) => name !== id)
    return [{ id, names: sorted(others), servedAs: sorted(upstream) }]
  })
}

const sorted = (names: readonly string[]): readonly string[] => [...new Set(names)].toSorted()
