// The settings' digest: part of every record and of every cache key.
import { digestOf } from '../json/index.ts'
import type { ControlSettings, Settings } from '../vocabulary/settings.ts'

/**
 * Covers whatever in the settings can change a decision, an answer or where a request goes. Left out are secrets, and what
 * belongs to one machine alone (listeners, the log, Redis, paths of files whose content has a digest of its own): gates of one
 * fleet must agree on it to share a cache.
 *
 * @returns `sha256:<hex>` of the canonical JSON (RFC 8785)
 */
export function settingsDigest(settings: Omit<Settings, 'digest'>): string {
  const { listen, issuers, upstreams, trustedProxies, defaultModels, places, geo, policy, limits, clock } = settings
  return digestOf({
    use451: listen.use451,
    http2: listen.http2,
    issuers,
    upstreams: upstreams.map(({ credential, sigv4, ...rest }) => ({
      ...rest,
      authenticated: credential !== null || sigv4 !== null,
      ...(sigv4 === null ? {} : { region: sigv4.region }),
    })),
    trustedProxies,
    defaultModels,
    places,
    geo: { demoData: geo.demoData, nat64Prefixes: geo.nat64Prefixes, anonymizer: geo.anonymizer !== null },
    policy: rulesOf(policy),
    limits,
    clock,
  })
}

/** The same of control: what can change what it takes into force, and from whom. */
export function controlDigest({ issuers, policy, fleet, clock }: Omit<ControlSettings, 'digest'>): string {
  return digestOf({ issuers, policy: rulesOf(policy), leaseMs: fleet.leaseMs, clock })
}

const rulesOf = ({ source, unsignedAccepted, signers, threshold, registersThreshold }: Settings['policy']) => ({
  source,
  unsignedAccepted,
  signers,
  threshold,
  registersThreshold,
})
