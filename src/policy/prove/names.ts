// Names: whether what a claim names exists in the policy. A claim about a model, list or program that is not there would hold of
// nothing; it is a fault instead, with the names that there are.

import { isCountryCode, isRegionCode } from '../../vocabulary/country.ts'
import type { Resource } from '../../vocabulary/operation.ts'
import type { CodeSet, Cover, RegisterTest } from '../bundle/bundle.ts'
import { type DefinitionId, definitionIds } from '../bundle/directives.ts'
import { testsOf } from '../bundle/tests-of.ts'
import type { Policy } from '../engine/policy.ts'
import type { Name, What } from './claim.ts'
import { ClaimError } from './claim-reader.ts'

/** Which resources a claim speaks of: a model stands with its variants and all that derives from it, a name for what it stands for. */
export function concernedBy({ models, mode }: What, { catalogue, bundle }: Policy): (resource: Resource) => boolean {
  const modes = new Set(bundle.catalogue.models.flatMap((model) => model.modes))
  if (mode !== null && !modes.has(mode.text)) throw unknown('mode', mode, modes)
  const reaches = (models ?? []).map((name): ((resource: Resource) => boolean) => {
    const lineageOf = (resource: Resource) => catalogue.get(resource.model)?.lineage
    const families = new Set(bundle.catalogue.models.map(({ family }) => family))
    const named = catalogue.get(name.text)
    if (named === undefined && !families.has(name.text)) throw unknown('model', name, catalogue.keys())
    if (named !== undefined && (named.name.variant !== null || named.name.mode !== null)) {
      const { variant, mode: fixed } = named.name
      return (resource) =>
        resource.model === named.model.id &&
        resource.variant === variant &&
        (fixed === null || resource.modes.includes(fixed))
    }
    const id = named?.model.id ?? null
    return (resource) =>
      lineageOf(resource)?.families.has(name.text) === true ||
      (id !== null && lineageOf(resource)?.ids.has(id) === true)
  })
  return (resource) =>
    (models === null || reaches.some((reach) => reach(resource))) &&
    (mode === null || resource.modes.includes(mode.text))
}

export function definitionNamed(name: Name): DefinitionId {
  const found = definitionIds.find((id) => id === name.text)
  if (found === undefined) throw unknown('definition', name, definitionIds)
  return found
}

/** @param countriesOnly nationalities are of countries, never of regions */
export function codesNamed(names: readonly Name[], { bundle }: Policy, countriesOnly: boolean): CodeSet {
  const lists = new Set(bundle.lists.map(({ id }) => id))
  const set: { lists: string[]; codes: string[] } = { lists: [], codes: [] }
  for (const name of names) {
    if (lists.has(name.text)) set.lists.push(name.text)
    else if (isCountryCode(name.text) || (!countriesOnly && isRegionCode(name.text))) set.codes.push(name.text)
    else throw unknown('country code or list', name, lists)
  }
  return set
}

interface Registered {
  readonly kind: 'member' | 'evaluator' | 'staff' | 'tier'
  readonly of: Name
}

/** Something must know the list: a limb, a grant, a window or a register. */
export function registerTestNamed({ kind, of }: Registered, policy: Policy): RegisterTest {
  const test = testOf(kind, of.text)
  const all = registerTests(policy).filter((one) => one.test === kind)
  if (!all.some((one) => nameOf(one) === of.text)) throw unknown(listWords[kind], of, new Set(all.map(nameOf)))
  return test
}

const listWords = { member: 'program', evaluator: 'list of evaluators', staff: 'list of staff', tier: 'tier' } as const

export function organizationNamed(name: Name, { bundle }: Policy): string {
  const ids = new Set([
    ...bundle.registers.organizations.map(({ id }) => id),
    ...bundle.registers.employees.map(({ organization }) => organization),
  ])
  if (!ids.has(name.text)) throw unknown('organization', name, ids)
  return name.text
}

function testOf(kind: Registered['kind'], name: string): RegisterTest {
  switch (kind) {
    case 'member':
      return { test: kind, program: name, holds: true }
    case 'tier':
      return { test: kind, tier: name, holds: true }
    default:
      return { test: kind, list: name, holds: true }
  }
}

function nameOf(test: RegisterTest): string {
  if (test.test === 'member') return test.program
  return test.test === 'tier' ? test.tier : test.list
}

function registerTests({ bundle }: Policy): readonly RegisterTest[] {
  const { members, evaluators, staff, tiers } = bundle.registers
  const isRegister = (test: { readonly test: string }): test is RegisterTest => 'holds' in test
  return [
    ...bundle.directives.flatMap((one) =>
      one.kind === 'evaluation-window' ? one.admits : one.limbs.flatMap(({ is }) => testsOf(is).filter(isRegister)),
    ),
    ...bundle.grants.flatMap(({ covers }) => covers.flatMap(coverTest)),
    ...members.map(({ program }) => testOf('member', program)),
    ...evaluators.map(({ list }) => testOf('evaluator', list)),
    ...staff.map(({ list }) => testOf('staff', list)),
    ...tiers.map(({ tier }) => testOf('tier', tier)),
  ]
}

function coverTest(cover: Cover): readonly RegisterTest[] {
  if (cover.cover === 'anyone-who') return [cover.is]
  if (cover.cover === 'members-of') return [testOf('member', cover.program)]
  if (cover.cover === 'evaluators') return [testOf('evaluator', cover.list)]
  return cover.cover === 'staff' ? [testOf('staff', cover.list)] : []
}

/** A directive in all its versions, or in one (`letter@2`); a grant; a withdrawal. */
export const isNamedBy = ({ text }: Name, one: { readonly id: string; readonly version?: number }): boolean =>
  one.id === text || `${one.id}@${one.version}` === text

/** What the policy does not have, and what it has. */
export function unknown(what: string, { text, column }: Name, known: Iterable<string>): ClaimError {
  const names = [...known].sort()
  const there = names.length === 0 ? 'there is none' : `there is ${names.map((one) => `\`${one}\``).join(', ')}`
  return new ClaimError(column, `the policy has no ${what} \`${text}\`: ${there}`)
}
