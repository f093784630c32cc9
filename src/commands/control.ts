// `portcullis control`: the authority of a fleet until it is told to stop.
import { Command } from 'commander'
import pino from 'pino'
import { type Control, openControl } from '../control/index.ts'
import { loadControlSettings, SettingsError } from '../settings/index.ts'
import { software } from '../software.ts'
import { systemClock } from '../vocabulary/clock.ts'
import { closeWhenTold } from './close-when-told.ts'
import { exitCodes } from './exit-codes.ts'
import { listenForSignals } from './signals.ts'

export function controlCommand(): Command {
  return new Command('control')
    .description(
      "run a fleet's authority: it holds the policy that was published, and signs for its gates what is in force",
    )
    .option('--config <file>', 'settings', 'portcullis.yaml')
    .addHelpText(
      'beforeAll',
      'Examples:\n  portcullis control\n  portcullis control --config /etc/portcullis/portcullis.yaml\n',
    )
    .addHelpText(
      'after',
      '\nIt reads the sections `control`, `issuers`, `policy`, `redis`, `fleet`, `log`, `clock` and `process`; the others are for gates.\nWithout `log` its decision log is `log` in the folder `control.path`.\n\nExit codes: 0 ended as asked; 1 fault, also if it cannot start; 74 the log’s disk failed.',
    )
    .action(async ({ config }: { config: string }) => {
      process.exitCode = await run(config)
    })
}

async function run(file: string): Promise<number> {
  const logger = pino({ base: { pid: process.pid } })
  let settings: ReturnType<typeof loadControlSettings>
  try {
    settings = loadControlSettings(file)
  } catch (error) {
    if (!(error instanceof SettingsError)) throw error
    process.stderr.write(`${error.message}\n`)
    return exitCodes.fault
  }
  const { promise: told, resolve: tell } = Promise.withResolvers<number>()
  void listenForSignals((sentence) => logger.warn(sentence)).told.then(() => tell(exitCodes.done))
  let control: Control
  try {
    control = await openControl(settings, {
      clock: systemClock,
      monotonic: () => performance.now(),
      logger,
      software,
      onLogLost: () => tell(exitCodes.logLost),
    })
  } catch (error) {
    process.stderr.write(`control could not start: ${error instanceof Error ? error.message : String(error)}\n`)
    return exitCodes.fault
  }
  logger.info({ control: control.url, key: `${settings.keyFile}.pub` }, 'controlling')
  return closeWhenTold(told, { close: control.close, logger })
}
