// `portcullis serve`: one gate until it is told to stop.
import { Command } from 'commander'
import pino from 'pino'
import { compose, type Gateway } from '../gateway/compose.ts'
import { loadSettings, SettingsError } from '../settings/index.ts'
import { software } from '../software.ts'
import { systemClock } from '../vocabulary/clock.ts'
import { exitCodes } from './exit-codes.ts'
import { listenForSignals } from './signals.ts'

export function serveCommand(): Command {
  return new Command('serve')
    .description('run the gateway')
    .option('--config <file>', 'settings', 'portcullis.yaml')
    .addHelpText(
      'beforeAll',
      'Examples:\n  portcullis serve\n  portcullis serve --config /etc/portcullis/portcullis.yaml\n',
    )
    .addHelpText(
      'after',
      '\nSIGTERM, SIGINT and SIGHUP let open answers end, then close the log. A second one changes nothing;\none that comes 15 seconds after the first ends the process at once.\n\nExit codes: 0 ended as asked; 1 fault, also if it cannot start; 74 the log’s disk failed.',
    )
    .action(async ({ config }: { config: string }) => {
      process.exitCode = await serve(config)
    })
}

/** @returns the exit code once the gate has ended */
async function serve(file: string): Promise<number> {
  // Operational log only: decisions go to the decision log, which does not lose them at exit.
  const logger = pino({ base: { pid: process.pid } })
  let settings: ReturnType<typeof loadSettings>
  try {
    settings = loadSettings(file)
  } catch (error) {
    if (!(error instanceof SettingsError)) throw error
    process.stderr.write(`${error.message}\n`)
    return exitCodes.fault
  }
  const { promise: told, resolve: tell } = Promise.withResolvers<number>()
  // Listening for signals comes first: one that arrives during start-up ends the start, not the process in the middle of a write.
  void listenForSignals((sentence) => logger.warn(sentence)).told.then(() => tell(exitCodes.done))
  let gateway: Gateway
  try {
    const onLogLost = (): void => tell(exitCodes.logLost)
    gateway = await compose(settings, {
      clock: systemClock,
      monotonic: () => performance.now(),
      logger,
      software,
      onLogLost,
    })
  } catch (error) {
    logger.fatal({ err: error }, 'the gateway could not start')
    process.stderr.write(`the gateway could not start: ${error instanceof Error ? error.message : String(error)}\n`)
    return exitCodes.fault
  }
  logger.info({ data: gateway.data, admin: gateway.admin }, 'serving')
  const code = await told
  logger.info('shutting down')
  try {
    await gateway.close()
  } catch (error) {
    logger.error({ err: error }, 'could not be closed in order')
    return code === exitCodes.done ? exitCodes.fault : code
  }
  return code
}
