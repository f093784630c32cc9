// Which countries a limb names is the law's choice; where it is ours, the file must say so and why. A list belongs to a regime, and the
// regime must be among what the directive cites.
import type { CodeSet, Limb, NamedList, RestrictingDirective } from '../../bundle/bundle.ts'
import { testsOf } from '../../bundle/tests-of.ts'
import type { FaultPath, PolicyFile } from '../fault.ts'
import type { Lists, Say } from './limbs.ts'

/** How each regime is cited. `company` is no authority. */
const citations: Readonly<Record<NamedList['regime'], RegExp | null>> = {
  ear: /\b15 CFR\b|\b50 USC 48/,
  itar: /\b22 CFR\b|\b22 USC 27/,
  ofac: /\b31 CFR\b|\b50 USC 1[67]\d\d|\bExecutive Order\b/,
  doj: /\b28 CFR\b/,
  company: null,
}

export function checkAuthority(
  limb: Limb,
  path: FaultPath,
  { about }: RestrictingDirective,
  file: PolicyFile,
  lists: Lists,
  fault: Say,
): void {
  const cited = (id: string): boolean => {
    const list = lists.get(id)
    // A list that does not exist has been reported.
    if (list === undefined) return true
    return about.authority.some((citation) => citations[list.regime]?.test(citation) === true)
  }
  const own = setsOf(limb).flatMap(({ codes, lists: ids }) => [...codes, ...ids.filter((id) => !cited(id))])
  if (own[0] === undefined || isMarked(file, path)) return
  const message = `no cited authority lists \`${own[0]}\`: use a list of the regime that \`authority\` cites, or say \`company-choice: …\` with the reason`
  fault(path, 'country-without-authority', message)
}

const setsOf = ({ is }: Limb): readonly CodeSet[] =>
  testsOf(is).flatMap((test) => {
    if (test.test === 'place' || test.test === 'residence') return [test.places]
    return test.test === 'nationality' ? [test.countries] : []
  })

function isMarked(file: PolicyFile, [key, index]: FaultPath): boolean {
  const limbs = (file.document.value as Record<string, unknown>)[String(key)]
  const keys = Array.isArray(limbs) ? limbs[Number(index)] : undefined
  return typeof keys === 'object' && keys !== null && 'company-choice' in keys
}
