// Composes a fleet's control. Parts start in the order in which they need each other and end in the reverse one.
import type { Logger } from 'pino'
import { listen, serverOf } from '../admin/index.ts'
import { createIdentity } from '../identity/index.ts'
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

/** @throws Error of what could not start, with everything before it closed again */
export async function openControl(settings: ControlSettings, clock: Clock, logger: Logger): Promise<Control> {
  const authority = await openAuthority(settings, clock, logger)
  const identity = createIdentity({
    issuers: settings.issuers,
    clock,
    onEvent: (event) => logger[event.kind === 'keys-failed' ? 'warn' : 'info'](event, 'identity'),
  })
  const gates = new Gates(
    authority.journal.gates().map(({ gate }) => gate),
    clock.now(),
  )
  const onFault = (error: unknown): void => logger.error({ err: error }, 'the journal cannot be written')
  const app = createControlListener(serverOf(settings.listener), { settings, authority, identity, gates, onFault })
  const close = async (): Promise<void> => {
    await app.close()
    identity.close()
    await authority.close()
  }
  try {
    return { url: await listen(app, settings.listener), close }
  } catch (error) {
    await close()
    throw error
  }
}
