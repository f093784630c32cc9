// Checks on what instruments mean: that each can match something, says what its predicates need, and opens nothing by accident.

import { isRegionCode } from '../../../vocabulary/country.ts'
import type { CatalogueModel, CodeSet, Directive, Limb, Scope, Test } from '../../bundle/bundle.ts'
import { testsOf } from '../../bundle/faults.ts'
import type { Context, Written } from '../context.ts'
import type { FaultPath } from '../fault.ts'
import type { Folder } from '../folder.ts'

export function checkSense(folder: Folder, context: Context, now: number | undefined): void {
  const models = indexModels(folder.models.map(([model]) => model))
  const lists = new Map(folder.lists.map(([list]) => [list.id, list]))
  for (const directive of folder.directives) {
    checkScope(directive.noun.scope, directive, models, context)
    if (directive.noun.kind === 'evaluation-window') checkWindow(directive, models, context)
    else checkRestricting(directive, lists, models, context)
  }
  const versions = Map.groupBy(
    folder.directives.map(({ noun }) => noun),
    ({ id }) => id,
  )
  for (const grant of folder.grants) {
    checkScope(grant.noun.scope, grant, models, context)
    checkDischarges(grant, versions, context)
  }
  for (const withdrawal of folder.withdrawals) checkWithdrawal(withdrawal, versions, context)
  if (now !== undefined) warnOfReview(folder, now, context)
}

type Lists = ReadonlyMap<string, { readonly regime: string; readonly members: readonly string[] }>

/** Models by the ids and families that reach them. */
interface Models {
  readonly all: readonly CatalogueModel[]
  readonly reachedBy: ReadonlyMap<string, ReadonlySet<CatalogueModel>>
}

function indexModels(all: readonly CatalogueModel[]): Models {
  const byId = new Map(all.map((model) => [model.id, model]))
  const reachedBy = new Map<string, Set<CatalogueModel>>()
  for (const model of all) {
    for (const one of [model, ...model.derivedFrom.flatMap((id) => byId.get(id) ?? [])]) {
      for (const key of [`id ${one.id}`, `family ${one.family}`]) {
        reachedBy.set(key, (reachedBy.get(key) ?? new Set()).add(model))
      }
    }
  }
  return { all, reachedBy }
}

const covered = ({ models: wanted }: Scope, { all, reachedBy }: Models): readonly CatalogueModel[] => {
  if (wanted === 'all') return all
  const keys = [...wanted.ids.map((id) => `id ${id}`), ...wanted.families.map((family) => `family ${family}`)]
  return [...new Set(keys.flatMap((key) => [...(reachedBy.get(key) ?? [])]))]
}

function checkScope(scope: Scope, { file }: Written<unknown>, models: Models, { report }: Context): void {
  const never = (path: FaultPath, message: string): void =>
    report.error(file, ['applies-to', ...path], 'matches-nothing', `${message}, so that this could never match`)
  const reached = covered(scope, models)
  if (scope.models !== 'all' && scope.models.families.length + scope.models.ids.length === 0) {
    never([], 'no family and no model is named')
  }
  if (reached.length === 0) return
  if (scope.variants !== 'any') {
    for (const [index, variant] of scope.variants.entries()) {
      const exists = variant === null || reached.some((model) => model.variants.some((one) => one.id === variant))
      if (!exists) never(['variants', index], `none of these models has the variant \`${variant}\``)
    }
  }
  if (scope.modes !== 'any') {
    for (const [index, mode] of scope.modes.entries()) {
      if (!reached.some((model) => model.modes.includes(mode)))
        never(['modes', index], `none of these models has the mode \`${mode}\``)
    }
  }
  if (scope.risks !== 'any') {
    for (const [index, risk] of scope.risks.entries()) {
      const exists = reached.some((model) =>
        model.risks.some((one) => one.domain === risk.domain && one.tier === risk.tier),
      )
      if (!exists)
        never(['risk-tiers', index], `the catalogue puts none of these models in \`${risk.domain}/${risk.tier}\``)
    }
  }
}

function checkWindow({ noun, file }: Written<Directive>, models: Models, { report }: Context): void {
  const open = covered(noun.scope, models).filter(
    (model) =>
      model.release === 'released' &&
      (noun.scope.variants === 'any' ||
        noun.scope.variants.some(
          (id) => id === null || model.variants.some((one) => one.id === id && one.release === 'released'),
        )),
  )
  for (const model of open) {
    const message = `\`${model.id}\` is released: a window admits to what the catalogue calls unreleased`
    report.error(file, ['applies-to'], 'window-over-released', message)
  }
}

function checkRestricting(written: Written<Directive>, lists: Lists, models: Models, { report }: Context): void {
  const { noun, file } = written
  if (noun.kind === 'evaluation-window') return
  const fault = (path: FaultPath, code: string, message: string): void => report.error(file, path, code, message)
  if (noun.ends !== null && noun.ends <= noun.effective)
    fault(['ends'], 'interval-empty', '`ends` must be later than `effective`')

  const key = noun.kind === 'restriction' ? 'license-required-when' : 'prohibited-when'
  const seen = new Set<string>()
  let [status, residence, place, regions] = [false, false, false, false]
  for (const [index, limb] of noun.limbs.entries()) {
    const path = noun.kind === 'program' ? ['opens-to'] : [key, index]
    if (seen.has(limb.id))
      fault([...path, 'limb'], 'duplicate-id', `limb \`${limb.id}\` stands twice in this directive`)
    seen.add(limb.id)
    for (const test of testsOf(limb.is)) {
      status ||= test.test === 'foreign-person' || test.test === 'nationality'
      residence ||= test.test === 'residence'
      place ||= test.test === 'place' || (test.test === 'foreign-person' && test.definition === 'doj-202.256')
      regions ||= test.test === 'place' && codesOf(test.places, lists).some(isRegionCode)
      checkTest(test, path, written, lists, models, fault)
    }
    checkCountries(limb, path, written, lists, fault)
  }
  const need = (wanted: boolean, demand: unknown, name: string): void => {
    if (wanted && demand === null)
      fault(['we-chose'], 'evidence-silent', `a limb needs \`${name}\`: say how good and how fresh it must be`)
  }
  need(status, noun.statusEvidence, 'status-evidence')
  need(residence, noun.residenceEvidence, 'residence-evidence')
  need(place, noun.placeEvidence, 'place-evidence')
  if (regions && noun.placeEvidence !== null && noun.placeEvidence.whereRegionsAreUnknown === null) {
    const message =
      'a limb names regions: say `where-regions-are-unknown: unknown` or `whole-country` for gateways whose data tells none apart'
    fault(['we-chose', 'place-evidence'], 'regions-silent', message)
  }
}

const codesOf = (set: CodeSet, lists: Lists): readonly string[] => [
  ...set.codes,
  ...set.lists.flatMap((id) => lists.get(id)?.members ?? []),
]

type Say = (path: FaultPath, code: string, message: string) => void

function checkTest(
  test: Test,
  path: FaultPath,
  { noun }: Written<Directive>,
  lists: Lists,
  models: Models,
  fault: Say,
): void {
  if (test.test === 'nationality') {
    const region = codesOf(test.countries, lists).find(isRegionCode)
    if (region !== undefined) {
      fault(
        [...path, 'nationality', 'of'],
        'region-as-nationality',
        `\`${region}\` is a region: nobody is its national, use a list of countries`,
      )
    }
  }
  if (test.test === 'mode') {
    const reached = covered(noun.scope, models)
    const none = test.modes.find((mode) => !reached.some((model) => model.modes.includes(mode)))
    // Where nothing is reached, the names in the scope were unknown and have been reported.
    if (none !== undefined && reached.length > 0) {
      fault(
        [...path, 'mode'],
        'matches-nothing',
        `none of these models has the mode \`${none}\`, so that this could never match`,
      )
    }
  }
}

/** Which countries a limb names is the law's choice; where it is ours, the file must say so and why. */
function checkCountries(limb: Limb, path: FaultPath, { file }: Written<Directive>, lists: Lists, fault: Say): void {
  const sets = testsOf(limb.is).flatMap((test) => {
    if (test.test === 'place' || test.test === 'residence') return [test.places]
    return test.test === 'nationality' ? [test.countries] : []
  })
  const own = sets.flatMap((set) => [...set.codes, ...set.lists.filter((id) => lists.get(id)?.regime === 'company')])
  const [, index] = path
  const limbs = (file.document.value as Record<string, unknown>)[String(path[0])]
  const keys = Array.isArray(limbs) ? limbs[Number(index)] : undefined
  const marked = typeof keys === 'object' && keys !== null && 'company-choice' in keys
  if (own[0] !== undefined && !marked) {
    const message = `no authority lists \`${own[0]}\` here: use a regime's list, or say \`company-choice: …\` with the reason`
    fault(path, 'country-without-authority', message)
  }
}

type Versions = ReadonlyMap<string, readonly Directive[]>

function checkDischarges(grant: Folder['grants'][number], known: Versions, { report }: Context): void {
  for (const [index, discharge] of grant.noun.discharges.entries()) {
    const path = ['discharges', index]
    const versions = known.get(discharge.directive)
    if (versions === undefined) continue
    for (const [nth, version] of discharge.versions.entries()) {
      const directive = versions.find((one) => one.version === version)
      if (directive === undefined) {
        report.error(
          grant.file,
          [...path, 'versions', nth],
          'unknown-version',
          `\`${discharge.directive}\` has no version ${version}`,
        )
        continue
      }
      const limbs = directive.kind === 'evaluation-window' ? [] : directive.limbs.map(({ id }) => id)
      for (const [limbIndex, limb] of discharge.limbs.entries()) {
        if (limbs.includes(limb)) continue
        const message = `version ${version} of \`${directive.id}\` has no limb \`${limb}\`; it has ${limbs.join(', ') || 'none'}`
        report.error(grant.file, [...path, 'limbs', limbIndex], 'unknown-limb', message)
      }
    }
  }
}

function checkWithdrawal({ noun, file }: Folder['withdrawals'][number], versions: Versions, { report }: Context): void {
  const known = versions.get(noun.directive)?.map(({ version }) => version)
  if (known === undefined) return
  for (const [index, version] of noun.versions.entries()) {
    if (known.includes(version)) continue
    report.error(
      file,
      ['withdraws', 'versions', index],
      'unknown-version',
      `\`${noun.directive}\` has no version ${version}`,
    )
  }
}

function warnOfReview(folder: Folder, now: number, { report }: Context): void {
  const remind = (reviewBy: number, written: Pick<Written<unknown>, 'file'>, path: FaultPath): void => {
    if (reviewBy > now) return
    const on = new Date(reviewBy).toISOString().slice(0, 10)
    report.warning(
      written.file,
      path,
      'review-passed',
      `should have been looked at by ${on}; it stays in force as it is`,
    )
  }
  for (const written of [...folder.directives, ...folder.grants, ...folder.withdrawals]) {
    remind(written.noun.about.reviewBy, written, ['review-by'])
  }
  for (const [list, file] of folder.lists) remind(list.reviewBy, { file }, ['review-by'])
}
