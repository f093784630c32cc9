// Without: the same policy less one instrument, or less every grant, so that what an instrument does can be told from what would be so
// without it. What spoke of it alone goes with it: a grant that discharges nothing else, a withdrawal of nothing else.

import type { JsonValue } from '../../json/index.ts'
import type { Bundle, Directive } from '../bundle/bundle.ts'
import type { Policy } from '../engine/policy.ts'
import { loadPolicy } from '../load/load.ts'
import type { Name } from './claim.ts'
import { isNamedBy, unknown } from './names.ts'

export type Omission = { readonly grants: true } | { readonly named: Name }

/** @throws ClaimError where the policy has nothing of that name; PolicyError where it could not be loaded without it */
export function without({ bundle }: Policy, omission: Omission): Policy {
  const less = 'grants' in omission ? { ...bundle, grants: [] } : withoutNamed(bundle, omission.named)
  return loadPolicy(less as unknown as JsonValue)
}

function withoutNamed(bundle: Bundle, name: Name): Bundle {
  const isNamed = (one: { readonly id: string; readonly version?: number }): boolean => isNamedBy(name, one)
  const instruments = [...bundle.directives, ...bundle.grants, ...bundle.withdrawals]
  if (!instruments.some(isNamed)) {
    throw unknown('directive, grant or withdrawal', name, new Set(instruments.map(({ id }) => id)))
  }
  const directives = bundle.directives.filter((one) => !isNamed(one))
  const stays = (id: string, version: number): boolean =>
    directives.some((one) => one.id === id && one.version === version)
  return {
    ...bundle,
    directives: directives.map((one) => withoutSuperseded(one, stays)),
    grants: bundle.grants
      .filter((one) => !isNamed(one))
      .map((grant) => ({
        ...grant,
        discharges: grant.discharges
          .map((one) => ({ ...one, versions: one.versions.filter((version) => stays(one.directive, version)) }))
          .filter(({ versions }) => versions.length > 0),
      }))
      .filter(({ discharges }) => discharges.length > 0),
    withdrawals: bundle.withdrawals
      .filter((one) => !isNamed(one))
      .map((one) => ({ ...one, versions: one.versions.filter((version) => stays(one.directive, version)) }))
      .filter(({ versions }) => versions.length > 0),
  }
}

const withoutSuperseded = (one: Directive, stays: (id: string, version: number) => boolean): Directive => ({
  ...one,
  supersedes: one.supersedes.filter((version) => stays(one.id, version)),
})
