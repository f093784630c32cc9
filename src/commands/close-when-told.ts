// How a long-running command ends: told to, by a signal or by what it has opened, it closes that in order.
import type { Logger } from 'pino'
import { exitCodes } from './exit-codes.ts'

/** @param told the exit code, once it is to end @returns it, or that of a fault where what was to end well could not be closed */
export async function closeWhenTold(
  told: Promise<number>,
  { close, logger }: { readonly close: () => Promise<void>; readonly logger: Logger },
): Promise<number> {
  const code = await told
  logger.info('shutting down')
  try {
    await close()
  } catch (error) {
    logger.error({ err: error }, 'could not be closed in order')
    return code === exitCodes.done ? exitCodes.fault : code
  }
  return code
}
