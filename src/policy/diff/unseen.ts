// Unseen: what a change lets through that no decision shows: how a gate behaves when it cannot know that the policy is fresh, and
// what it tells the model API and believes of it. Each counts as permitting more, because nobody has compared what follows from it.

import type { Bundle, CatalogueModel, Directive } from '../bundle/bundle.ts'

/** One sentence each. */
export function unseenEasings(before: Bundle, after: Bundle): readonly string[] {
  return [...freshness(before, after), ...catalogue(before, after)]
}

function freshness(before: Bundle, after: Bundle): readonly string[] {
  const shuts = (bundle: Bundle): ReadonlySet<string> => new Set(bundle.directives.filter(refuses).map(({ id }) => id))
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

function catalogue(before: Bundle, after: Bundle): readonly string[] {
  const known = new Map(before.catalogue.models.map((model) => [model.id, model]))
  return after.catalogue.models.flatMap((model) => {
    const earlier = known.get(model.id)
    return earlier === undefined ? [] : modelEasings(earlier, model)
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
