// Revoked grants, laid over a policy: each is what it would be if its file said `revoked-from`. It only adds denials: a grant that does
// not help leaves its limb as it is. What the policy does not have is passed over, so that a grant which comes back is still revoked.
import type { Grant } from '../bundle/bundle.ts'
import { type GrantIndex, indexGrants } from './grant-index.ts'
import type { CompiledDirective, CompiledGrant, ModelDirectives, Policy } from './policy.ts'

/**
 * The same policy, in which these grants help no more.
 * @param revoked by id of the grant, from which instant on (milliseconds since the epoch); an earlier one of its file stays
 */
export function withRevokedGrants(policy: Policy, revoked: ReadonlyMap<string, number>): Policy {
  const { bundle } = policy
  if (!bundle.grants.some(({ id }) => revoked.has(id))) return policy
  const sources = new Map(bundle.grants.map((grant) => [grant, revokedSource(grant, revoked)]))
  // What was one object stays one.
  const grantOf = once((grant: CompiledGrant): CompiledGrant => {
    const source = sources.get(grant.source) ?? revokedSource(grant.source, revoked)
    return source === grant.source ? grant : { ...grant, source }
  })
  const indexOf = once((before: GrantIndex): GrantIndex => {
    const concerned = before.all.some(({ source }) => revoked.has(source.id))
    return concerned ? indexGrants(before.all.map(grantOf)) : before
  })
  const grantsOf = once((before: CompiledDirective['grants']) => before.map(indexOf))
  const directiveOf: (directive: CompiledDirective) => CompiledDirective = once((directive) => {
    const grants = grantsOf(directive.grants)
    const replaces = directive.replaces.map((one) => directiveOf(one))
    const isSame =
      grants.every((one, index) => one === directive.grants[index]) &&
      replaces.every((one, index) => one === directive.replaces[index])
    return isSame ? directive : { ...directive, grants, replaces }
  })
  const directivesOf = (one: ModelDirectives): ModelDirectives => ({
    ...one,
    restricting: one.restricting.map(directiveOf),
  })
  return {
    ...policy,
    bundle: { ...bundle, grants: bundle.grants.map((grant) => sources.get(grant) ?? grant) },
    concerning: new Map([...policy.concerning].map(([id, one]) => [id, directivesOf(one)])),
  }
}

function revokedSource(grant: Grant, revoked: ReadonlyMap<string, number>): Grant {
  const from = revoked.get(grant.id)
  if (from === undefined || (grant.revokedFrom !== null && grant.revokedFrom <= from)) return grant
  return { ...grant, revokedFrom: from }
}

function once<Before extends object, After>(change: (before: Before) => After): (before: Before) => After {
  const known = new Map<Before, After>()
  return (before) => {
    const found = known.get(before)
    if (found !== undefined) return found
    const made = change(before)
    known.set(before, made)
    return made
  }
}
