// Named lists: one regime's groups of countries or its definition of a place, as of a day, from a named source. Each list carries the
// digest of its members: a list that was cut short or mistyped is refused, and a change of members is always a deliberate one.
import { digestOf } from '../../../json/index.ts'
import type { NamedList } from '../../bundle/bundle.ts'
import { type Context, siteOf } from '../context.ts'
import type { PolicyFile } from '../fault.ts'
import { choice, day, digest, identifier, place, text } from '../fields/scalars.ts'
import { closed, type Field, mapOf, optional, readShape, type Shape, someOf } from '../fields/shape.ts'
import { positionOf } from '../written.ts'

interface ListKeys {
  readonly title: string
  readonly members: readonly string[]
  readonly digest: string
}

interface ListsKeys {
  readonly kind: string
  readonly regime: NamedList['regime']
  readonly source: string
  readonly 'as-of': number
  readonly 'review-by': number
  readonly note: string | undefined
  readonly lists: readonly (readonly [id: string, keys: ListKeys])[]
}

const shape: Field<ListsKeys> = closed<Shape<ListsKeys>>({
  kind: choice('lists') as Field<string>,
  regime: choice('ear', 'itar', 'ofac', 'doj', 'company'),
  source: text,
  'as-of': day,
  'review-by': day,
  note: optional(text),
  lists: mapOf(
    identifier,
    closed<Shape<ListKeys>>({ title: text, members: someOf(place, 'country or region codes'), digest }),
    'lists',
  ),
})

export function readLists(file: PolicyFile, context: Context): readonly NamedList[] {
  const keys = readShape(shape, file, context.report)
  if (keys === undefined) return []
  return keys.lists.map(([id, list]): NamedList => {
    const site = siteOf(file, context, ['lists', id])
    checkMembers(list, id, file, context)
    return {
      id,
      title: list.title,
      regime: keys.regime,
      members: list.members,
      asOf: keys['as-of'],
      source: keys.source,
      digest: list.digest,
      reviewBy: keys['review-by'],
      position: positionOf(site),
    }
  })
}

/** Of the members in order of their code, so that order and layout of the file do not matter. */
export const digestOfMembers = (members: readonly string[]): string => digestOf(members.toSorted())

function checkMembers(list: ListKeys, id: string, file: PolicyFile, { report }: Context): void {
  const seen = new Set<string>()
  for (const [index, member] of list.members.entries()) {
    if (seen.has(member))
      report.error(file, ['lists', id, 'members', index], 'duplicate', `\`${member}\` stands twice in the list`)
    seen.add(member)
  }
  const actual = digestOfMembers(list.members)
  if (actual !== list.digest) {
    const message = `the members have the digest ${actual}: compare them with the source, then write this digest`
    report.error(file, ['lists', id, 'digest'], 'digest-differs', message)
  }
}
