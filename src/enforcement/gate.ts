// The gate: the parts that the nine steps use, as src/gateway/compose.ts puts them together. Types only.
import type { ClockWatch } from '../clock/index.ts'
import type { DecisionCache } from '../decision-cache/index.ts'
import type { DecisionLog } from '../decision-log/index.ts'
import type { PolicySource, RevocationSet, Revocations, Suspensions } from '../directives/index.ts'
import type { Follower } from '../fleet/index.ts'
import type { Identity } from '../identity/index.ts'
import type { Location, TrustedProxies } from '../location/index.ts'
import type { Quantities } from '../quantities/index.ts'
import type { PinnedModels } from '../request/index.ts'
import type { StoredObjects } from '../stored-objects/index.ts'
import type { Clock } from '../vocabulary/clock.ts'
import type { Decision } from '../vocabulary/decision.ts'
import type { Dialect } from '../vocabulary/operation.ts'
import type { Reason } from '../vocabulary/reason.ts'
import type { DecisionRecord, Ending } from '../vocabulary/record.ts'
import type { Settings, UpstreamSettings } from '../vocabulary/settings.ts'
import type { LiveAnswers } from './live.ts'
import type { RefusalCounts } from './refusal-counts.ts'

export interface Gate {
  /** What the steps read of the settings; credentials of upstreams stay with the dispatch. */
  readonly settings: Pick<Settings, 'listen' | 'limits' | 'clock' | 'issuers' | 'digest'>
  readonly clock: Clock
  /** Whether the clock stands: right after it was set, nothing new is decided. */
  readonly steadiness: Pick<ClockWatch, 'isStable' | 'status' | 'anchor' | 'since'>
  readonly identity: Identity
  readonly location: Location
  /** Null: no proxy is trusted, the TCP peer is the client. */
  readonly trustedProxies: TrustedProxies | null
  /** What is suspended and revoked lies over it. */
  readonly policies: PolicySource
  /** What is suspended by officers of this gate. */
  readonly suspensions: Suspensions
  /** What is revoked by officers and operators of this gate. */
  readonly revocations: Revocations
  /** What is revoked now, whoever said so: asked for each request. */
  readonly revoked: () => RevocationSet
  /** The fleet's control that this gate follows; null: nobody's, it reads its policy itself. */
  readonly fleet: FollowedFleet | null
  readonly cache: DecisionCache
  readonly log: DecisionLog
  /** What is left of what grants license in amount. */
  readonly quantities: Quantities
  /** Who made what is stored at the model APIs. */
  readonly stored: StoredObjects
  readonly live: LiveAnswers
  readonly refusalCounts: RefusalCounts
  readonly observe: Observe
  /** The model that an operation runs where a request names none. */
  readonly pinned: PinnedModels
  /** UUIDv7. */
  readonly newId: () => string
  /** `portcullis <version>`, part of every record. */
  readonly software: string
  /** The one upstream that serves a model in a dialect. */
  readonly upstreamFor: (dialect: Dialect, model: string) => UpstreamSettings | undefined
  readonly upstreamsOf: (dialect: Dialect) => readonly UpstreamSettings[]
}

export interface FollowedFleet extends Pick<Follower, 'status' | 'counters'> {
  /** How this gate is called in the fleet. */
  readonly gate: string
  /** URL of its control. */
  readonly control: string
  /** How long the policy is still confirmed, milliseconds; 0 or less: it is not. */
  readonly leftMs: () => number
}

/** What metrics and operational log are fed with, after the record, never in place of it. Must not throw. */
export interface Observe {
  decided(
    decision: Pick<Decision, 'effect' | 'basis'> & { reason: Reason },
    cache: DecisionRecord['cache']['state'],
  ): void
  ended(ending: Ending, seconds: number): void
  cut(reason: Reason): void
  /** A defect: an error that no reason foresees. For the operators' log. */
  fault(error: unknown, where: string): void
}
