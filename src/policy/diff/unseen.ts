// Unseen: what a change lets through that no decision shows: how a gate behaves when it cannot know that the policy is fresh, and
// what it tells the model API and believes of it. Each counts as permitting more, because nobody has compared what follows from it.

import type { Bundle, CatalogueModel, Directive } from '../bundle/bundle.ts'
import type { Policy } from '../engine/policy.ts'

/** One sentence each. */
export function unseenEasings(before: Policy, after: Policy): readonly string[] {
  const bundles = [before.bundle, after.bundle] as const
  return [
    ...freshness(...bundles),
    ...catalogue(...bundles),
    ...quantities(...bundles),
    ...served(before, after),
    ...stopped(before, after),
  ]
}

/**
 * An answer that names another catalogued model than was decided is stopped; one that names nothing of the catalogue may be let go. What
 * goes upstream under another name is no name that the model API knows.
 */
const served = (before: Policy, after: Policy): readonly string[] =>
  [...before.served].flatMap(([name, { model }]) => {
    const now = after.served.get(name)
    const isOurs = (before.catalogue.get(name)?.name.forwardAs ?? null) !== null
    if (isOurs || now?.model === model) return []
    const instead = now === undefined ? 'as no model of the catalogue' : `as \`${now.model}\``
    return [`${model}: an answer that names \`${name}\` is taken ${instead}`]
  })

/** What more than an embargo covers is stopped where its answer names what the catalogue does not have; else that is an alarm alone. */
function stopped(before: Policy, after: Policy): readonly string[] {
  const isStopped = ({ concerning }: Policy, id: string): boolean => {
    const { windows = [], restricting = [] } = concerning.get(id) ?? {}
    return windows.length > 0 || restricting.some(({ source }) => source.kind !== 'embargo')
  }
  return [...after.concerning.keys()].flatMap((id) =>
    isStopped(before, id) && !isStopped(after, id)
      ? [`${id}: nothing but embargoes covers it now, so that an answer by an unknown name is no longer stopped`]
      : [],
  )
}

function freshness(before: Bundle, after: Bundle): readonly string[] {
  // A version that another one replaces may stand in the folder for ever; it will not shut the gate.
  const shuts = ({ directives }: Bundle): ReadonlySet<string> => {
    const over = new Set(directives.flatMap(({ id, supersedes }) => supersedes.map((version) => `${id}@${version}`)))
    return new Set(
      directives.filter((one) => refuses(one) && !over.has(`${one.id}@${one.version}`)).map(({ id }) => id),
    )
  }
  const held = after.directives.filter((one) => !refuses(one) && shuts(before).has(one.id))
  const isStillShut = shuts(after)
  return [...new Set(held.map(({ id }) => id))]
    .filter((id) => !isStillShut.has(id))
    .map(
      (id) =>
        `${id}: a gate that cannot know that its policy is fresh no longer shuts (when-freshness-is-unknown: hold)`,
    )
}

const refuses = ({ whenFreshnessIsUnknown }: Directive): boolean => whenFreshnessIsUnknown === 'refuse'

/** How much is left of a grant is in no policy: a new amount may come where another is used up. */
function quantities(before: Bundle, after: Bundle): readonly string[] {
  const known = new Map(before.grants.map(({ id, quantity }) => [id, quantity]))
  return after.grants.flatMap(({ id, quantity }) => {
    const had = known.get(id)
    if (quantity === null || had === null) return []
    const more = had === undefined ? quantity.outputTokens : quantity.outputTokens - had.outputTokens
    return more > 0 ? [`${id}: ${more} more output tokens may be used under it`] : []
  })
}

function catalogue(before: Bundle, after: Bundle): readonly string[] {
  const known = new Map(before.catalogue.models.map((model) => [model.id, model]))
  // Who may ask for the name may be the same; what answers, and what a suspension has closed, is not.
  const owners = new Map(before.catalogue.models.flatMap(({ id, names }) => names.map(({ name }) => [name, id])))
  return after.catalogue.models.flatMap((model) => {
    const moved = model.names.flatMap(({ name }) => {
      const owner = owners.get(name) ?? model.id
      return owner === model.id ? [] : [`${model.id}: \`${name}\` stands for it, no longer for \`${owner}\``]
    })
    const earlier = known.get(model.id)
    return earlier === undefined ? moved : [...moved, ...modelEasings(earlier, model)]
  })
}

function modelEasings(before: CatalogueModel, after: CatalogueModel): readonly string[] {
  const found: string[] = []
  const forwards = new Map(before.names.map(({ name, forwardAs }) => [name, forwardAs ?? name]))
  for (const { name, forwardAs } of after.names) {
    const sent = forwards.get(name)
    if (sent !== undefined && sent !== (forwardAs ?? name)) {
      found.push(`${after.id}: \`${name}\` goes to the model API as \`${forwardAs ?? name}\`, no longer as \`${sent}\``)
    }
  }
  const added = after.servedAs.filter((name) => !before.servedAs.includes(name))
  if (added.length > 0)
    found.push(`${after.id}: answers that name ${added.map((name) => `\`${name}\``).join(', ')} are believed`)
  if (JSON.stringify(before.modeSelectors) !== JSON.stringify(after.modeSelectors)) {
    found.push(`${after.id}: its modes are read from requests, or fixed in them, otherwise than before`)
  }
  return found
}
