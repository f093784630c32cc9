// Composes a fleet's control. Parts start in the order in which they need each other and end in the reverse one: the log first, since
// everything after it leaves records; the listener last.
import type { Logger } from 'pino'
import { createNotes } from '../acts/index.ts'
import { listen, serverOf, shut } from '../admin/index.ts'
import { watchClock } from '../clock/index.ts'
import { controlOrigin, type Disk, openLog } from '../decision-log/index.ts'
import { fleetLimits } from '../fleet-limits.ts'
import { createIdentity } from '../identity/index.ts'
import { processLimits } from '../process-limits.ts'
import { Undo } from '../undo.ts'
import type { Clock } from '../vocabulary/clock.ts'
import type { ControlSettings } from '../vocabulary/settings.ts'
import { openAuthority } from './authority.ts'
import { Gates } from './gates.ts'
import { createControlListener } from './listener.ts'

export interface Control {
  /** The URL under which it answers. */
  readonly url: string
  close(): Promise<void>
}

export interface ControlSurroundings {
  readonly clock: Clock
  /** Milliseconds that only grow, against which the clock is watched. */
  readonly monotonic: () => number
  readonly logger: Logger
  /** `portcullis <version>` */
  readonly software: string
  /** Called once where the log's disk failed: whatever officers do is off the record by then. */
  readonly onLogLost: (error: Error) => void
  /** The kernel, unless a test makes it fail. */
  readonly logDisk?: Disk
}

/** @throws Error of what could not start, with everything before it closed again */
export async function openControl(settings: ControlSettings, around: ControlSurroundings): Promise<Control> {
  const undo = new Undo()
  try {
    const url = await open(settings, around, undo)
    return { url, close: () => undo.all() }
  } catch (error) {
    await undo.all().catch((also: unknown) => around.logger.error({ err: also }, 'could not be closed again'))
    throw error
  }
}

async function open(settings: ControlSettings, around: ControlSurroundings, undo: Undo): Promise<string> {
  const { clock, monotonic, logger, software, onLogLost, logDisk } = around
  const log = undo.keep(
    await openLog({
      ...settings.log,
      origin: controlOrigin,
      clock,
      ...(logDisk === undefined ? {} : { disk: logDisk }),
      onPoisoned: (error) => {
        logger.fatal({ err: error }, 'the decision log cannot be written')
        onLogLost(error)
      },
    }),
  )
  const notes = createNotes({ log, logger, clock })
  notes.note('config.loaded', { settings: settings.digest, software })
  const isLogOpen = (): boolean => log.status().state === 'open'
  let follow = (): void => {}
  let restating: NodeJS.Timeout | undefined
  const steadiness = undo.keep(
    watchClock({
      clock,
      monotonic,
      onStep: (byMs) => {
        notes.note('clock.step', { byMs: Math.round(byMs) })
        follow()
      },
    }),
  )
  undo.push(async () => clearTimeout(restating))
  const authority = await openAuthority(settings, { clock, steadiness, logger, notes, isLogOpen, undo })
  const identity = undo.keep(
    createIdentity({
      issuers: settings.issuers,
      clock,
      // A revoked officer is no officer here either.
      withdrawn: (caller) => authority.revoked().of(caller),
      onEvent: (event) => logger[event.kind === 'keys-failed' ? 'warn' : 'info'](event, 'identity'),
    }),
  )
  const gates = new Gates(authority.journal.gates(), clock.now())
  follow = () => {
    gates.stepped(clock.now())
    // What officers say meanwhile is signed as soon as the clock stands.
    clearTimeout(restating)
    restating = setTimeout(() => authority.restate(), processLimits.clockStableMs + 1).unref()
  }
  const onFault = (error: unknown): void => logger.error({ err: error }, 'the journal cannot be written')
  let toldAt = Number.NEGATIVE_INFINITY
  const onUnlisted = (gate: string): void => {
    // They go on reporting: told once a minute.
    if (clock.now() - toldAt < 60_000) return
    toldAt = clock.now()
    logger.error({ gate, listed: fleetLimits.gates }, 'a gate reports that cannot be listed: there are too many')
  }
  const app = createControlListener(serverOf(settings.listener), {
    settings,
    authority,
    identity,
    log,
    gates,
    onFault,
    onUnlisted,
  })
  undo.push(() => shut(app))
  return listen(app, settings.listener)
}
