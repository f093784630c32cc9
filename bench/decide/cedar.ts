// The table as Cedar policies: parsed once (`preparsePolicySet`), then asked with the entities of each request, as its own documentation
// advises. Everything that the table says and that two values can say is said, ages of evidence and terms of licenses included.
import * as cedar from '@cedar-policy/cedar-wasm/nodejs'
import {
  day,
  definitions,
  type Limb,
  licenseFrom,
  licenseTo,
  lists,
  now,
  placeDays,
  statusDays,
  type Table,
  type TableDirective,
  type TableRequest,
} from './table.ts'

export type Ask = () => boolean

/** Gives, for each request, a function that decides it: true permits. */
export function cedarOn(table: Table, requests: readonly TableRequest[]): readonly Ask[] {
  const policies = [
    'permit (principal, action == Action::"infer", resource);',
    `forbid (principal, action, resource) when { context has country && ${setOf(lists.embargoed)}.contains(context.country) };`,
    `forbid (principal, action, resource) when { principal has residence && ${setOf(lists.embargoed)}.contains(principal.residence) };`,
    ...table.directives.map(policyOf),
  ]
  const set = cedar.preparsePolicySet('table', { staticPolicies: policies.join('\n') })
  if (set.type === 'failure')
    throw new Error(`cedar cannot read the table: ${JSON.stringify(set.errors).slice(0, 500)}`)
  return requests.map((request) => {
    const call = callOf(request)
    return () => {
      const answer = cedar.statefulIsAuthorized(call)
      if (answer.type === 'failure' || answer.response.diagnostics.errors.length > 0) {
        throw new Error(`cedar cannot decide: ${JSON.stringify(answer)}`)
      }
      return answer.response.decision === 'allow'
    }
  })
}

function policyOf({ model, limbs, licensed }: TableDirective): string {
  const license =
    licensed === null
      ? ''
      : ` unless { principal in Organization::"${licensed}" && context.now >= ${licenseFrom} && context.now < ${licenseTo} }`
  return `forbid (principal, action, resource == Model::"${model}") unless { ${limbs.map(freeOf).join(' && ')} }${license};`
}

/** When the limb does not prohibit: what is unknown is no such time. */
function freeOf(limb: Limb): string {
  switch (limb.test) {
    case 'foreign-person':
      return `principal has status && ${setOf(definitions[limb.definition])}.contains(principal.status.basis) && principal.status.assurance == "verified" && context.now - principal.status.verifiedAt < ${statusDays * day}`
    case 'place': {
      const inside = `${setOf(lists[limb.list])}.contains(context.country)`
      return `context has country && ${limb.is === 'outside' ? inside : `!${inside}`} && context.anonymizer == "none" && context.now - context.databaseBuiltAt < ${placeDays * day}`
    }
    case 'not-in-tier':
      return `principal in Tier::"${limb.tier}"`
  }
}

const setOf = (words: readonly string[]): string => `[${words.map((word) => `"${word}"`).join(', ')}]`

function callOf({
  person,
  model,
  status,
  residence,
  country,
  databaseDays,
}: TableRequest): cedar.StatefulAuthorizationCall {
  const principal = { type: 'Person', id: person.id }
  return {
    principal,
    action: { type: 'Action', id: 'infer' },
    resource: { type: 'Model', id: model },
    context: {
      now,
      ...(country === null ? {} : { country }),
      anonymizer: 'none',
      databaseBuiltAt: now - databaseDays * day,
    },
    preparsedPolicySetId: 'table',
    entities: [
      {
        uid: principal,
        attrs: {
          ...(status === null
            ? {}
            : { status: { basis: status.basis, assurance: 'verified', verifiedAt: now - status.daysOld * day } }),
          ...(residence === null ? {} : { residence }),
        },
        parents: [
          ...(person.employer === null ? [] : [{ type: 'Organization', id: person.employer }]),
          ...person.tiers.map((id) => ({ type: 'Tier', id })),
        ],
      },
    ],
  }
}
