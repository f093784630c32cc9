// What `policy status` shows: what is in force, and how far it has come. Instants in RFC 3339.
import type { FleetStatement } from '../fleet/index.ts'
import { timestamp } from '../vocabulary/clock.ts'
import type { Shown } from './gates.ts'
import type { Activation } from './journal.ts'
import type { ControlParts } from './listener.ts'

const instant = (ms: number | null): string | null => (ms === null ? null : timestamp(ms))

export function statusOf({
  settings,
  authority,
  gates,
}: Pick<ControlParts, 'settings' | 'authority' | 'gates'>): object {
  const said = authority.statement()
  if (said === null) return { policy: null, exposure: null, gates: [] }
  const { statement } = said
  const publication = publicationOf(authority.journal.activations(), statement)
  if (publication === undefined) return { policy: null, exposure: null, gates: [] }
  const now = authority.clock.now()
  const changedAt = authority.journal.changedAt()
  const shown = gates.standings(statement, { now, changedAt, leaseMs: settings.fleet.leaseMs })
  return {
    policy: {
      serial: statement.policySerial,
      registers_serial: statement.registerSerial,
      digest: statement.policyDigest,
      published_at: timestamp(publication.at),
      published_by: publication.by,
    },
    suspensions: authority.suspensions
      .standing()
      .map(({ id, name, since }) => ({ id, of: name, since: timestamp(since) })),
    revocations: { count: authority.revocations.standing().length, epoch: statement.revocationEpoch },
    amounts: [...(authority.policies.current()?.policy.quantities ?? [])].map(([grant, total]) => ({
      grant,
      handed_out: authority.handedOut().get(grant) ?? 0,
      of: total,
    })),
    exposure: exposureOf(shown, statement, { from: publication.at, leftBy: gates.exposedUntil }),
    /** More report than are listed. */
    gates_unlisted: gates.isFull(now, settings.fleet.leaseMs),
    gates: shown.map(({ gate, standing, lacks, policySerial, registerSerial, since, confirmedUntil, heardAt }) => ({
      gate,
      standing,
      lacks,
      serial: policySerial,
      registers_serial: registerSerial,
      since: instant(since),
      confirmed_until: instant(confirmedUntil),
      heard_at: instant(heardAt),
    })),
  }
}

/** A newer one may be in the journal already, and be signed in a moment. */
const publicationOf = (
  activations: readonly Activation[],
  { policySerial, registerSerial, policyDigest }: FleetStatement,
): Activation | undefined =>
  activations.findLast(
    (one) => one.policySerial === policySerial && one.registerSerial === registerSerial && one.digest === policyDigest,
  )

/**
 * From the publication until the last gate enforced it, or had ended in order. What is shut exposes nothing, nor what was first heard of
 * afterwards: a gate serves nothing before control has told it what is newest.
 */
export function exposureOf(
  all: readonly Shown[],
  { policyDigest }: Pick<FleetStatement, 'policyDigest'>,
  { from, leftBy }: { readonly from: number; readonly leftBy: number },
): object {
  const open = all.filter(({ standing }) => standing === 'behind').map(({ gate }) => gate)
  const shut = all.filter(({ standing }) => standing === 'shut').map(({ gate }) => gate)
  const instants = all.flatMap(({ policyDigest: digest, since, listedAt }) =>
    digest !== policyDigest || since === null || (listedAt ?? 0) > from ? [] : [since],
  )
  if (leftBy > from) instants.push(leftBy)
  const until = open.length > 0 || instants.length === 0 ? null : Math.max(from, ...instants)
  return {
    from: timestamp(from),
    until: instant(until),
    milliseconds: until === null ? null : until - from,
    not_acknowledged: open,
    shut,
  }
}
