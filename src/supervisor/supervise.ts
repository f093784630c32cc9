// The supervisor: several workers on one port, each a whole gate of the fleet. It takes connections and hands them on, round robin, and
// never reads a byte of them; so that a worker that is killed takes its own connections with it and nobody else's.
//
// On a reload a whole new crew begins beside the old one, which leaves only when all of the new one serve: settings that cannot be
// started change nothing.
import cluster from 'node:cluster'
import type { Logger } from 'pino'
import { lockGate } from '../decision-log/index.ts'
import { gateNameIn } from '../fleet/index.ts'
import type { Settings } from '../vocabulary/settings.ts'
import { Crew } from './crew.ts'
import { Processes } from './processes.ts'

export interface SuperviseOptions {
  readonly settings: Settings
  /** Reads the settings anew. @throws Error with all their faults */
  readonly reread: () => Settings
  readonly logger: Logger
  /** Resolves when it is to end. */
  readonly told: Promise<unknown>
  /** Is called once, with what a wish to reload does. */
  readonly onReload: (reload: () => Promise<void>) => void
}

export type Ending =
  | { readonly kind: 'done' }
  /** `could not start: …`, `could not go on: …` */
  | { readonly kind: 'fault'; readonly why: string }
  | { readonly kind: 'log-lost' }

/** @returns how it ended, with no process left @throws Error where it could not begin */
export async function supervise({ settings, reread, logger, told, onReload }: SuperviseOptions): Promise<Ending> {
  const gate = await gateNameIn(settings.log.path)
  const lock = lockGate(settings.log.path)
  // Not the system's own distribution: that one drops what waits for a worker that leaves.
  cluster.schedulingPolicy = cluster.SCHED_RR
  // What is said holds keys as bytes.
  cluster.setupPrimary({ serialization: 'advanced' })
  const { promise: ended, resolve: end } = Promise.withResolvers<Ending>()
  const processes: Processes = new Processes({
    crew: () => ({ workers: crew.workers(), size: crew.size }),
    onLogLost: (number) => {
      logger.fatal({ worker: number }, 'the decision log of a worker cannot be written')
      end({ kind: 'log-lost' })
    },
  })
  const crewOf = (its: Settings, mustPass: readonly string[] = []): Crew =>
    new Crew({
      processes,
      settings: its,
      gate,
      mustPass,
      logger,
      onLost: (why) => end({ kind: 'fault', why: `could not go on: ${why}` }),
    })
  let crew = crewOf(settings)
  let next: Crew | undefined
  let leaving: Promise<unknown> | undefined

  const reload = async (): Promise<void> => {
    if (next !== undefined || leaving !== undefined)
      return logger.warn('a reload is under way: send SIGHUP again later')
    try {
      const asked = reread()
      refuseOther(settings, asked)
      const passed = (await processes.checks()).filter(({ name, ok }) => ok && name !== 'workers')
      next = crewOf(
        asked,
        passed.map(({ name }) => name),
      )
      await next.begin()
    } catch (error) {
      logger.error({ why: (error as Error).message }, 'not reloaded; what served goes on')
      await next?.end('leave')
      next = undefined
      return
    }
    const before = crew
    crew = next
    next = undefined
    logger.info({ workers: crew.workers().map(({ number }) => number) }, 'reloaded')
    leaving = before.end('leave')
    await leaving
    leaving = undefined
    logger.info('the workers of before have left')
  }

  void told.then(() => end({ kind: 'done' }))
  const begun = crew.begin().then(
    ({ data, admin }) => {
      logger.info({ data, admin, workers: crew.workers().map(({ number, pid }) => ({ number, pid })) }, 'serving')
      onReload(reload)
    },
    (error: Error) => end({ kind: 'fault', why: `could not start: ${error.message}` }),
  )
  const ending = await ended
  logger.info('shutting down')
  const all = await Promise.all([crew.end('end'), next?.end('end') ?? Promise.resolve([])])
  for (const worker of processes.all()) worker.end('end')
  const rest = await Promise.all(processes.all().map(({ exited }) => exited))
  await begun
  lock.release()
  const unclean = [...all.flat(), ...rest].find(({ isClean }) => !isClean)
  if (ending.kind !== 'done' || unclean === undefined) return ending
  return { kind: 'fault', why: `ended, but a worker did not end in order: ${unclean.how}` }
}

/** What the gate is, and what it keeps, stays as it is while it runs. */
function refuseOther(before: Settings, after: Settings): void {
  if (after.log.path !== before.log.path)
    throw new Error('`log.path` is another one, and the gate goes on where it was: end it and start it again')
  if (after.fleet?.control == null)
    throw new Error('`fleet.control` was taken out, without which there is one process: end it and start it again')
}
