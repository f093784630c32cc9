// Events: what else than decisions and outcomes an auditor must find: loads, rejections, recoveries, break-glass, who read the log.
// Each kind says exactly what it is about; record-words.ts says what each field means.
import type { Revoked } from './revocation.ts'

/** A policy came into force here. Where registers are approved apart, the fields `registers_…` tell of them. */
export interface PolicyLoaded extends PolicyApproved {
  readonly changed: readonly string[]
  readonly exposure: readonly string[]
}

export interface PolicyApproved {
  readonly digest: string
  readonly content: string
  readonly serial: number
  readonly unsigned: boolean
  readonly path: string
  readonly files: number
  readonly directives: number
  readonly before: string | null
  readonly author: string | null
  readonly approvers: readonly string[]
  readonly approval_due: string | null
  readonly policy_digest?: string
  readonly registers_digest?: string
  readonly registers_serial?: number
  readonly registers_author?: string | null
  readonly registers_approvers?: readonly string[]
  readonly registers_approval_due?: string | null
  readonly registers_not_after?: string | null
}

interface Suspended {
  readonly id: string
  readonly of: string
  readonly models: readonly string[]
  readonly more: number
  readonly since: string
  readonly why: string
}

interface SuspensionAct extends Suspended {
  readonly issuer: string
  readonly subject: string
  readonly suspensions: string | null
}

/** What is revoked, as records tell it: persons by their pseudonyms. */
export interface RevokedOnRecord {
  readonly id: string
  readonly kind: Revoked['kind']
  readonly of: string
  readonly ofIssuer: string | null
  readonly issuedUntil: string | null
  readonly since: string
}

interface RevocationAct extends RevokedOnRecord {
  readonly why: string
  readonly issuer: string
  readonly subject: string
  readonly revocations: string | null
}

/** Open answers that an act cut; null: in the gates of a fleet. */
interface Cut {
  readonly cut: number | null
}

interface DatabaseSeen {
  readonly kind: 'country' | 'anonymizer'
  readonly file: string
}

/** By kind of event, what its record is about. */
export interface Events {
  'log.opened': {
    readonly origin: string
    readonly epoch: string
    readonly prevSize: number
    readonly prevRoot: string
    readonly key: string
    readonly roster: readonly string[]
  }
  'log.sealed':
    | {
        readonly segment: string
        readonly sha256: string
        readonly n: number
        readonly root: string
        readonly frontier: readonly string[]
      }
    | { readonly segment: string; readonly open: readonly string[] }
  'log.recovered':
    | {
        readonly tornBytes: number
        readonly torn: readonly string[]
        readonly restored: number
        readonly adopted: number
        readonly lastCommit: number
        readonly open: number
      }
    | { readonly refused: number; readonly from: string; readonly to: string }
  'log.closed': { readonly size: number; readonly open: number }
  'policy.loaded': PolicyLoaded
  'policy.approved': PolicyApproved
  'policy.rejected': {
    readonly code: string
    readonly path: string
    readonly reasons: readonly string[]
    readonly kept: string | null
  }
  'policy.alarm': {
    readonly check: string
    readonly detail: string
    readonly digest: string | null
    readonly serial: number | null
  }
  'policy.published': {
    readonly issuer: string
    readonly subject: string
    readonly policy_serial: number | null
    readonly policy_digest: string | null
    readonly registers_serial: number | null
    readonly registers_digest: string | null
    readonly ended: 'in_force' | 'approved' | 'unchanged' | 'refused'
    readonly codes: readonly string[]
    readonly serial: number | null
    readonly digest: string | null
  }
  'suspension.begun': SuspensionAct & Cut
  'suspension.lift_asked': SuspensionAct
  'suspension.lifted': SuspensionAct & Cut
  'suspension.reminded': Suspended & { readonly ageS: number }
  'revocation.begun': RevocationAct & Cut
  'revocation.lift_asked': RevocationAct
  'revocation.lifted': RevocationAct & Cut
  'revocation.forgotten': RevokedOnRecord & { readonly revocations: string | null }
  'revocation.loaded': { readonly count: number; readonly epoch: number; readonly revocations: string | null }
  'fleet.followed': {
    readonly serial: number
    readonly registers_serial: number
    readonly digest: string
    readonly suspension_epoch: number
    readonly suspensions: string | null
    readonly revocation_epoch: number
    readonly revocations: string | null
    readonly issued: string
  }
  'fleet.lease': { readonly state: 'confirmed' | 'lost'; readonly why: string }
  'fleet.ignored': { readonly why: string }
  'geo.loaded': DatabaseSeen & {
    readonly digest: string
    readonly type: string
    readonly builtAt: string
    readonly networks: number
  }
  'geo.rejected': DatabaseSeen & {
    readonly digest: string | null
    readonly why: string
    readonly kept: string | null
  }
  'config.loaded': { readonly settings: string; readonly software: string }
  'quantity.handed_out': {
    readonly grant: string
    readonly tokens: number
    readonly inAll: number
    readonly of: number
  }
  'clock.step': { readonly byMs: number }
  'redis.state': { readonly state: 'up' | 'down'; readonly why: string }
  'redis.alarm': { readonly why: string; readonly poisoned: number }
  query: {
    readonly decision: string
    readonly found: boolean
    readonly issuer: string
    readonly subject: string
    readonly roles: readonly string[]
  }
}

export type EventKind = keyof Events

type EventOf<Kind extends EventKind> = { readonly k: Kind; readonly at: string; readonly about: Events[Kind] }

export type EventRecord = { [Kind in EventKind]: EventOf<Kind> }[EventKind]

/** @param at RFC 3339 UTC with milliseconds */
export function eventRecord<Kind extends EventKind>(k: Kind, at: string, about: Events[Kind]): EventRecord {
  // TypeScript does not follow that kind and subject belong together where the kind is a parameter.
  return { k, at, about } satisfies EventOf<Kind> as unknown as EventRecord
}
