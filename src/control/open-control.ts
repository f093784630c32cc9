// Composes a fleet's control. Parts start in the order in which they need each other and end in the reverse one.
import type { Logger } from 'pino'
import { listen, serverOf, shut } from '../admin/index.ts'
import { watchClock } from '../clock/index.ts'
import { fleetLimits } from '../fleet-limits.ts'
import { createIdentity } from '../identity/index.ts'
import { processLimits } from '../process-limits.ts'
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
}

/** @throws Error of what could not start, with everything before it closed again */
export async function openControl(settings: ControlSettings, around: ControlSurroundings): Promise<Control> {
  const { clock, monotonic, logger } = around
  let follow = (): void => {}
  let restating: NodeJS.Timeout | undefined
  const steadiness = watchClock({
    clock,
    monotonic,
    onStep: (byMs) => {
      logger.error({ byMs: Math.round(byMs) }, 'clock.step')
      follow()
    },
  })
  const authority = await openAuthority(settings, { clock, steadiness, logger }).catch((error: unknown) => {
    steadiness.close()
    throw error
  })
  const identity = createIdentity({
    issuers: settings.issuers,
    clock,
    // A revoked officer is no officer here either.
    withdrawn: (caller) => authority.revoked().of(caller),
    onEvent: (event) => logger[event.kind === 'keys-failed' ? 'warn' : 'info'](event, 'identity'),
  })
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
  const parts = { settings, authority, identity, gates, onFault, onUnlisted }
  const app = createControlListener(serverOf(settings.listener), parts)
  const close = async (): Promise<void> => {
    await shut(app)
    identity.close()
    steadiness.close()
    clearTimeout(restating)
    await authority.close()
  }
  try {
    return { url: await listen(app, settings.listener), close }
  } catch (error) {
    await close()
    throw error
  }
}
