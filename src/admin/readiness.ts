// Readiness: each check by name, so that an operator sees what to mend. Liveness is another question: it asks nothing.
import type { Gate } from '../enforcement/index.ts'

/** Every check, in the order in which `/readyz` names them. */
export type CheckName =
  | 'policy'
  | 'policy-approval'
  | 'policy-expiry'
  | 'registers-expiry'
  | 'log'
  | 'geo'
  | 'identity'
  | 'fleet'
  | 'suspensions'
  | 'revocations'
  | 'clock'
  | 'serving'
  // Of several workers, which their supervisor adds.
  | 'workers'

export interface Check {
  readonly name: CheckName
  readonly ok: boolean
  readonly detail: string
}

/** @param draining true from the moment shutdown begins */
export function readinessChecks(gate: Gate, draining: boolean): readonly Check[] {
  const policy = gate.policies.status()
  const log = gate.log.status()
  const place = gate.location.status()
  const identity = gate.identity.ready()
  const suspensions = gate.suspensions.status()
  const revocations = gate.revocations.status()
  return [
    { name: 'policy', ok: policy.ok, detail: policy.detail },
    ...policy.checks,
    { name: 'log', ok: log.ok, detail: log.detail },
    { name: 'geo', ok: place.ok, detail: place.detail },
    { name: 'identity', ok: identity.ok, detail: identity.detail },
    { name: 'fleet', ...(gate.fleet?.status() ?? { ok: true, detail: 'it follows no control' }) },
    // What is suspended is so on purpose; only what a restart would open is something to mend.
    { name: 'suspensions', ok: suspensions.ok, detail: suspensions.detail },
    { name: 'revocations', ok: revocations.ok, detail: revocations.detail },
    { name: 'clock', ...gate.steadiness.status() },
    { name: 'serving', ok: !draining, detail: draining ? 'shutting down' : 'accepting requests' },
  ]
}
