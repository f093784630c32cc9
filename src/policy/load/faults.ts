// What is wrong with a well-formed bundle: names that lead nowhere, demands that are missing, constructs that could open something
// without meaning to. The compiler says the same with lines and sentences; here nothing is taken on its word.

import type { Bundle, CodeSet, Directive, Grant, RestrictingDirective, Test } from '../bundle/bundle.ts'
import { testsOf } from '../bundle/tests-of.ts'
import { definitions } from '../definitions/index.ts'
import { catalogueFaults } from './faults-catalogue.ts'
import { twice } from './faults-names.ts'
import { registerFaults } from './faults-registers.ts'
import { type ModelsByScope, modelsByScope, scopeFaults } from './faults-scope.ts'
import { successionFaults } from './faults-succession.ts'

export function bundleFaults(bundle: Bundle): readonly string[] {
  const directives = new Map(bundle.directives.map((one) => [`${one.id}@${one.version}`, one]))
  const models = modelsByScope(bundle.catalogue)
  return [
    ...catalogueFaults(bundle.catalogue.models),
    ...twice(
      'list',
      bundle.lists.map(({ id }) => id),
    ),
    ...twice(
      'grant',
      bundle.grants.map(({ id }) => id),
    ),
    ...twice(
      'withdrawal',
      bundle.withdrawals.map(({ id }) => id),
    ),
    ...twice(
      'directive',
      bundle.directives.map(({ id, version }) => `${id}@${version}`),
    ),
    ...bundle.directives.flatMap((directive) => directiveFaults(directive, bundle, models)),
    ...successionFaults(bundle),
    ...bundle.grants.flatMap((grant) => grantFaults(grant, bundle, directives, models)),
    ...registerFaults(bundle.registers),
  ]
}

function directiveFaults(directive: Directive, bundle: Bundle, models: ModelsByScope): readonly string[] {
  const name = `directive ${directive.id}@${directive.version}`
  const { scope, obligations } = directive
  const faults: string[] = []
  if (directive.tellTheCaller === 'nothing' && directive.callerText !== null) {
    faults.push(`${name}: has a text for the caller, whom it tells nothing`)
  }
  if (directive.kind === 'evaluation-window') {
    if (directive.admission.from >= directive.admission.to) faults.push(`${name}: its window is empty`)
    return [...faults, ...scopeFaults(name, scope, { modesTested: [], obligations }, models)]
  }
  if (directive.ends !== null && directive.ends <= directive.effective) faults.push(`${name}: it ends before it begins`)
  if (directive.kind === 'program' && directive.ends !== null) {
    faults.push(`${name}: a program may not open its resource by ending`)
  }
  if (directive.reportOnlyUntil !== null && directive.kind !== 'internal-policy' && directive.kind !== 'program') {
    faults.push(`${name}: only our own policy can be report-only`)
  }
  const modesTested = directive.limbs
    .flatMap(({ is }) => testsOf(is))
    .flatMap((one) => (one.test === 'mode' ? one.modes : []))
  return [
    ...faults,
    ...scopeFaults(name, scope, { modesTested, obligations }, models),
    ...twice(
      `${name} limb`,
      directive.limbs.map(({ id }) => id),
    ),
    ...limbFaults(name, directive, bundle),
  ]
}

function grantFaults(
  grant: Grant,
  bundle: Bundle,
  directives: ReadonlyMap<string, Directive>,
  models: ModelsByScope,
): readonly string[] {
  const name = `grant ${grant.id}`
  return [
    ...(grant.to !== null && grant.to <= grant.from ? [`${name}: it ends before it begins`] : []),
    ...scopeFaults(name, grant.scope, { modesTested: [], obligations: grant.obligations }, models),
    ...listFaults(name, grant.places?.within.lists ?? [], bundle),
    ...grant.discharges.flatMap((discharge) => dischargeFaults(grant.id, discharge, directives)),
  ]
}

function limbFaults(name: string, directive: RestrictingDirective, bundle: Bundle): readonly string[] {
  const faults: string[] = []
  for (const limb of directive.limbs) {
    const where = `${name} limb ${limb.id}`
    const tests = testsOf(limb.is)
    for (const test of tests) {
      faults.push(...listFaults(where, listsOf(test), bundle), ...demandFaults(where, test, directive, bundle))
    }
    const excusable = tests.every(({ test }) => test === 'place' || test === 'residence')
    if (limb.whenUnknown !== null && !(directive.kind === 'embargo' && excusable)) {
      faults.push(`${where}: when-unknown: not-met stands only on a place or residence limb of an embargo`)
    }
    if (tests.some(({ test }) => test === 'place') && limb.anyOf.includes('organization')) {
      faults.push(`${where}: an organization is at no place that could be looked up`)
    }
  }
  return faults
}

function demandFaults(where: string, test: Test, directive: RestrictingDirective, bundle: Bundle): readonly string[] {
  const missing = (what: string): readonly string[] => [
    `${where}: says nothing of the ${what} evidence that it accepts`,
  ]
  switch (test.test) {
    case 'foreign-person':
      return [
        ...(directive.statusEvidence === null ? missing('status') : []),
        ...(definitions[test.definition].admitsPresence && directive.placeEvidence === null ? missing('place') : []),
      ]
    case 'nationality':
      return [
        ...(directive.statusEvidence === null ? missing('nationality') : []),
        // Dropping it without a word could leave a test that matches nobody.
        ...codesOf(test.countries, bundle)
          .filter((code) => code.includes('-'))
          .map((code) => `${where}: nobody is a national of the region \`${code}\``),
      ]
    case 'residence':
      return directive.residenceEvidence === null ? missing('residence') : []
    case 'place': {
      if (directive.placeEvidence === null) return missing('place')
      const codes = codesOf(test.places, bundle)
      const silent = directive.placeEvidence.whereRegionsAreUnknown === null && codes.some((code) => code.includes('-'))
      return silent ? [`${where}: is silent on missing region data`] : []
    }
    default:
      return []
  }
}

const codesOf = ({ codes, lists }: CodeSet, bundle: Bundle): readonly string[] => [
  ...codes,
  ...bundle.lists.flatMap(({ id, members }) => (lists.includes(id) ? members : [])),
]

const listsOf = (test: Test): readonly string[] =>
  test.test === 'nationality'
    ? test.countries.lists
    : test.test === 'place' || test.test === 'residence'
      ? test.places.lists
      : []

const listFaults = (where: string, lists: readonly string[], bundle: Bundle): readonly string[] =>
  lists.filter((id) => !bundle.lists.some((list) => list.id === id)).map((id) => `${where}: there is no list \`${id}\``)

function dischargeFaults(
  grant: string,
  discharge: { readonly directive: string; readonly versions: readonly number[]; readonly limbs: readonly string[] },
  directives: ReadonlyMap<string, Directive>,
): readonly string[] {
  return discharge.versions.flatMap((version) => {
    const named = directives.get(`${discharge.directive}@${version}`)
    if (named === undefined) return [`grant ${grant}: there is no directive ${discharge.directive}@${version}`]
    const limbs = named.kind === 'evaluation-window' ? [] : named.limbs.map(({ id }) => id)
    return discharge.limbs
      .filter((limb) => !limbs.includes(limb))
      .map((limb) => `grant ${grant}: ${named.id}@${version} has no limb \`${limb}\``)
  })
}
