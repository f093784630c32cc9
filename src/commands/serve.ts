// `portcullis serve`: one gate until it is told to stop; as one process, or, where the settings say so, as several under a supervisor.
import cluster from 'node:cluster'
import { Command } from 'commander'
import pino, { type Logger } from 'pino'
import { compose, type Gateway } from '../gateway/compose.ts'
import { loadSettings, SettingsError } from '../settings/index.ts'
import { software } from '../software.ts'
import { supervise } from '../supervisor/index.ts'
import { systemClock } from '../vocabulary/clock.ts'
import type { Settings } from '../vocabulary/settings.ts'
import { closeWhenTold } from './close-when-told.ts'
import { exitCodes } from './exit-codes.ts'
import { serveAsWorker } from './serve-worker.ts'
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
      '\nSIGTERM and SIGINT let open answers end, then close the log. A second one changes nothing; one that comes 15 seconds after\nthe first ends the process at once. SIGHUP is the same, except with `process.workers` above 1: then the settings are read anew\nand new workers take over, without a request being dropped.\n\nExit codes: 0 ended as asked; 1 fault, also if it cannot start; 74 the log’s disk failed.',
    )
    .action(async ({ config }: { config: string }) => {
      process.exitCode = await (cluster.isWorker ? serveAsWorker() : serve(config))
    })
}

/** @returns the exit code once the gate has ended */
async function serve(file: string): Promise<number> {
  // Operational log only: decisions go to the decision log, which does not lose them at exit.
  const logger = pino({ base: { pid: process.pid } })
  let settings: Settings
  try {
    settings = loadSettings(file)
  } catch (error) {
    if (!(error instanceof SettingsError)) throw error
    process.stderr.write(`${error.message}\n`)
    return exitCodes.fault
  }
  return settings.workers === 1 ? serveAlone(settings, logger) : serveWithWorkers(settings, logger, file)
}

async function serveAlone(settings: Settings, logger: Logger): Promise<number> {
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
    return couldNotStart(error, logger)
  }
  logger.info({ data: gateway.data, admin: gateway.admin }, 'serving')
  return closeWhenTold(told, { close: gateway.close, logger })
}

async function serveWithWorkers(settings: Settings, logger: Logger, file: string): Promise<number> {
  let reload = async (): Promise<void> => logger.warn('SIGHUP: not yet serving, nothing to reload')
  const { told } = listenForSignals(
    (sentence) => logger.warn(sentence),
    () => void reload(),
  )
  try {
    const ending = await supervise({
      settings,
      reread: () => loadSettings(file),
      logger,
      told,
      onReload: (does) => {
        reload = does
      },
    })
    if (ending.kind === 'done') return exitCodes.done
    if (ending.kind === 'log-lost') return exitCodes.logLost
    logger.fatal(`the gateway ${ending.why}`)
    process.stderr.write(`the gateway ${ending.why}\n`)
    return exitCodes.fault
  } catch (error) {
    return couldNotStart(error, logger)
  }
}

function couldNotStart(error: unknown, logger: Logger): number {
  logger.fatal({ err: error }, 'the gateway could not start')
  process.stderr.write(`the gateway could not start: ${error instanceof Error ? error.message : String(error)}\n`)
  return exitCodes.fault
}
