// What comes into force next: the offered bundles beside those in force. Policy and registers are approved apart and may come apart:
// a good one does not wait for a bad one. Nothing here changes anything: source.ts keeps and swaps what comes of it.
//
// One may close, two must open: a part with too few approvals comes into force all the same where the whole change permits nothing
// that was not permitted before; what it lacks is then due.
import { digestOf, type JsonObject } from '../json/index.ts'
import { limits } from '../limits.ts'
import { loadPolicy, type Policy, PolicyError } from '../policy/index.ts'
import { changedInPlace } from './changed.ts'
import type { Envelope } from './envelope.ts'
import {
  type ApprovalRules,
  judgePart,
  type PartBefore,
  type PartJudgement,
  type Refusal,
  type RefusalCode,
} from './judge-part.ts'
import { bundleOf, type Pair } from './parts.ts'
import type { PermitsMore } from './permits-more.ts'
import { vanishedFrom } from './vanished.ts'

/** Until when the approvals that a part lacked are due, milliseconds since the epoch; null: none are. */
export interface Due {
  readonly policy: number | null
  readonly registers: number | null
}

export interface LoadedPair {
  readonly pair: Pair
  readonly policy: Policy
  /** The one bundle that both make. */
  readonly bundle: JsonObject
  /** `sha256:<hex>` of `bundle`: every decision names it. */
  readonly digest: string
}

export interface InForce extends LoadedPair {
  readonly due: Due
  /** By directive and version, since when this gate has enforced it, milliseconds since the epoch. */
  readonly heldSince: Readonly<Record<string, number>>
  /** False: what was recalled is what others are held against, and is not enforced itself. */
  readonly isTrusted: boolean
}

export type Offered =
  | { readonly kind: 'envelope'; readonly envelope: Envelope }
  | ({ readonly kind: 'refusal' } & Refusal)

export interface Offer {
  readonly policy: Offered
  /** null: the source knows no registers of their own. */
  readonly registers: Offered | null
}

export interface Outcome {
  /** Null: nothing new comes into force. */
  readonly next: (LoadedPair & { readonly due: Due }) | null
  readonly refusals: readonly Refusal[]
  /** What is in force with approvals that came since, before anything else is judged beside it; null: none did. */
  readonly approved: Pair | null
  /** Nobody could say whether a change permits more; asked again there may be an answer. */
  readonly isOpen: boolean
}

export interface Surroundings {
  readonly rules: ApprovalRules
  readonly permitsMore: PermitsMore
  readonly now: number
  readonly signal: AbortSignal
}

export async function nextPolicy(offer: Offer, inForce: InForce | undefined, around: Surroundings): Promise<Outcome> {
  const policy = judged(offer.policy, partBefore(inForce?.pair.policy, inForce), around)
  const registers = offer.registers && judged(offer.registers, partBefore(inForce?.pair.registers, inForce), around)
  // What is remembered and not enforced completes no pair.
  const before = inForce?.isTrusted === true ? inForce.pair : undefined
  const approved = before ? withApprovals(before, policy, registers) : null
  if (approved !== null) return { next: null, refusals: [], approved, isOpen: false }
  const refusals: Refusal[] = []
  for (const each of [policy, registers]) if (each?.kind === 'refusal') refusals.push(each)
  for (const pair of pairsOf(policy, registers, before)) {
    const found = load(pair)
    const partial = [policy, registers].flatMap((part) =>
      part?.kind === 'newer' && part.missing > 0 && isIn(part.envelope, pair) ? [part] : [],
    )
    const refusal =
      'code' in found
        ? found
        : (objectionTo(found, inForce, around.now) ?? (await unopened(found, partial, inForce, around)))
    if (refusal !== undefined) refusals.push(refusal)
    else if (!('code' in found))
      return {
        next: { ...found, due: dueOf(pair, partial, inForce, around.now) },
        refusals: [],
        approved: null,
        isOpen: false,
      }
  }
  if (refusals.length === 0 && [policy, registers].some((part) => part?.kind === 'newer'))
    refusals.push({ code: 'registers_missing', reasons: [withoutRegisters] })
  return {
    next: null,
    refusals: distinct(refusals),
    approved,
    isOpen: refusals.some((one) => one.isOpen === true),
  }
}

const withoutRegisters =
  'a policy bundle and a registers bundle come into force together, and there is only one of them: name both, in `policy.path` and `policy.registers`'

const partBefore = (envelope: Envelope | null | undefined, inForce: InForce | undefined): PartBefore | null =>
  envelope && inForce ? { envelope, isTrusted: inForce.isTrusted } : null

function judged(offered: Offered, before: PartBefore | null, { rules, now }: Surroundings): PartJudgement {
  return offered.kind === 'refusal' ? offered : judgePart(offered.envelope, before, rules, now)
}

type Registers = PartJudgement | null

/** Both together first: names in one may be new in the other. Then each alone. */
function pairsOf(policy: PartJudgement, registers: Registers, before: Pair | undefined): readonly Pair[] {
  const [p, r] = [policy, registers].map((part) => (part?.kind === 'newer' ? part.envelope : undefined))
  const pairs: Pair[] = []
  if (p !== undefined && p.statement.kind === 'whole') return [{ policy: p, registers: null }]
  if (p !== undefined && r !== undefined) pairs.push({ policy: p, registers: r })
  if (p !== undefined && before?.registers) pairs.push({ policy: p, registers: before.registers })
  if (r !== undefined && before?.registers) pairs.push({ policy: before.policy, registers: r })
  return pairs
}

const isIn = (envelope: Envelope, pair: Pair): boolean => pair.policy === envelope || pair.registers === envelope

export function load(pair: Pair): LoadedPair | Refusal {
  try {
    const bundle = bundleOf(pair)
    return { pair, policy: loadPolicy(bundle), bundle, digest: digestOf(bundle) }
  } catch (error) {
    return { code: 'policy_faulty', reasons: error instanceof PolicyError ? error.faults : [String(error)] }
  }
}

function objectionTo({ policy }: LoadedPair, inForce: InForce | undefined, now: number): Refusal | undefined {
  if (inForce === undefined) return undefined
  const objections: readonly (readonly [RefusalCode, readonly string[]])[] = [
    ['changed_without_version', changedInPlace(inForce.policy, policy, now)],
    ['directive_vanished', vanishedFrom(inForce.policy, policy, now)],
  ]
  return objections.flatMap(([code, reasons]) => (reasons.length > 0 ? [{ code, reasons }] : []))[0]
}

type Newer = Extract<PartJudgement, { kind: 'newer' }>

/**
 * Undefined: every part has its approvals, or the change only closes. A part in force whose approvals are still due counts as lacking
 * them: what one officer wrote (a grant to a list that is empty today) is not to be opened by a change of the other part tomorrow.
 */
async function unopened(
  found: LoadedPair,
  partial: readonly Newer[],
  inForce: InForce | undefined,
  { permitsMore, signal }: Surroundings,
): Promise<Refusal | undefined> {
  const owed = owedBy(found.pair, inForce)
  if (partial.length === 0 && owed.length === 0) return undefined
  const newer = partial.map(({ envelope: { statement }, missing, approvers, uncounted }) => {
    const why = uncounted.length === 0 ? '' : ` (not counted: ${uncounted.join(', ')})`
    return `the ${statement.kind} bundle with serial ${statement.serial} lacks ${missing} of its approvals beside ${approvers.join(', ')}${why}`
  })
  const lacking = [...newer, ...owed]
  // Before the first policy nothing is permitted, so that any opens.
  if (inForce === undefined || !inForce.isTrusted)
    return { code: 'approvals_missing', reasons: [...lacking, 'nothing is in force that it could only close'] }
  const verdict = await permitsMore(inForce.bundle, found.bundle, signal)
  switch (verdict.kind) {
    case 'nothing-new':
      return undefined
    case 'permits-more':
      return { code: 'approvals_missing', reasons: [...lacking, 'it permits more:', ...verdict.examples] }
    case 'undecided':
      return { code: 'approvals_missing', reasons: [...lacking, verdict.why], isOpen: verdict.isOpen }
  }
}

/** One sentence for each part that stays in force beside the change and still lacks approvals. */
function owedBy(pair: Pair, inForce: InForce | undefined): readonly string[] {
  if (inForce === undefined) return []
  const { due, pair: before } = inForce
  return [
    ...(due.policy !== null && pair.policy === before.policy ? [before.policy] : []),
    ...(due.registers !== null && before.registers !== null && pair.registers === before.registers
      ? [before.registers]
      : []),
  ].map(
    ({ statement: { kind, serial } }) =>
      `the ${kind} bundle with serial ${serial} in force beside it still lacks approvals`,
  )
}

/** A later change by one officer puts nothing off: what was due stays due until enough have approved. */
function dueOf(pair: Pair, partial: readonly Newer[], inForce: InForce | undefined, now: number): Due {
  const due = (
    envelope: Envelope | null,
    unchanged: Envelope | null | undefined,
    before: number | null,
  ): number | null => {
    if (envelope === null) return null
    if (envelope === unchanged) return before
    if (!partial.some((part) => part.envelope === envelope)) return null
    return Math.min(before ?? Number.POSITIVE_INFINITY, now + limits.secondApprovalMs)
  }
  return {
    policy: due(pair.policy, inForce?.pair.policy, inForce?.due.policy ?? null),
    registers: due(pair.registers, inForce?.pair.registers, inForce?.due.registers ?? null),
  }
}

function withApprovals(before: Pair, policy: PartJudgement, registers: Registers): Pair | null {
  const after: Pair = {
    policy: policy.kind === 'same' ? policy.envelope : before.policy,
    registers: registers?.kind === 'same' ? registers.envelope : before.registers,
  }
  const count = (pair: Pair): number => pair.policy.approvals.length + (pair.registers?.approvals.length ?? 0)
  return count(after) > count(before) ? after : null
}

const distinct = (refusals: readonly Refusal[]): readonly Refusal[] => [
  ...new Map(refusals.map((one) => [JSON.stringify([one.code, one.reasons]), one])).values(),
]
