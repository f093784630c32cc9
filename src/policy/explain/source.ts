// Source: what a bundle can add to a record: titles, texts, the words of a limb. Without a bundle every look-up finds nothing, and
// the sentences go without it.

import type { Bundle, CodeSet, Directive, Grant, Limb } from '../bundle/bundle.ts'
import { listed, quoted } from './phrase.ts'

export interface Source {
  readonly given: boolean
  directive(id: string, version: number): Directive | undefined
  limb(directive: string, version: number, limb: string): Limb | undefined
  grant(id: string): Grant | undefined
  /** In order of id. */
  grantsNaming(directive: string, version: number, limb: string): readonly Grant[]
  /** `“Comprehensively sanctioned …” or DE`; with `ids` the names of the lists stand behind their titles. */
  places(set: CodeSet, ids: boolean): string
}

export function sourceOf(bundle: Bundle | undefined): Source {
  const directives = new Map(bundle?.directives.map((one) => [`${one.id}@${one.version}`, one]))
  const grants = new Map(bundle?.grants.map((one) => [one.id, one]))
  const titles = new Map(bundle?.lists.map(({ id, title }) => [id, title]))
  const directive = (id: string, version: number): Directive | undefined => directives.get(`${id}@${version}`)
  return {
    given: bundle !== undefined,
    directive,
    limb: (id, version, limb) => {
      const found = directive(id, version)
      return found === undefined || found.kind === 'evaluation-window'
        ? undefined
        : found.limbs.find((one) => one.id === limb)
    },
    grant: (id) => grants.get(id),
    grantsNaming: (id, version, limb) =>
      [...grants.values()]
        .filter(({ discharges }) =>
          discharges.some((one) => one.directive === id && one.versions.includes(version) && one.limbs.includes(limb)),
        )
        .toSorted((a, b) => (a.id < b.id ? -1 : 1)),
    places: ({ lists, codes }, ids) =>
      listed(
        [
          ...lists.map((id) => {
            const title = titles.get(id)
            if (title === undefined) return id
            return ids ? `${quoted(title)} (${id})` : quoted(title)
          }),
          ...codes,
        ],
        'or',
      ),
  }
}
