// One bundle by itself, beside the one of its kind that is in force: whether it is another one, whether its serial goes on, whether it
// has not expired, and who of those whom the settings name answers for it. Pure; what it would change is judged in next-policy.ts.
import { canonicalJson } from '../json/index.ts'
import type { PolicySigner } from '../vocabulary/settings.ts'
import { countApprovals } from './approvals.ts'
import type { Envelope, Statement } from './envelope.ts'

/** As the settings say. */
export interface ApprovalRules {
  /** []: nobody is asked, and the policy is called unsigned. */
  readonly signers: readonly PolicySigner[]
  readonly threshold: number
  readonly registersThreshold: number
}

/** Why something does not come into force. Each is a code of `policy.rejected` and of the metric; docs/bundles.md lists them. */
export const refusalCodes = [
  'bundle_unreadable',
  'bundle_faulty',
  'bundle_kind',
  'bundle_unsigned',
  'author_missing',
  'approval_forged',
  'approvals_missing',
  'serial_not_higher',
  'bundle_expired',
  'expiry_missing',
  'registers_missing',
  'policy_faulty',
  'changed_without_version',
  'directive_vanished',
  'memory_faulty',
  'memory_unwritable',
] as const
export type RefusalCode = (typeof refusalCodes)[number]

export interface Refusal {
  readonly code: RefusalCode
  readonly reasons: readonly string[]
  /** Nobody came to an answer this time; asked again there may be one. */
  readonly isOpen?: boolean
}

export type PartJudgement =
  | { readonly kind: 'same'; readonly envelope: Envelope }
  | {
      readonly kind: 'newer'
      readonly envelope: Envelope
      readonly approvers: readonly string[]
      /** Approvals that it lacks before it may permit anything new; 0: none. */
      readonly missing: number
      /** Why approvals that it carries do not count. */
      readonly uncounted: readonly string[]
    }
  | ({ readonly kind: 'refusal' } & Refusal)

export interface PartBefore {
  readonly envelope: Envelope
  /** False: it is remembered, and not enforced until it is approved again. */
  readonly isTrusted: boolean
}

/** @param before the one of its kind that is in force; null: none is @param now milliseconds since the epoch */
export function judgePart(
  envelope: Envelope,
  before: PartBefore | null,
  rules: ApprovalRules,
  now: number,
): PartJudgement {
  const inForce = before?.envelope ?? null
  const { statement } = envelope
  const about = `the ${statement.kind === 'registers' ? 'registers' : 'policy'} bundle with serial ${statement.serial}`
  const refuse = (code: RefusalCode, ...reasons: readonly string[]): PartJudgement => ({
    kind: 'refusal',
    code,
    reasons: reasons.map((reason) => `${about} ${reason}`),
  })
  const asked = rules.signers.length > 0
  if (asked && statement.kind === 'whole')
    return refuse(
      'bundle_kind',
      'holds policy and registers in one: build it with `--registers`, so that each can be signed',
    )
  const { approvers, uncounted, forged } = countApprovals(statement, envelope.approvals, rules.signers)
  if (asked && forged.length > 0) return refuse('approval_forged', ...forged.map((why) => `was tampered with: ${why}`))
  // What settings do not know is nobody's word: kept, it could fill the memory, or stand in the way of a later colleague's.
  const approvals = asked ? ofSigners(envelope.approvals, rules.signers) : envelope.approvals
  const isSame = inForce !== null && isSameStatement(statement, inForce.statement, asked)
  if (isSame && before?.isTrusted === true) {
    return { kind: 'same', envelope: { ...inForce, approvals: joined(inForce, approvals) } }
  }
  const missing = Math.max(0, thresholdOf(statement, rules) - approvers.length)
  if (asked) {
    const why = uncounted.length === 0 ? '' : `: ${uncounted.join(', ')}`
    if (statement.author === null)
      return refuse(
        'author_missing',
        'names no author, so that nobody can say who is not the author: build it with `--author`',
      )
    if (approvers.length === 0) return refuse('bundle_unsigned', `is approved by nobody whom the settings name${why}`)
    if (statement.kind === 'registers' && statement.notAfter === null)
      return refuse('expiry_missing', 'has no end: registers grow stale, build them with `--registers-expires`')
  }
  // A folder counts by itself: the first bundles after it begin a count of their own.
  const last = inForce?.statement.kind === statement.kind && !isSame ? inForce.statement : null
  if (last !== null && statement.serial <= last.serial) {
    const { serial } = last
    return refuse(
      'serial_not_higher',
      statement.serial === serial
        ? 'has the serial of the one in force and says something else: build it with the next one'
        : `is older than the one in force, which has ${serial}: to go back is a change like any other, build it with \`--after\``,
    )
  }
  if (statement.notAfter !== null && statement.notAfter <= now)
    return refuse('bundle_expired', `expired at ${new Date(statement.notAfter).toISOString()}: build it anew`)
  return { kind: 'newer', envelope: { ...envelope, approvals }, approvers, missing, uncounted }
}

/** Approvals that a bundle needs before it may permit anything new. */
export const thresholdOf = ({ kind }: Statement, rules: ApprovalRules): number =>
  rules.signers.length === 0 ? 0 : kind === 'registers' ? rules.registersThreshold : rules.threshold

/** Where nobody signs, the instant of the build makes no other bundle. */
const isSameStatement = (one: Statement, other: Statement, asked: boolean): boolean =>
  asked
    ? canonicalJson(one) === canonicalJson(other)
    : one.kind === other.kind && one.serial === other.serial && one.digest === other.digest

/** Approvals only ever come: to take one out of the file takes nothing back. */
const joined = (kept: Envelope, offered: Envelope['approvals']): Envelope['approvals'] => [
  ...kept.approvals,
  ...offered.filter(({ key }) => !kept.approvals.some((one) => one.key === key)),
]

/** One for each key of the settings. */
const ofSigners = (approvals: Envelope['approvals'], signers: readonly PolicySigner[]): Envelope['approvals'] =>
  signers.flatMap(({ key }) => approvals.find((one) => one.key === key) ?? [])
