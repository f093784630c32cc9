// The authority of a fleet: the policy that it has to follow, what is suspended and revoked beside it, and the statements that say so.
// What is published comes into force here by the very code by which a gate takes a bundle, and what officers do is recorded by the very
// code by which a gate records it.
//
// Crash order of a publication: publishing.ts. Whatever was signed is found again by a start: a policy without its line in the journal
// gets one, a line without its policy ends the start.
import { mkdir } from 'node:fs/promises'
import { join } from 'node:path'
import type { Logger } from 'pino'
import { type Notes, openRevoking, openSuspending } from '../acts/index.ts'
import type { ClockWatch } from '../clock/index.ts'
import { openSigningKey, takeLock } from '../decision-log/index.ts'
import {
  comparingIn,
  envelopeText,
  type FedSource,
  noRevocations,
  openFedSource,
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
import type { Undo } from '../undo.ts'
import type { Clock } from '../vocabulary/clock.ts'
import type { ControlSettings } from '../vocabulary/settings.ts'
import { type Allotments, openAllotments } from './allotments.ts'
import { type ControlJournal, openControlJournal } from './journal.ts'
import { numbersOf, type Publish, publishingTo } from './publishing.ts'
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
  /** Resolves when it is in force and signed, or with why it is not. */
  readonly publish: Publish
}

export type Steadiness = Pick<ClockWatch, 'isStable' | 'status'>

export interface AuthoritySurroundings {
  readonly clock: Clock
  /** Whether the clock stands. */
  readonly steadiness: Steadiness
  readonly logger: Logger
  readonly notes: Notes
  /** False: nothing can be recorded now. */
  readonly isLogOpen: () => boolean
  /** What closes all of it again. */
  readonly undo: Undo
}

/** @throws Error with one sentence of what could not start */
export async function openAuthority(settings: ControlSettings, around: AuthoritySurroundings): Promise<Authority> {
  const { clock, steadiness, logger, notes, isLogOpen, undo } = around
  const { path, keyFile, policy, fleet, redis } = settings
  await mkdir(path, { recursive: true, mode: 0o700 })
  const lock = takeLock(join(path, 'lock'))
  undo.push(async () => lock.release())
  const key = await openSigningKey(keyFile, () => {})
  const journal = undo.keep(await openControlJournal(join(path, 'journal.ndjson')))
  const keepJournal = (): Promise<void> =>
    journal.kept().catch((error: unknown) => logger.error({ err: error }, 'the journal of control cannot be written'))
  undo.push(keepJournal)
  const allotments = undo.keep(await openAllotments(join(path, 'allotments.json')))
  const onListenerFault = (error: unknown): void => logger.error({ err: error }, 'what follows a publication failed')
  const source = undo.keep(
    await openFedSource({
      ...policy,
      path: 'published',
      memory: join(path, 'policy-in-force.json'),
      clock,
      permitsMore: comparingIn({ now: () => clock.now(), clockUncertaintyMs: settings.clock.uncertaintyMs }),
      onListenerFault,
      floor: () => journal.highest(),
      mayOpen: isLogOpen,
      onEvent: ({ kind, about }) => notes.note(`policy.${kind}`, about),
    }),
  )
  const [forgotten] = source.forgotten
  if (forgotten !== undefined) throw new Error(forgotten.reasons[0] ?? forgotten.code)
  await reconcile(source, journal, join(path, 'policy-in-force.json'), clock)
  // What is in force, sent again: it is recorded at each start, also where a crash came before the record of its publication.
  if (source.pair() !== undefined) await source.feed({ policy: null, registers: null })

  const acting = { folder: path, notes, logger, clock, ofFleet: journal }
  let say: Voice['say'] = () => {}
  const suspensions = undo.keep(
    await openSuspending({
      ...acting,
      apply: (standing) => {
        policies.suspend(standing)
        say({ suspended: digestOfStanding(standing) })
        return noAnswers
      },
      digest: () => policies.current()?.suspensions ?? null,
    }),
  )
  let [inForce, listed] = [noRevocations, nothingRevoked]
  const revocations = undo.keep(
    await openRevoking({
      ...acting,
      apply: (standing) => {
        ;[inForce, listed] = [revocationSet(standing), revokedList(standing)]
        say({ revoked: listed.digest })
        return noAnswers
      },
      digest: () => inForce.digest,
    }),
  )
  const voice = new Voice(
    { leaseMs: fleet.leaseMs, clock, isClockStable: steadiness.isStable, logger, key, journal, source },
    { suspended: digestOfStanding(suspensions.standing()), revoked: listed.digest },
  )
  say = (changed) => voice.say(changed)
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
  // Once more, ahead of what it tells of the models that it has reached.
  undo.keep(policies)
  const channel =
    redis === null
      ? undefined
      : openStatementChannel({ redis, controlKey: key.publicKey.export({ format: 'jwk' }).x ?? '', onText: null })
  undo.push(async () => channel?.close())
  voice.onSaid = (text) => void channel?.publish(text, fleet.leaseMs)
  voice.say()
  const again = setInterval(() => {
    voice.say()
    void keepJournal()
  }, fleet.leaseMs / 3)
  undo.push(async () => clearInterval(again))

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
      const part = voice.pair()?.[kind]
      return part ? envelopeText(part) : null
    },
    allot: async (request) => {
      const allotment = await allotments.allot(request, source.current()?.policy.quantities ?? new Map())
      return allotment === 'late' ? null : signAllotment(allotment, key.privateKey)
    },
    handedOut: allotments.handedOut,
    publish: publishingTo({ source, journal, voice, notes, clock, isClockStable: steadiness.isStable }),
  }
}

/** Policy and journal are two files: what a crash left between them is put right, what no crash can leave ends the start. */
async function reconcile(source: FedSource, journal: ControlJournal, memory: string, clock: Clock): Promise<void> {
  const active = numbersOf(source)
  const { policySerial: highest, registerSerial } = journal.highest()
  const last = journal.activations().at(-1)
  const isOlder = active !== null && (active.policySerial < highest || active.registerSerial < registerSerial)
  if (active === null ? last !== undefined : isOlder)
    throw new Error(
      `the journal says that ${numbered(highest, registerSerial)} was activated, and \`${memory}\` holds ${active === null ? 'nothing' : numbered(active.policySerial, active.registerSerial)} that the settings' signers approved: put the file back from a copy of this folder, or the signers into the settings`,
    )
  if (active !== null && active.digest !== last?.digest)
    await journal.add({ act: 'activated', at: clock.now(), ...active, by: null })
}

/** Control has no open answers: it cuts none. */
const noAnswers = Promise.resolve(0)

const numbered = (serial: number, registers: number): string =>
  registers === 0 ? `serial ${serial}` : `serial ${serial} with registers ${registers}`
