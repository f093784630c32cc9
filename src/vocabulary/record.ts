// Record: what the decision log keeps. The log adds `v`, `seq` and `prev`; everything else is said here.
// Invariant: no credential, no prompt, no completion, no raw nationality, no raw query; persons and addresses as keyed pseudonyms.
import type { Determination, Obligation } from './decision.ts'
import type { EventRecord } from './event.ts'
import type { Basis, Reason } from './reason.ts'
import type { StoredKind } from './stored-object.ts'

export interface DecisionRecord {
  readonly k: 'decision'
  /** UUIDv7; the `Portcullis-Decision` header of the answer. */
  readonly id: string
  /** RFC 3339 UTC with milliseconds: when it was decided, and the instant that was decided for unless `decidedFor` says another. */
  readonly at: string
  /** The instant of a what-if; null: `at` itself. */
  readonly decidedFor: string | null
  /** Who asked for the decision over AuthZEN, about others; null: the subject itself, by a request. */
  readonly askedBy: { readonly issuer: string; readonly subject: string; readonly roles: readonly string[] } | null
  readonly request: {
    readonly method: string
    /** Operation id, or `unknown`. Never the raw target. */
    readonly operation: string
    readonly phase: string
    readonly stream: boolean
    /** Bytes of the body as read. */
    readonly length: number
    /** Decision id of the upgrade, where this is a frame on its WebSocket. */
    readonly socket: string | null
    /** `data`: the data listener; `authzen`: an enforcement point asked; `what-if`: it stated another time. */
    readonly via: 'data' | 'authzen' | 'what-if'
  }
  /** Null before a credential was verified. */
  readonly subject: {
    readonly issuer: string
    readonly subject: string
    readonly kind: 'person' | 'service'
    readonly actor: string | null
    readonly organization: string | null
    readonly token: string | null
    readonly session: string | null
  } | null
  readonly place: {
    readonly state: string
    readonly address: string | null
    readonly country: string | null
    readonly region: string | null
    readonly anonymizer: string | null
    readonly source: string
    readonly database: string | null
  } | null
  readonly models: readonly {
    readonly pointer: string
    /** As asked; escaped and cut at 256 characters. */
    readonly name: string
    readonly model: string | null
    readonly variant: string | null
    readonly modes: readonly string[]
  }[]
  /** What is stored that the request refers to. */
  readonly references: readonly {
    readonly pointer: string
    readonly kind: StoredKind
    readonly id: string
    /** Id of the decision under which it was made; null: this caller made no such object. */
    readonly decision: string | null
  }[]
  readonly effect: 'permit' | 'deny'
  readonly basis: Basis
  readonly reason: Reason
  /** The code that the caller was sent. */
  readonly told: string | null
  /** One internal sentence more than the reason says, or null. */
  readonly detail: string | null
  readonly determinations: readonly Determination[]
  readonly obligations: readonly Obligation[]
  readonly validUntil: string | null
  /** Null only where no policy was loaded. */
  readonly policy: {
    readonly digest: string
    readonly serial: number
    readonly unsigned: boolean
    /** Digest of what was suspended beside it, as the records `suspension.*` name it; null: nothing. */
    readonly suspensions: string | null
    /** Digest of what was revoked beside it, as the records `revocation.*` name it; null: nothing. */
    readonly revocations: string | null
  } | null
  readonly settings: string
  /** Where the decision came from, `none` where the policy was not asked; `of` is the id of the record that computed it. */
  readonly cache: { readonly state: 'computed' | 'memory' | 'redis' | 'none'; readonly of: string | null }
  readonly software: string
}

export type Ending =
  | 'completed'
  | 'refused'
  | 'answered'
  | 'client_abort'
  | 'cut'
  | 'upstream_failed'
  | 'model_mismatch'
  | 'shutdown'
  | 'unknown_crash'

/** What became of one decision: written after the answer ended. */
export interface OutcomeRecord {
  readonly k: 'outcome'
  readonly id: string
  readonly at: string
  readonly ending: Ending
  /** Why it was cut, or null. */
  readonly reason: Reason | null
  /** Status that the model API answered, null where nothing was forwarded or no answer came. */
  readonly upstreamStatus: number | null
  readonly status: number | null
  readonly bytes: number
  readonly outputTokens: number | null
  /** Model that the upstream says it served, as it says it; null: it did not say. */
  readonly servedModel: string | null
  readonly lastByteAt: string | null
}

/** Counted refusals of basis `session` and `request` above a rate: one record instead of many. */
export interface RefusalsRecord {
  readonly k: 'refusals'
  readonly id: string
  readonly at: string
  readonly reason: Reason
  readonly count: number
  readonly first: string
  readonly last: string
  /** Pseudonym of the client address, null where unknown. */
  readonly address: string | null
}

export type LogRecord = DecisionRecord | OutcomeRecord | RefusalsRecord | EventRecord
