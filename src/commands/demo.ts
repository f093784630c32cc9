// `portcullis demo`: the main job with nothing to set up. What the demo is made of lives in src/demo.
import { Command, InvalidArgumentError, Option } from 'commander'
import { instantArgument } from './arguments.ts'
import { exitCodes } from './exit-codes.ts'
import { listenForSignals } from './signals.ts'

/** The week after the letter: R1 is in force, G2 and W3 are still to come. */
const defaultInstant = '2026-06-20T12:00:00Z'

interface DemoFlags {
  readonly json?: true
  readonly port: number
  readonly at: number
  readonly policy?: string
  readonly tour?: true
}

export function demoCommand(): Command {
  return new Command('demo')
    .description('play the main job with nothing to set up; stays up until interrupted')
    .option('--json', 'print one line of JSON once ready: URLs, personas with tokens, places')
    .option('--port <n>', 'port of the data listener; 0: a free one', port, 0)
    .addOption(
      new Option('--at <instant>', 'where the demo’s clock starts')
        .argParser(instantArgument)
        .default(Date.parse(defaultInstant), defaultInstant),
    )
    .option('--policy <file>', 'enforce this section `policy` of a portcullis.yaml, and not the folder policies/')
    .option('--tour', 'play the June chain with live requests first, narrated, in about a minute')
    .addHelpText(
      'beforeAll',
      'Examples:\n  portcullis demo --tour\n  portcullis demo --json --port 8080\n  portcullis demo --at 2026-07-02T09:00:00Z\n  portcullis demo --at 2026-06-12T21:21:00Z --policy gate.yaml\n',
    )
    .addHelpText(
      'after',
      '\nExit codes: 0 ended as asked; 1 fault, or the tour went otherwise than the directives say;\n74 the log’s disk failed.',
    )
    .action(async (options: DemoFlags) => {
      process.exitCode = await demo(options)
    })
}

async function demo(options: DemoFlags): Promise<number> {
  let world: typeof import('../demo/world.ts')
  try {
    world = await import('../demo/world.ts')
    await import('oidc-provider')
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ERR_MODULE_NOT_FOUND') throw error
    process.stderr.write(
      'the demo needs a checkout with its development dependencies: clone the repository, `npm ci`, `npm start`\n',
    )
    return exitCodes.fault
  }
  const { ready, tour } = await import('../demo/tour.ts')
  const { tourStart } = await import('../demo/chapters.ts')
  const { promise: told, resolve: tell } = Promise.withResolvers<number>()
  const signals = listenForSignals((sentence) => process.stderr.write(`${sentence}\n`))
  void signals.told.then(() => tell(exitCodes.done))
  const running = await world.startWorld({
    now: options.tour ? tourStart : options.at,
    port: options.port,
    ...(options.policy === undefined ? {} : { policySection: options.policy }),
    onLogLost: () => tell(exitCodes.logLost),
  })
  try {
    if (options.tour && !signals.wasTold()) {
      await Promise.race([tour(running), told])
      if (!signals.wasTold()) await running.setNow(options.at)
    }
    if (!signals.wasTold()) await ready(running, options.json ?? false)
    return await told
  } finally {
    await running.close()
  }
}

function port(text: string): number {
  const number = Number(text)
  if (!Number.isInteger(number) || number < 0 || number > 65_535)
    throw new InvalidArgumentError('a port is a number from 0 to 65535')
  return number
}
