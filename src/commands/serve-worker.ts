// `portcullis serve` as one of the workers that its supervisor starts: a whole gate, which begins with the settings that it is handed and
// ends when it is told to.
import pino from 'pino'
import { compose, type Gateway } from '../gateway/compose.ts'
import { software } from '../software.ts'
import { takeSeat } from '../supervisor/index.ts'
import { systemClock } from '../vocabulary/clock.ts'
import { workerLimits } from '../worker-limits.ts'
import { exitCodes } from './exit-codes.ts'

/** Ends the process. */
export async function serveAsWorker(): Promise<never> {
  const at = takeSeat()
  void at.orphaned.then(() => setTimeout(() => process.exit(exitCodes.fault), workerLimits.endMs).unref())
  const { number, gate, settings, mustPass } = await at.beginning
  const logger = pino({ base: { pid: process.pid, worker: number } })
  let gateway: Gateway
  try {
    gateway = await compose(settings, {
      clock: systemClock,
      monotonic: () => performance.now(),
      logger,
      software,
      onLogLost: () => at.logLost(),
      seat: {
        number,
        gate,
        beforeListening: (checks) => at.whenReady(checks, mustPass),
        checks: () => at.ask('checks'),
        metricsText: () => at.ask('metrics'),
      },
    })
  } catch (error) {
    logger.fatal({ err: error }, 'a worker could not start')
    await at.failed(error)
    process.exit(exitCodes.fault)
  }
  at.serving(gateway, gateway)
  logger.info('a worker serves')
  if ((await at.told) === 'leave') await Promise.race([gateway.leave(), at.toldToEnd])
  let code: number = exitCodes.done
  try {
    await gateway.close()
  } catch (error) {
    logger.error({ err: error }, 'could not be closed in order')
    code = exitCodes.fault
  }
  await at.last(await gateway.metrics())
  logger.info('a worker has ended')
  process.exit(code)
}
