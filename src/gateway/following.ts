// A gate that follows its fleet's control: the policy, what is suspended and the lease come from there, and each of them is on record.
import { join } from 'node:path'
import type { Logger } from 'pino'
import { v7 as newId } from 'uuid'
import {
  type FedSource,
  openFedSource,
  openSuspensions,
  type RevocationSet,
  type Suspensions,
  suspendable,
} from '../directives/index.ts'
import type { FollowedFleet } from '../enforcement/index.ts'
import {
  createLease,
  type Follower,
  type FollowerEvent,
  type LeasedSource,
  leasedSource,
  openFollower,
  recallFleet,
} from '../fleet/index.ts'
import { type Clock, timestamp } from '../vocabulary/clock.ts'
import type { EventKind, Events } from '../vocabulary/event.ts'
import type { FleetSettings, Settings } from '../vocabulary/settings.ts'

export interface FollowingOptions {
  readonly settings: Settings
  readonly control: NonNullable<FleetSettings['control']>
  readonly fleet: FleetSettings
  readonly clock: Clock
  readonly logger: Logger
  readonly note: <Kind extends EventKind>(k: Kind, about: Events[Kind]) => void
  /** What is revoked in this gate at the start. */
  readonly revoked: RevocationSet
  /** As for every other source of policies; `path` and `memory` are its own. */
  readonly source: Omit<Parameters<typeof openFedSource>[0], 'path' | 'memory'>
}

export interface Following {
  readonly policies: LeasedSource
  /** What is suspended in the fleet; acts of officers are for control. */
  readonly suspensions: Suspensions
  readonly fleet: FollowedFleet
  /** Asked before each release. */
  readonly isFresh: () => boolean
  close(): Promise<void>
}

/** @throws Error with one sentence where what was seen before cannot be known */
export async function openFollowing(options: FollowingOptions): Promise<Following> {
  const { settings, control, fleet, clock, logger, note } = options
  const folder = settings.log.path
  await assertNothingSuspendedHere(join(folder, 'suspensions.ndjson'), clock)
  const memory = join(folder, 'fleet-seen.json')
  const remembered = await recallFleet(memory)
  const onListenerFault = options.source.onListenerFault
  const source: FedSource = await openFedSource({
    ...options.source,
    path: control.url,
    memory: join(folder, 'policy-in-force.json'),
  })
  const lease = createLease({ clock, leaseMs: fleet.leaseMs })
  const { standing } = remembered
  const suspended = suspendable({ source, standing, revoked: options.revoked, onReached: () => {}, onListenerFault })
  const policies = leasedSource({ source: suspended, lease, remembers: !remembered.isNew, onListenerFault })
  const follower = await openFollower({
    fleet: { ...fleet, control },
    redis: settings.redis,
    clock,
    source,
    policies,
    lease,
    memory,
    remembered,
    onEvent: (event) => tell(event),
  })

  function tell(event: FollowerEvent): void {
    switch (event.kind) {
      case 'followed': {
        const { policySerial, registerSerial, policyDigest, suspensionEpoch, issuedAt } = event.statement
        const suspensions = suspended.current()?.suspensions ?? null
        const numbers = { serial: policySerial, registers_serial: registerSerial, suspension_epoch: suspensionEpoch }
        return note('fleet.followed', { ...numbers, digest: policyDigest, suspensions, issued: timestamp(issuedAt) })
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
    suspensions: ofTheFleet(follower),
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

/** What an officer closed here before this gate followed anybody must not be open because it does now. */
async function assertNothingSuspendedHere(path: string, clock: Clock): Promise<void> {
  const apply = (): number => 0
  const own = await openSuspensions({ path, clock, newId, apply, record: async () => {}, onFault: () => {} })
  const names = own.standing().map(({ name }) => name)
  await own.close()
  if (names.length > 0)
    throw new Error(
      `\`${path}\` says that officers have suspended ${names.join(', ')} in this gate alone: suspend it at control too, then move the file away`,
    )
}

/** The listener of the gate refuses what would change it. */
function ofTheFleet(follower: Follower): Suspensions {
  const elsewhere = (): never => {
    throw new Error('suspensions of a fleet are begun and lifted at its control')
  }
  return {
    standing: () => follower.standing(),
    begin: elsewhere,
    askLift: elsewhere,
    reach: () => {},
    writeAgain: async () => {},
    status: () => {
      const names = follower.standing().map(({ name }) => name)
      return {
        ok: true,
        detail: names.length === 0 ? 'nothing is suspended' : `suspended for everyone: ${names.join(', ')}`,
      }
    },
    close: async () => {},
  }
}
