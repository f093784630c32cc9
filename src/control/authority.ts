// The authority of a fleet: the policy that it has to follow, what is suspended and revoked beside it, and the statements that say so.
// What is published comes into force here by the very code by which a gate takes a bundle, or is refused in the same words.
//
// Crash order of a publication: policy kept (`policy-in-force.json`) → in force here → journal → statement signed and sent. Whatever was
// signed is found again by a start: a policy without its line in the journal gets one, a line without its policy ends the start.
import { mkdir } from 'node:fs/promises'
import { join } from 'node:path'
import type { Logger } from 'pino'
import { v7 as newId } from 'uuid'
import type { ClockWatch } from '../clock/index.ts'
import { openSigningKey, takeLock } from '../decision-log/index.ts'
import {
  comparingIn,
  envelopeText,
  type Fed,
  type FedSource,
  noRevocations,
  type Officer,
  openFedSource,
  openRevocations,
  openSuspensions,
  type Refusal,
  type RevocationSet,
  type Revocations,
  revocationSet,
  type SuspendedSource,
  type Suspensions,
  suspendable,
} from '../directives/index.ts'
import {
  type AllotmentRequest,
  digestOfStanding,
  nothingRevoked,
  openStatementChannel,
  type RevokedList,
  revokedList,
  signAllotment,
} from '../fleet/index.ts'
import type { Clock } from '../vocabulary/clock.ts'
import type { ControlSettings } from '../vocabulary/settings.ts'
import { type Allotments, openAllotments } from './allotments.ts'
import { type Activation, type ControlJournal, openControlJournal } from './journal.ts'
import { type Said, Voice } from './voice.ts'

export interface Authority {
  readonly clock: Clock
  readonly steadiness: Steadiness
  /** What the routes of officers ask: whose a name may be, and that whatever is open is cut elsewhere. */
  readonly settings: Pick<ControlSettings, 'issuers'>
  readonly isOfFleet: true
  readonly suspensions: Suspensions
  readonly revocations: Revocations
  /** What is revoked now: also who may not call control any more. */
  revoked(): RevocationSet
  /** The same as gates are told of it. */
  revokedList(): RevokedList
  /** With what is suspended laid over it. */
  readonly policies: SuspendedSource
  readonly journal: ControlJournal
  /** The newest statement, signed; null: nothing was published yet. */
  statement(): Said | null
  /** Signs what is in force anew, and sends it. */
  restate(): void
  /** The same, signed just now: for a gate. */
  freshStatement(): Said | null
  /** A bundle as its file holds it; null: there is none of that kind. */
  bundle(kind: 'policy' | 'registers'): string | null
  /** Resolves when what is given stands on disk, with the signed allotment; null: the call is older than the last one of its gate. */
  allot(request: AllotmentRequest): Promise<string | null>
  readonly handedOut: Allotments['handedOut']
  /** Resolves when it is in force, journaled and signed; with why it is not. @throws Error where the journal cannot be written */
  publish(parts: Fed, by: Officer): Promise<readonly Refusal[]>
  close(): Promise<void>
}

export type Steadiness = Pick<ClockWatch, 'isStable' | 'status'>

export interface AuthoritySurroundings {
  readonly clock: Clock
  /** Whether the clock stands. */
  readonly steadiness: Steadiness
  readonly logger: Logger
}

/** @throws Error with one sentence of what could not start */
export async function openAuthority(settings: ControlSettings, around: AuthoritySurroundings): Promise<Authority> {
  const { clock, steadiness, logger } = around
  const { path, keyFile, policy, fleet, redis } = settings
  await mkdir(path, { recursive: true, mode: 0o700 })
  const lock = takeLock(join(path, 'lock'))
  const key = await openSigningKey(keyFile, () => {})
  const journal = await openControlJournal(join(path, 'journal.ndjson'))
  const allotments = await openAllotments(join(path, 'allotments.json'))
  const onListenerFault = (error: unknown): void => logger.error({ err: error }, 'what follows a publication failed')
  const source = await openFedSource({
    ...policy,
    path: 'published',
    memory: join(path, 'policy-in-force.json'),
    clock,
    permitsMore: comparingIn({ now: () => clock.now(), clockUncertaintyMs: settings.clock.uncertaintyMs }),
    onListenerFault,
    floor: () => journal.highest(),
    onEvent: ({ kind, about }) =>
      logger[kind === 'rejected' || kind === 'alarm' ? 'error' : 'info'](about, `policy.${kind}`),
  })
  const [forgotten] = source.forgotten
  if (forgotten !== undefined) throw new Error(forgotten.reasons[0] ?? forgotten.code)
  await reconcile(source, journal, join(path, 'policy-in-force.json'), clock)

  const suspensions = await openSuspensions({
    path: join(path, 'suspensions.ndjson'),
    clock,
    newId,
    onFault: (error) => logger.error({ err: error }, 'what is suspended could not be written down'),
    apply: (standing) => {
      policies.suspend(standing)
      voice.say({ suspended: digestOfStanding(standing) })
      return noAnswers
    },
    record: async ({ kind, standing, by, why }) => {
      logger.warn({ id: standing.id, of: standing.name, by, why }, `suspension.${kind}`)
      await voice.kept()
    },
  })
  let [inForce, listed] = [noRevocations, nothingRevoked]
  const revocations = await openRevocations({
    path: join(path, 'revocations.ndjson'),
    clock,
    newId,
    onFault: (error) => logger.error({ err: error }, 'what is revoked could not be written down'),
    apply: (standing) => {
      ;[inForce, listed] = [revocationSet(standing), revokedList(standing)]
      voice.say({ revoked: listed.digest })
      return noAnswers
    },
    // The very names stay in the journal.
    record: async ({ kind, standing, by, why }) => {
      logger.warn({ id: standing.id, of: standing.of.kind, by, why }, `revocation.${kind}`)
      await voice.kept()
    },
    onForgotten: ({ id, of }) => logger.info({ id, of: of.kind }, 'revocation.forgotten'),
  })
  ;[inForce, listed] = [revocationSet(revocations.standing()), revokedList(revocations.standing())]
  const voice = new Voice(
    { leaseMs: fleet.leaseMs, clock, isClockStable: steadiness.isStable, logger, key, journal, source },
    { suspended: digestOfStanding(suspensions.standing()), revoked: listed.digest },
  )
  const policies = suspendable({
    source,
    standing: suspensions.standing(),
    // Whom it shuts out here is asked by identity, and nothing is decided here.
    revoked: noRevocations,
    onReached: (id, models) => {
      suspensions.reach(id, models)
      voice.say({ suspended: digestOfStanding(suspensions.standing()) })
    },
    onListenerFault,
  })
  const channel =
    redis === null
      ? undefined
      : openStatementChannel({ redis, controlKey: key.publicKey.export({ format: 'jwk' }).x ?? '', onText: null })
  voice.onSaid = (text) => void channel?.publish(text, fleet.leaseMs)
  voice.say()
  // One at a time: who is told to have published is who brought about what changed.
  let publishing: Promise<unknown> = Promise.resolve()
  const again = setInterval(() => voice.say(), fleet.leaseMs / 3)

  return {
    clock,
    steadiness,
    settings,
    isOfFleet: true,
    suspensions,
    revocations,
    revoked: () => inForce,
    revokedList: () => listed,
    policies,
    journal,
    statement: () => voice.said,
    restate: () => voice.say(),
    freshStatement: () => voice.fresh(),
    bundle: (kind) => {
      const part = source.pair()?.[kind]
      return part ? envelopeText(part) : null
    },
    allot: async (request) => {
      const allotment = await allotments.allot(request, source.current()?.policy.quantities ?? new Map())
      return allotment === 'late' ? null : signAllotment(allotment, key.privateKey)
    },
    handedOut: allotments.handedOut,
    publish: (parts, by) => {
      const turn = publishing.then(() => publishNow(parts, by))
      publishing = turn.catch(() => {})
      return turn
    },
    close: async () => {
      clearInterval(again)
      channel?.close()
      await policies.close()
      await suspensions.close()
      await revocations.close()
      await journal.close()
      await allotments.close()
      lock.release()
    },
  }

  async function publishNow(parts: Fed, by: Officer): Promise<readonly Refusal[]> {
    const before = source.current()?.digest
    const refusals = await source.feed(parts)
    const active = source.current()
    if (active !== undefined && active.digest !== before) {
      const { serial: policySerial, registersSerial, digest } = active
      const entry: Activation = {
        act: 'activated',
        at: clock.now(),
        policySerial,
        registerSerial: registersSerial ?? 0,
        digest,
        by,
      }
      await journal.add(entry).finally(() => voice.say())
    } else voice.say()
    return refusals
  }
}

/** Policy and journal are two files: what a crash left between them is put right, what no crash can leave ends the start. */
async function reconcile(source: FedSource, journal: ControlJournal, memory: string, clock: Clock): Promise<void> {
  const active = source.current()
  const { policySerial: highest, registerSerial } = journal.highest()
  const last = journal.activations().at(-1)
  const isOlder = active !== undefined && (active.serial < highest || (active.registersSerial ?? 0) < registerSerial)
  if (active === undefined ? last !== undefined : isOlder)
    throw new Error(
      `the journal says that ${numbered(highest, registerSerial)} was activated, and \`${memory}\` holds ${active === undefined ? 'nothing' : numbered(active.serial, active.registersSerial ?? 0)} that the settings' signers approved: put the file back from a copy of this folder, or the signers into the settings`,
    )
  if (active !== undefined && active.digest !== last?.digest) {
    const { serial: policySerial, registersSerial, digest } = active
    const registerSerial = registersSerial ?? 0
    await journal.add({ act: 'activated', at: clock.now(), policySerial, registerSerial, digest, by: null })
  }
}

/** Control has no open answers: it cuts none. */
const noAnswers = Promise.resolve(0)

const numbered = (serial: number, registers: number): string =>
  registers === 0 ? `serial ${serial}` : `serial ${serial} with registers ${registers}`
