// Named lists: one regime's groups of countries or its definition of a place, as of a day, from a named source. Each list carries the
// digest of its members: a list that was cut short or mistyped is refused, and a change of members is always a deliberate one.
import { digestOf } from '../../../json/index.ts'
import type { NamedList } from '../../bundle/bundle.ts'
import { type Context, siteOf } from '../context.ts'
import type { PolicyFile } from '../fault.ts'
import { readShape } from '../fields/read-shape.ts'
import { choice, day, digest, identifier, place, text } from '../fields/scalars.ts'
import { closed, type Field, key, mapOf, named, optional, type Shape, someOf } from '../fields/shape.ts'
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

export const listsShape: Field<ListsKeys> = named(
  closed<Shape<ListsKeys>>({
    kind: key(choice('lists') as Field<string>, 'What the file is.', 'lists'),
    regime: key(
      choice('ear', 'itar', 'ofac', 'doj', 'company'),
      'Whose lists they are. `company`: our own, which need a `company-choice` wherever they are used. Under `ear` Hong Kong counts as China.',
      'ear',
    ),
    source: key(text, 'Where they were taken from.', 'Supplement No. 1 to 15 CFR part 740 (secondary copy)'),
    'as-of': key(day, 'As of which day.', '2026-07-08'),
    'review-by': key(day, 'By which day they must be compared with the source again.', '2027-07-08'),
    note: optional(key(text, 'What a reader must know of them.', 'for tests of a destination')),
    lists: key(
      mapOf(
        identifier,
        closed<Shape<ListKeys>>({
          title: key(text, 'What it holds.', 'Country group D:5, US arms embargoed countries'),
          members: key(
            someOf(place, 'country or region codes').meta({ uniqueItems: true }),
            'Countries and regions, each once.',
            ['IR', 'UA-43'],
          ),
          digest: key(
            digest,
            'Of the members in order of their code: a list that was cut short or mistyped is refused. The check says which one they have.',
            `sha256:${'0'.repeat(64)}`,
          ),
        }),
        'lists',
      ),
      'The lists, by the id that directives use.',
      { 'ear-e2': { title: 'Country group E:2', members: ['CU'], digest: `sha256:${'0'.repeat(64)}` } },
    ),
  }),
  'lists',
  'Countries and places as a regime names them, with the day, the source and a digest of the members.',
)

export function readLists(file: PolicyFile, context: Context): readonly NamedList[] {
  const keys = readShape(listsShape, file, context.report)
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
