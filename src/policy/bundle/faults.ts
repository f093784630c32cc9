// What is wrong with a well-formed bundle: names that lead nowhere, demands that are missing, constructs that could open something
// without meaning to. The compiler says the same with lines and sentences; here nothing is taken on its word.

import { definitions } from '../engine/definitions/index.ts'
import type { Bundle, CatalogueModel, Condition, Directive, RestrictingDirective, Test } from './bundle.ts'

export function bundleFaults(bundle: Bundle): readonly string[] {
  const directives = new Map(bundle.directives.map((one) => [`${one.id}@${one.version}`, one]))
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
    ...bundle.directives.flatMap((directive) => directiveFaults(directive, bundle)),
    ...bundle.grants.flatMap((grant) => [
      ...listFaults(`grant ${grant.id}`, grant.places?.within.lists ?? [], bundle),
      ...grant.discharges.flatMap((discharge) => dischargeFaults(grant.id, discharge, directives)),
    ]),
    ...bundle.registers.attestations
      .filter((one) => one.noForeignPersonUnder.some((id) => one.foreignPersonsUnder.includes(id)))
      .map(
        ({ id }) =>
          `attestation ${id}: says of one definition both that there are foreign persons and that there are none`,
      ),
  ]
}

/** Every test of a condition. */
export function testsOf(condition: Condition): readonly Test[] {
  return 'of' in condition ? condition.of.flatMap(testsOf) : [condition]
}

function twice(what: string, ids: readonly string[]): readonly string[] {
  const seen = new Set<string>()
  return ids.flatMap((id) => (seen.size === seen.add(id).size ? [`${what} ${id}: stands twice`] : []))
}

function catalogueFaults(models: readonly CatalogueModel[]): readonly string[] {
  const ids = new Set(models.map(({ id }) => id))
  return [
    ...twice(
      'model',
      models.map(({ id }) => id),
    ),
    ...twice(
      'model name',
      models.flatMap(({ names }) => names.map(({ name }) => name)),
    ),
    ...models.flatMap((model) => {
      const modes = new Set(model.modes)
      const variants = new Set(model.variants.map(({ id }) => id))
      const usedModes = [
        ...model.names.flatMap(({ mode }) => mode ?? []),
        ...model.modeSelectors.flatMap(({ values, otherwise, force }) => [
          ...values.map(({ mode }) => mode),
          ...(otherwise === null ? [] : [otherwise]),
          ...force.map(({ mode }) => mode),
        ]),
      ]
      return [
        ...model.derivedFrom
          .filter((id) => !ids.has(id))
          .map((id) => `model ${model.id}: derives from unknown \`${id}\``),
        ...usedModes.filter((mode) => !modes.has(mode)).map((mode) => `model ${model.id}: has no mode \`${mode}\``),
        ...model.names
          .filter(({ variant }) => variant !== null && !variants.has(variant))
          .map(({ name }) => `model ${model.id}: name \`${name}\` stands for a variant that it does not have`),
        ...(model.names.some(({ name }) => name === model.id)
          ? []
          : [`model ${model.id}: its own id is not among its names`]),
      ]
    }),
  ]
}

function directiveFaults(directive: Directive, bundle: Bundle): readonly string[] {
  const name = `directive ${directive.id}@${directive.version}`
  const faults = directive.supersedes.includes(directive.version) ? [`${name}: supersedes itself`] : []
  if (directive.tellTheCaller === 'nothing' && directive.callerText !== null) {
    faults.push(`${name}: has a text for the caller, whom it tells nothing`)
  }
  if (directive.kind === 'evaluation-window') {
    if (directive.admission.from >= directive.admission.to) faults.push(`${name}: its window is empty`)
    return faults
  }
  if (directive.ends !== null && directive.ends <= directive.effective) faults.push(`${name}: it ends before it begins`)
  if (directive.kind === 'program' && directive.ends !== null) {
    faults.push(`${name}: a program may not open its resource by ending`)
  }
  if (directive.reportOnlyUntil !== null && directive.kind !== 'internal-policy' && directive.kind !== 'program') {
    faults.push(`${name}: only our own policy can be report-only`)
  }
  return [
    ...faults,
    ...twice(
      `${name} limb`,
      directive.limbs.map(({ id }) => id),
    ),
    ...limbFaults(name, directive, bundle),
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
      return directive.statusEvidence === null ? missing('nationality') : []
    case 'residence':
      return directive.residenceEvidence === null ? missing('residence') : []
    case 'place': {
      if (directive.placeEvidence === null) return missing('place')
      const members = new Map(bundle.lists.map((list) => [list.id, list.members]))
      const codes = [...test.places.codes, ...test.places.lists.flatMap((id) => members.get(id) ?? [])]
      const silent = directive.placeEvidence.whereRegionsAreUnknown === null && codes.some((code) => code.includes('-'))
      return silent ? [`${where}: is silent on missing region data`] : []
    }
    default:
      return []
  }
}

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
