// A gate that follows its fleet's control: the policy, what is suspended and revoked and the lease come from there, each on record.
import { join } from 'node:path'
import type { Logger } from 'pino'
import type { Notes } from '../acts/index.ts'
import {
  type FedSource,
  openFedSource,
  type Revocations,
  revocationSet,
  type Suspensions,
  suspendable,
} from '../directives/index.ts'
import type { FollowedFleet } from '../enforcement/index.ts'
import {
  createLease,
  type FollowerEvent,
  inheritMemory,
  type LeasedSource,
  leasedSource,
  openFollower,
  recallFleet,
} from '../fleet/index.ts'
import { type Clock, timestamp } from '../vocabulary/clock.ts'
import type { FleetSettings, Settings } from '../vocabulary/settings.ts'
import { assertNothingClosedHere, revocationsOf, suspensionsOf } from './fleet-acts.ts'
import type { Revoked } from './revoked.ts'

export interface FollowingOptions {
  readonly settings: Settings
  /** Where this process keeps what it has seen. */
  readonly folder: string
  /** How it is called in `policy status`; null: as before, or by a name of its own. */
  readonly name: string | null
  readonly control: NonNullable<FleetSettings['control']>
  readonly fleet: FleetSettings
  readonly clock: Clock
  readonly logger: Logger
  readonly note: Notes['note']
  readonly revoked: Revoked
  /** As for every other source of policies; `path` and `memory` are its own. */
  readonly source: Omit<Parameters<typeof openFedSource>[0], 'path' | 'memory'>
}

export interface Following {
  readonly policies: LeasedSource
  /** What is suspended and revoked in the fleet; acts of officers are for control. */
  readonly suspensions: Suspensions
  readonly revocations: Revocations
  readonly fleet: FollowedFleet
  /** Asked before each release. */
  readonly isFresh: () => boolean
  close(): Promise<void>
}

/** @throws Error with one sentence where what was seen before cannot be known */
export async function openFollowing(options: FollowingOptions): Promise<Following> {
  const { settings, folder, control, fleet, clock, logger, note, revoked } = options
  await assertNothingClosedHere(settings.log.path, clock)
  await inheritMemory(settings.log.path, folder)
  const memory = join(folder, 'fleet-seen.json')
  const recalled = await recallFleet(memory)
  const remembered = { ...recalled, gate: options.name ?? recalled.gate.replace(/\/\d+$/, '') }
  const onListenerFault = options.source.onListenerFault
  const source: FedSource = await openFedSource({
    ...options.source,
    path: control.url,
    memory: join(folder, 'policy-in-force.json'),
  })
  const lease = createLease({ clock, leaseMs: fleet.leaseMs })
  const { standing } = remembered
  const { listed } = remembered.revoked
  void revoked.put(revocationSet(listed))
  const suspended = suspendable({ source, standing, revoked: revoked.now(), onReached: () => {}, onListenerFault })
  const policies = leasedSource({ source: suspended, lease, remembers: !remembered.isNew, onListenerFault })
  revoked.over(policies)
  if (listed.length > 0) {
    const epoch = remembered.seen.numbers.revocationEpoch
    note('revocation.loaded', { count: listed.length, epoch, revocations: revoked.now().digest })
  }
  const follower = await openFollower({
    fleet: { ...fleet, control },
    redis: settings.redis,
    clock,
    source,
    policies,
    revoke: (next) => void revoked.put(revocationSet(next)),
    lease,
    memory,
    remembered,
    onEvent: (event) => tell(event),
  })

  function tell(event: FollowerEvent): void {
    switch (event.kind) {
      case 'followed': {
        const { policySerial, registerSerial, policyDigest, suspensionEpoch, revocationEpoch, issuedAt } =
          event.statement
        return note('fleet.followed', {
          serial: policySerial,
          registers_serial: registerSerial,
          digest: policyDigest,
          suspension_epoch: suspensionEpoch,
          suspensions: suspended.current()?.suspensions ?? null,
          revocation_epoch: revocationEpoch,
          revocations: revoked.now().digest,
          issued: timestamp(issuedAt),
        })
      }
      case 'lease':
        return note('fleet.lease', { state: event.isFresh ? 'confirmed' : 'lost', why: event.why })
      case 'ignored':
        logger.warn({ why: event.why }, 'a statement was not followed')
        return note('fleet.ignored', { why: event.why })
    }
  }

  return {
    policies,
    suspensions: suspensionsOf(follower),
    revocations: revocationsOf(follower, control.url),
    fleet: {
      gate: remembered.gate,
      status: follower.status,
      counters: follower.counters,
      control: control.url,
      leftMs: lease.leftMs,
    },
    isFresh: lease.isFresh,
    close: async () => {
      await follower.close()
      await policies.close()
    },
  }
}
