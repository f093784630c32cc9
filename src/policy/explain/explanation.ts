// Explanation: why a decision came out as it did, as a tree of sentences. Closed: the kinds of node and their states stand here, and
// `policy explain`, `log show` and the admin API give this very value as JSON.
// It promises to say nothing that a record does not hold or a bundle does not state: no raw nationality, nobody's name.

import type { Determination, GrantResult, Obligation, Truth } from '../../vocabulary/decision.ts'
import type { Basis, Reason } from '../../vocabulary/reason.ts'

export const explanationFormat = 'portcullis-explanation/1'

interface NodeOf<Kind extends string, State extends string, Under> {
  readonly kind: Kind
  /** What it is about, as policies and records name it; unique among its siblings only together with `kind`. */
  readonly id: string
  readonly state: State
  /** In English, without a full stop; begins in lower case. */
  readonly says: string
  readonly under: readonly Under[]
}

/** `state` is a word of evidence (`verified`, `stale`), of a register (`holds`, `ended`) or of a place (`located`, `anonymizer`). */
export type EvidenceNode = NodeOf<'evidence', string, never>
export type PredicateNode = NodeOf<'predicate', Truth, EvidenceNode>
/** `covers-nobody`: the bundle has a grant that names the limb, and it covers no party that is in the way. */
export type GrantNode = NodeOf<'grant', GrantResult | 'covers-nobody', never>
/** `id` is the flag as recorded, `state` its word without what stands behind the colon. */
export type FlagNode = NodeOf<'flag', string, never>

/** What the bundle adds to a record. */
export const quotations = ['issued', 'letter', 'our-reading', 'rationale', 'definition', 'accepted-risk'] as const
export type QuotationNode = NodeOf<'quotation', (typeof quotations)[number], never>

export type LimbNode = NodeOf<'limb', Truth, PredicateNode | GrantNode | FlagNode | QuotationNode>
export type DirectiveNode = NodeOf<'directive', Determination['result'], LimbNode | QuotationNode>
/** One for each model that was asked for; `id` is the pointer of the reference. */
export type ResourceNode = NodeOf<'resource', Determination['result'], DirectiveNode>
export type ObligationNode = NodeOf<'obligation', Obligation['kind'], never>

export type ExplanationNode =
  | ResourceNode
  | DirectiveNode
  | LimbNode
  | PredicateNode
  | EvidenceNode
  | GrantNode
  | FlagNode
  | QuotationNode
  | ObligationNode

/** What decided: of all that stood in the way, the thing that the answer's reason speaks of. */
export interface Decisive {
  readonly directive: string
  readonly version: number
  /** Null where no bundle was at hand, or the bundle does not have the directive. */
  readonly title: string | null
  readonly resource: string
  readonly limb: string
  readonly reason: Reason
  readonly because: readonly PredicateNode[]
  readonly grants: readonly GrantNode[]
  /** In one sentence. */
  readonly says: string
}

export interface Explanation {
  readonly format: typeof explanationFormat
  readonly effect: 'permit' | 'deny'
  readonly basis: Basis
  readonly reason: Reason
  /** The whole answer in one sentence. */
  readonly answer: string
  /** The instant that was decided for, RFC 3339. */
  readonly decidedFor: string
  readonly policy: { readonly digest: string; readonly serial: number } | null
  /** Whether a bundle was at hand: without one titles, texts and the words of limbs are absent. */
  readonly quoted: boolean
  /** Null where nothing stood in the way and no grant was needed, or no directive was asked. */
  readonly decisive: Decisive | null
  readonly resources: readonly ResourceNode[]
  readonly obligations: readonly ObligationNode[]
  readonly validity: { readonly until: string | null; readonly says: string }
  readonly told: { readonly code: string | null; readonly says: string }
  /** Where the facts that stood in the way can be corrected; [] for a permit and without a bundle. */
  readonly corrections: readonly { readonly directive: string; readonly at: string; readonly says: string }[]
}
