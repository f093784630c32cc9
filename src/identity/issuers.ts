// Issuers: the settings of every issuer, checked and made ready. The exact issuer string chooses everything else, so that two
// issuers with the same `kid` or `sub` have nothing in common (RFC 8725 §3.8).
import type { AdminRole, IssuerSettings } from '../vocabulary/settings.ts'
import type { RoleTerms } from './caller.ts'
import { readClaimPath } from './claim-path.ts'
import { addressFault } from './issuer-url.ts'
import { algorithmsByKey } from './key-set.ts'
import { type Mapping, mappingFaults, readMapping } from './mapping.ts'

const asymmetric: ReadonlySet<string> = new Set([...algorithmsByKey.values()].flat())

/** Everything that is wrong with the issuers' settings, one sentence each. `serve` and the tests ask before they start. */
export function issuerFaults(issuers: readonly IssuerSettings[]): readonly string[] {
  if (issuers.length === 0) return ['no issuer is configured']
  const seen = new Set<string>()
  return issuers.flatMap((settings) => {
    const faults: string[] = []
    const url = addressFault(settings.issuer)
    if (url !== null) faults.push(url)
    if (/[?#]/.test(settings.issuer)) faults.push('has a query or fragment (OpenID Connect Discovery §3 allows none)')
    if (seen.has(settings.issuer)) faults.push('is configured twice')
    seen.add(settings.issuer)
    if (settings.audience === '') faults.push('audience: is empty')
    if (settings.tokenType === '') faults.push('token-type: is empty')
    if (!(settings.maxTokenAgeS > 0)) faults.push('max-token-age: is not positive')
    if (settings.algorithms.length === 0) faults.push('algorithms: none is pinned')
    for (const name of settings.algorithms) {
      if (!asymmetric.has(name)) faults.push(`algorithms: \`${name}\` is none of ${[...asymmetric].join(', ')}`)
    }
    faults.push(...mappingFaults(settings.mapping))
    const roles = settings.roles === null ? null : readClaimPath(settings.roles.claim)
    if (roles !== null && 'fault' in roles) faults.push(`roles: \`${settings.roles?.claim}\`: ${roles.fault}`)
    return faults.map((fault) => `issuer \`${settings.issuer}\`: ${fault}`)
  })
}

export interface Issuer {
  readonly settings: IssuerSettings
  readonly mapping: Mapping
  readonly roles: RoleTerms | null
}

/** Throws, with every fault, where `issuerFaults` finds one. */
export function readIssuers(all: readonly IssuerSettings[]): readonly Issuer[] {
  const faults = issuerFaults(all)
  if (faults.length > 0) throw new Error(faults.join('\n'))
  return all.map((settings) => ({
    settings,
    mapping: readMapping(settings.mapping),
    roles: settings.roles === null ? null : readRoleTerms(settings.roles),
  }))
}

function readRoleTerms(roles: NonNullable<IssuerSettings['roles']>): RoleTerms {
  const claim = readClaimPath(roles.claim)
  if ('fault' in claim) throw new Error(claim.fault)
  return { claim, values: new Map<string, AdminRole>(Object.entries(roles.values)) }
}
