// The policy in force with what is suspended and revoked laid over it. The source keeps the policy as it was loaded, so that a reload is
// judged against directives alone: it is neither held up by an officer's act nor able to lift one. What a newer catalogue calls
// otherwise, files under another family or has left out stays suspended as far as the catalogue has it, and the suspension stays listed.
import { isDeepStrictEqual } from 'node:util'
import { digestOf } from '../json/index.ts'
import { catalogueOf, type Policy, type Suspension, withRevokedGrants, withSuspensions } from '../policy/index.ts'
import type { ActivePolicy } from './active-policy.ts'
import type { RevocationSet } from './revocation-set.ts'
import type { PolicySource } from './source.ts'
import type { ClosedModel, Standing } from './suspension-entry.ts'
import { closedModels } from './suspension-name.ts'

export interface SuspendedSource extends PolicySource {
  /**
   * From the return on nothing is decided by anything else; the listeners were called. Who calls it says what is suspended: this
   * gate's own register, or whoever speaks for a fleet. Throws where it cannot be laid over the policy; then nothing changed.
   */
  suspend(standing: readonly Standing[]): void
  /**
   * The same of what is revoked. The policy in force is another object from the return on, so that whatever was decided under the one
   * before is decided again before it leaves; the listeners were called only if another grant is revoked.
   */
  revoke(revoked: Pick<RevocationSet, 'digest' | 'grants'>): void
}

export interface SuspendableOptions {
  readonly source: PolicySource
  /** What is suspended at the start. */
  readonly standing: readonly Standing[]
  /** What is revoked at the start. */
  readonly revoked: Pick<RevocationSet, 'digest' | 'grants'>
  /** Hears of models that a suspension closes since the catalogue has them or calls them so: a restart must not forget them. */
  readonly onReached: (id: string, models: readonly ClosedModel[]) => void
  /** Hears what a listener of `onChange` threw. */
  readonly onListenerFault: (error: unknown) => void
}

export function suspendable({ source, onReached, onListenerFault, ...first }: SuspendableOptions): SuspendedSource {
  const listeners: ((active: ActivePolicy) => void)[] = []
  let { standing, revoked } = first
  let [loaded, laid]: readonly [ActivePolicy | undefined, ActivePolicy | undefined] = [undefined, undefined]

  /** Asks the source each time: nothing that it has swapped in can be missed. Throws, and so denies, where it cannot be laid. */
  const current = (): ActivePolicy | undefined => {
    const active = source.current()
    if (active === undefined || active === loaded) return laid
    const next = layOver(active, standing, revoked)
    ;[loaded, laid] = [active, next]
    standing = standing.map((one) => {
      if (one.of.kind === 'all') return one
      const models = remembered(one.models, next.policy, closedModels(next.policy, isOf(one)))
      if (isDeepStrictEqual(models, one.models)) return one
      onReached(one.id, models)
      return { ...one, models }
    })
    return laid
  }

  const tell = (): void => {
    const active = current()
    if (active === undefined) return
    for (const listener of listeners) {
      try {
        listener(active)
      } catch (error) {
        onListenerFault(error)
      }
    }
  }
  source.onChange(tell)
  current()
  return {
    current,
    onChange: (listener) => {
      listeners.push(listener)
    },
    status: () => source.status(),
    close: () => source.close(),
    suspend: (next) => {
      const active = source.current()
      const swapped = active && layOver(active, next, revoked)
      standing = next
      ;[loaded, laid] = [active, swapped]
      tell()
    },
    revoke: (next) => {
      const before = current()
      const isOfGrants = !isDeepStrictEqual(next.grants, revoked.grants)
      const active = source.current()
      const swapped = isOfGrants ? active && layOver(active, standing, next) : before
      revoked = next
      ;[loaded, laid] = [active, swapped && { ...swapped, revocations: next.digest }]
      if (isOfGrants) tell()
    },
  }
}

function layOver(
  loaded: ActivePolicy,
  standing: readonly Standing[],
  { digest, grants }: SuspendableOptions['revoked'],
): ActivePolicy {
  const active =
    digest === null ? loaded : { ...loaded, policy: withRevokedGrants(loaded.policy, grants), revocations: digest }
  if (standing.length === 0) return active
  const laid = standing.flatMap((one) => asHere(active.policy, one))
  return {
    ...active,
    policy: withSuspensions(active.policy, laid),
    suspensions: digestOfLaid(laid),
  }
}

/** Of what stands while no policy is in force that could say what it closes, as decisions will name it; null: nothing stands. */
export const suspensionDigest = (standing: readonly Standing[]): string | null =>
  standing.length === 0 ? null : digestOfLaid(standing)

const digestOfLaid = (laid: readonly Pick<Suspension, 'id' | 'of'>[]): string =>
  digestOf(laid.map(({ id, of }) => ({ id, of })).toSorted((a, b) => (a.id < b.id ? -1 : 1)))

/** What a suspension means under this catalogue: what it names, and each model that it has closed before and does not name any more. */
function asHere(policy: Policy, { id, of, models, why, by, since }: Standing): readonly Suspension[] {
  const one: Suspension = { id, of, why, by: `${by.subject} of ${by.issuer}`, since }
  const named = isNamed(policy, of) ? [one] : []
  const reached = new Set(closedModels(withSuspensions(policy, named), isOf(one)).map((model) => model.id))
  const left = new Set(models.flatMap((model) => nowCalled(policy, model)))
  return [
    ...named,
    ...[...left.difference(reached)].map(
      (model): Suspension => ({ ...one, id: `${id}/${model}`, of: { kind: 'model', model } }),
    ),
  ]
}

/**
 * Canonical ids under which a catalogue has a model of before. Its id is one of its names: where another model has taken it over, that
 * one is what callers would get. What the model API calls it leads to it always; its other names only where the id is gone.
 */
function nowCalled(policy: Policy, { id, names, servedAs }: ClosedModel): readonly string[] {
  const known = policy.catalogue.get(id)
  const before = new Set(known === undefined ? [id, ...names] : [id])
  const upstream = new Set([id, ...servedAs])
  return catalogueOf(policy).flatMap((model) => {
    const isAsked = model.names.some(({ name }) => before.has(name))
    const isServed =
      model.servedAs.some((name) => upstream.has(name)) ||
      model.names.some(({ name, forwardAs }) => upstream.has(forwardAs ?? name))
    return isAsked || isServed ? [model.id] : []
  })
}

/**
 * Each model once, with all names that it had; but for those that have moved on to another model while the catalogue still has this
 * one, so that what follows it under an old name is not taken for it.
 */
function remembered(
  before: readonly ClosedModel[],
  policy: Policy,
  closed: readonly ClosedModel[],
): readonly ClosedModel[] {
  const all = new Map(before.map((one) => [one.id, one]))
  for (const { id, names, servedAs } of closed) {
    const known = all.get(id)
    const its = (name: string): boolean => (policy.catalogue.get(name)?.model.id ?? id) === id
    all.set(id, {
      id,
      names: [...new Set([...(known?.names ?? []), ...names])].filter(its).toSorted(),
      servedAs: [...new Set([...(known?.servedAs ?? []), ...servedAs])].toSorted(),
    })
  }
  return [...all.values()].toSorted((a, b) => (a.id < b.id ? -1 : 1))
}

/** Canonical ids of the models that a suspension keeps closed under a policy, sorted. */
export const keptClosed = (policy: Policy, standing: Pick<Standing, 'id'>): readonly string[] =>
  closedModels(policy, isOf(standing)).map(({ id }) => id)

const isOf =
  ({ id }: Pick<Standing, 'id'>) =>
  (one: Suspension): boolean =>
    one.id === id || one.id.startsWith(`${id}/`)

function isNamed({ offered, offeredById }: Policy, of: Suspension['of']): boolean {
  if (of.kind === 'all') return true
  return of.kind === 'model' ? offeredById.has(of.model) : offered.some(({ family }) => family === of.family)
}
