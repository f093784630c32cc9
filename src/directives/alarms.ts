// What must be done about the policy in force, by when, and whether it is late. An alarm lifts nothing: a directive never lapses
// because somebody was late. Pure.
import type { PolicySigner } from '../vocabulary/settings.ts'
import { countApprovals } from './approvals.ts'
import type { Envelope } from './envelope.ts'
import { type ApprovalRules, thresholdOf } from './judge-part.ts'
import type { InForce } from './next-policy.ts'

export interface PolicyCheck {
  /** As `/readyz` and `portcullis_ready` name it. */
  readonly name: 'policy-approval' | 'policy-expiry' | 'registers-expiry'
  readonly ok: boolean
  readonly detail: string
}

/** Of every check, whether it passes at `now` (milliseconds since the epoch). */
export function alarmsOf(inForce: InForce | undefined, rules: ApprovalRules, now: number): readonly PolicyCheck[] {
  const { policy, registers } = inForce?.pair ?? { policy: null, registers: null }
  return [
    approval(inForce, rules, now),
    expiry('policy-expiry', policy, now, 'it stays in force; build and approve it anew'),
    expiry('registers-expiry', registers, now, 'they admit nobody any more; build and approve them anew'),
  ]
}

function approval(inForce: InForce | undefined, rules: ApprovalRules, now: number): PolicyCheck {
  const name = 'policy-approval'
  if (rules.signers.length === 0) return { name, ok: true, detail: 'no approvals are asked for' }
  if (inForce === undefined) return { name, ok: true, detail: 'nothing is in force' }
  const { pair, due } = inForce
  const open = (['policy', 'registers'] as const).flatMap((kind) => {
    const part = pair[kind]
    if (part === null) return []
    const missing = thresholdOf(part.statement, rules) - approversOf(part, rules.signers).length
    const by = due[kind]
    if (missing <= 0) return []
    const what = `the ${kind} bundle with serial ${part.statement.serial} lacks ${missing} of its approvals`
    if (by === null) return [{ late: true, what: `${what}: the settings name its approvers no longer` }]
    return [{ late: by <= now, what: `${what}, due by ${new Date(by).toISOString()}` }]
  })
  const detail = open.length === 0 ? 'approved' : open.map(({ what }) => what).join('; ')
  return { name, ok: !open.some(({ late }) => late), detail }
}

function expiry(name: PolicyCheck['name'], part: Envelope | null, now: number, then: string): PolicyCheck {
  const { notAfter, serial } = part?.statement ?? { notAfter: null, serial: 0 }
  if (notAfter === null) return { name, ok: true, detail: 'no end' }
  const at = new Date(notAfter).toISOString()
  return notAfter <= now
    ? { name, ok: false, detail: `serial ${serial} expired at ${at}: ${then}` }
    : { name, ok: true, detail: `serial ${serial} until ${at}` }
}

/** Who of those whom the settings name has approved a part. */
export const approversOf = (part: Envelope, signers: readonly PolicySigner[]): readonly string[] =>
  countApprovals(part.statement, part.approvals, signers).approvers
