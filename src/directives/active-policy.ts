// What decides: the policy in force as everybody outside this room sees it.
import type { Policy } from '../policy/index.ts'
import type { ApprovalRules } from './judge-part.ts'
import type { InForce } from './next-policy.ts'

/** Never changed in place: whoever holds one decides by it to the end. */
export interface ActivePolicy {
  readonly policy: Policy
  /** `sha256:<hex>` of the canonical bundle. */
  readonly digest: string
  /** `sha256:<hex>` of what is suspended beside it; null: nothing. */
  readonly suspensions: string | null
  /** `sha256:<hex>` of what is revoked beside it; null: nothing. */
  readonly revocations: string | null
  readonly serial: number
  /** Of the registers bundle; null: the registers are part of the policy. */
  readonly registersSerial: number | null
  /** When each bundle expires, milliseconds since the epoch; null: it has no end. */
  readonly notAfter: { readonly policy: number | null; readonly registers: number | null }
  /** Nobody approved it by signature. */
  readonly unsigned: boolean
  /** When this process began to enforce it, milliseconds since the epoch. */
  readonly enforcedSince: number
  /** False: it follows a fleet's control and cannot be confirmed to be the newest, so that what says `refuse` is shut. */
  readonly isConfirmed: boolean
}

/** @param now milliseconds since the epoch */
export const activated = (
  { policy, digest, pair }: InForce,
  { signers }: ApprovalRules,
  now: number,
): ActivePolicy => ({
  policy,
  digest,
  suspensions: null,
  revocations: null,
  serial: pair.policy.statement.serial,
  registersSerial: pair.registers?.statement.serial ?? null,
  notAfter: {
    policy: pair.policy.statement.notAfter,
    registers: pair.registers?.statement.notAfter ?? null,
  },
  unsigned: signers.length === 0,
  enforcedSince: now,
  isConfirmed: true,
})
