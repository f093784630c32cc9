// Limbs: each can match, says which evidence it accepts, and names no country that no cited authority lists.
import { isRegionCode } from '../../../vocabulary/country.ts'
import type { Role } from '../../../vocabulary/party.ts'
import type { CodeSet, Limb, RestrictingDirective, Test } from '../../bundle/bundle.ts'
import { testsOf } from '../../bundle/tests-of.ts'
import type { Context } from '../context.ts'
import type { FaultPath, PolicyFile } from '../fault.ts'
import { checkAuthority } from './authority.ts'
import { type Known, namedBy } from './known.ts'

export type Lists = Known['lists']
export type Say = (path: FaultPath, code: string, message: string) => void

export const codesOf = (set: CodeSet, lists: Lists): readonly string[] => [
  ...set.codes,
  ...set.lists.flatMap((id) => lists.get(id)?.members ?? []),
]

export function checkLimbs(noun: RestrictingDirective, file: PolicyFile, known: Known, { report }: Context): void {
  const { lists } = known
  const fault: Say = (path, code, message) => report.error(file, path, code, message)
  const key = noun.kind === 'restriction' ? 'license-required-when' : 'prohibited-when'
  const seen = new Set<string>()
  for (const [index, limb] of noun.limbs.entries()) {
    const path = noun.kind === 'program' ? ['opens-to'] : [key, index]
    if (seen.has(limb.id)) {
      fault([...path, 'limb'], 'duplicate-id', `limb \`${limb.id}\` stands twice in this directive`)
    }
    seen.add(limb.id)
    for (const test of testsOf(limb.is)) checkTest(test, path, noun, { known, fault })
    checkParties(limb, path, fault)
    checkContradiction(limb, path, lists, fault)
    if (noun.kind !== 'program') checkAuthority(limb, path, noun, file, lists, fault)
  }
  checkEvidence(noun, lists, fault)
}

/** What the tests need to know, and whether the file says how well. */
function checkEvidence(noun: RestrictingDirective, lists: Lists, fault: Say): void {
  const tests = noun.limbs.flatMap((limb) => testsOf(limb.is))
  const need = (wanted: boolean, demand: unknown, name: string): void => {
    if (!wanted || demand !== null) return
    fault(['we-chose'], 'evidence-silent', `a limb needs \`${name}\`: say how good and how fresh it must be`)
  }
  const has = (...names: readonly Test['test'][]): boolean => tests.some(({ test }) => names.includes(test))
  const presence = tests.some((one) => one.test === 'foreign-person' && one.definition === 'doj-202.256')
  need(has('foreign-person', 'nationality'), noun.statusEvidence, 'status-evidence')
  need(has('residence'), noun.residenceEvidence, 'residence-evidence')
  need(has('place') || presence, noun.placeEvidence, 'place-evidence')
  const regions = tests.some((one) => one.test === 'place' && codesOf(one.places, lists).some(isRegionCode))
  if (regions && noun.placeEvidence !== null && noun.placeEvidence.whereRegionsAreUnknown === null) {
    fault(['we-chose', 'place-evidence'], 'regions-silent', `a limb ${silentOnRegions}`)
  }
}

export const silentOnRegions =
  'names regions: say `where-regions-are-unknown: unknown` or `whole-country` for gateways whose data tells none apart'

interface Around {
  readonly known: Known
  readonly fault: Say
}

function checkTest(test: Test, path: FaultPath, { scope }: RestrictingDirective, { known, fault }: Around): void {
  if (test.test === 'nationality') {
    const region = codesOf(test.countries, known.lists).find(isRegionCode)
    if (region !== undefined) {
      const message = `\`${region}\` is a region: nobody is its national, use a list of countries`
      fault([...path, 'nationality', 'of'], 'region-as-nationality', message)
    }
  }
  if (test.test !== 'mode') return
  const reached = namedBy(scope, known)
  const none = test.modes.find((mode) => !reached.some((model) => model.modes.includes(mode)))
  // Where nothing is reached, the names in the scope were unknown and have been reported.
  if (none !== undefined && reached.length > 0) {
    const message = `none of these models has the mode \`${none}\`, so that this could never match`
    fault([...path, 'mode'], 'matches-nothing', message)
  }
  const { modes } = scope
  const outside = modes === 'any' ? undefined : test.modes.find((mode) => !modes.includes(mode))
  if (outside !== undefined) {
    const message = `\`applies-to\` covers only ${modes === 'any' ? '' : modes.join(', ')}, so that \`${outside}\` could never match`
    fault([...path, 'mode'], 'matches-nothing', message)
  }
}

/** Roles of which the test knows nothing, and roles that must not be left out. */
function checkParties({ anyOf, is }: Limb, path: FaultPath, fault: Say): void {
  const tests = testsOf(is)
  const left = (role: Role, why: string): void => {
    if (!anyOf.includes(role)) fault([...path, 'any-of'], 'role-left-out', `${why}: add \`${role}\``)
  }
  // A person is their own end user.
  const isAboutSubject = anyOf.includes('subject') || anyOf.includes('end-user')
  if (isAboutSubject) left('actor', 'who acts for the subject now counts with it')
  else if (anyOf.includes('actor')) left('subject', 'who acts is asked about and for whom is not')
  if (tests.some(({ test }) => test === 'place'))
    left('end-user', 'of a service the place of its end users is tested as well as the address of the client')
  if (tests.some(({ test }) => test === 'place') && anyOf.includes('organization')) {
    fault(
      [...path, 'any-of'],
      'role-without-place',
      'an organization is at no place that could be looked up: take it out',
    )
  }
  if (tests.some(({ test }) => test === 'residence') && anyOf.every((role) => role === 'organization')) {
    fault([...path, 'any-of'], 'matches-nothing', 'an organization has no residence, so that this could never match')
  }
}

/** A US national is no foreign person, except under the one definition that counts other nationalities. */
function checkContradiction({ is }: Limb, path: FaultPath, lists: Lists, fault: Say): void {
  const tests = testsOf(is)
  const foreign = tests.find((one) => one.test === 'foreign-person')
  if (foreign === undefined || foreign.definition === 'ofac-589.317-a') return
  for (const test of tests) {
    if (test.test !== 'nationality' || test.attribution !== 'any-held') continue
    const codes = codesOf(test.countries, lists)
    if (codes.length === 0 || codes.some((code) => code !== 'US')) continue
    const message = `a US national is no foreign person under \`${foreign.definition}\`, so that this could never match`
    fault([...path, 'nationality'], 'matches-nothing', message)
  }
}
