// The table as a casbin policy: one line for each limb, deny-override, and a matcher that compares the model first and calls one function
// for what the limb tests. The other usual form, `eval` of a condition in each line, was not measured. The cached enforcer
// remembers answers to requests of plain strings alone, which these are not.
import { newEnforcer, newModelFromString } from 'casbin'
import {
  type Definition,
  day,
  definitions,
  type Limb,
  type ListId,
  licenseFrom,
  licenseTo,
  lists,
  now,
  placeDays,
  statusDays,
  type Table,
  type TableRequest,
  type Tier,
} from './table.ts'

const model = `
[request_definition]
r = model, request
[policy_definition]
p = model, test, of, holder, eft
[policy_effect]
e = !some(where (p.eft == deny))
[matchers]
m = (p.model == r.model || p.model == "*") && prohibits(r.request, p.test, p.of, p.holder)
`

/** Gives, for each request, a function that decides it: true permits. */
export async function casbinOn(table: Table, requests: readonly TableRequest[]): Promise<readonly (() => boolean)[]> {
  const enforcer = await newEnforcer(newModelFromString(model))
  await enforcer.addFunction('prohibits', prohibits)
  await enforcer.addPolicies([
    ['*', 'embargoed-place', '', '', 'deny'],
    ['*', 'embargoed-resident', '', '', 'deny'],
    ...table.directives.flatMap((directive) =>
      directive.limbs.map((limb) => [directive.model, ...wordsOf(limb), directive.licensed ?? '', 'deny']),
    ),
  ])
  return requests.map((request) => () => enforcer.enforceSync(request.model, request))
}

function wordsOf(limb: Limb): readonly [test: string, of: string] {
  switch (limb.test) {
    case 'foreign-person':
      return ['foreign-person', limb.definition]
    case 'place':
      return [limb.is, limb.list]
    case 'not-in-tier':
      return ['not-in-tier', limb.tier]
  }
}

const listSets = new Map(Object.entries(lists).map(([id, members]) => [id as ListId, new Set(members)]))
const definitionSets = new Map(Object.entries(definitions).map(([id, bases]) => [id as Definition, new Set(bases)]))

/** What is unknown prohibits, but under the embargo. */
function prohibits(request: TableRequest, test: string, of: string, holder: string): boolean {
  const { status, country, person, residence } = request
  switch (test) {
    case 'embargoed-place':
      return country !== null && lists.embargoed.includes(country)
    case 'embargoed-resident':
      return residence !== null && lists.embargoed.includes(residence)
  }
  if (holder !== '' && person.employer === holder && now >= licenseFrom && now < licenseTo) return false
  if (test === 'not-in-tier') return !person.tiers.includes(of as Tier)
  if (test === 'foreign-person') {
    const good = status !== null && status.daysOld * day < statusDays * day
    return !(good && definitionSets.get(of as Definition)?.has(status.basis) === true)
  }
  if (country === null || request.databaseDays >= placeDays) return true
  return (listSets.get(of as ListId)?.has(country) === true) === (test === 'within')
}
