// Officers' acts in a gate that follows its fleet's control: shown here as they are in force, begun and lifted there, and none left over
// from before it followed anybody.
import { join } from 'node:path'
import { v7 as newId } from 'uuid'
import {
  nameOfRevoked,
  openRevocations,
  openSuspensions,
  type Revocations,
  type Suspensions,
} from '../directives/index.ts'
import type { Follower } from '../fleet/index.ts'
import type { Clock } from '../vocabulary/clock.ts'

/**
 * What an officer closed here, or whom one shut out, must not be open because this gate follows somebody now.
 * @throws Error with one sentence that says what to do
 */
export async function assertNothingClosedHere(folder: string, clock: Clock): Promise<void> {
  const unused = { clock, newId, apply: async () => 0, record: async () => {}, onFault: () => {} }
  const suspensions = { ...unused, path: join(folder, 'suspensions.ndjson') }
  const own = await openSuspensions(suspensions)
  const names = own.standing().map(({ name }) => name)
  await own.close()
  if (names.length > 0) throw leftOver(suspensions.path, 'suspended', 'suspend', names)
  const revocations = { ...unused, path: join(folder, 'revocations.ndjson') }
  const revoked = await openRevocations({ ...revocations, onForgotten: () => {} })
  const shutOut = revoked.standing().map(({ of }) => nameOfRevoked(of))
  await revoked.close()
  if (shutOut.length > 0) throw leftOver(revocations.path, 'revoked', 'revoke', shutOut)
}

function leftOver(path: string, done: string, act: string, names: readonly string[]): Error {
  const more = names.length > 5 ? ` and ${names.length - 5} more` : ''
  return new Error(
    `\`${path}\` says that officers have ${done} ${names.slice(0, 5).join(', ')}${more} in this gate alone: ${act} it at control too, then move the file away`,
  )
}

const elsewhere = (): never => {
  throw new Error('acts of officers of a fleet are begun and lifted at its control')
}

/** The listener of the gate refuses what would change it. */
export function suspensionsOf(follower: Pick<Follower, 'standing'>): Suspensions {
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

/** The same. Who revoked it and why is not told to gates: it stands in control's log. */
export function revocationsOf(
  follower: Pick<Follower, 'revoked' | 'revocationEpoch'>,
  controlUrl: string,
): Revocations {
  const said = { why: 'said at control, which tells why', by: { issuer: controlUrl, subject: 'control' }, lift: null }
  return {
    standing: () => follower.revoked().listed.map((one) => ({ ...one, ...said })),
    epoch: () => follower.revocationEpoch(),
    begin: elsewhere,
    askLift: elsewhere,
    status: () => {
      const { length } = follower.revoked().listed
      const count = length === 1 ? '1 revocation' : `${length} revocations`
      return { ok: true, detail: length === 0 ? 'nothing is revoked' : `${count} in force` }
    },
    close: async () => {},
  }
}
