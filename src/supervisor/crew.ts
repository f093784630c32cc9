// A crew: the workers that serve under the same settings. One that dies is started again, later each time; where starting does not help,
// whoever supervises is told why.
import type { Logger } from 'pino'
import type { Settings } from '../vocabulary/settings.ts'
import { workerLimits } from '../worker-limits.ts'
import { createBackOff } from './back-off.ts'
import type { Beginning, HowToEnd } from './messages.ts'
import type { Processes } from './processes.ts'
import type { Exit, Start, WorkerProcess } from './worker-process.ts'

export interface CrewOptions {
  readonly processes: Processes
  readonly settings: Settings
  readonly gate: string
  /** Checks without which a worker of this crew does not listen at first. */
  readonly mustPass: readonly string[]
  readonly logger: Logger
  /** A worker cannot be started again, for this reason. */
  readonly onLost: (why: string) => void
}

export class Crew {
  readonly settings: Settings
  readonly #options: CrewOptions
  readonly #workers = new Set<WorkerProcess>()
  readonly #pauses = new Set<NodeJS.Timeout>()
  #isEnding = false

  constructor(options: CrewOptions) {
    this.#options = options
    this.settings = options.settings
  }

  get size(): number {
    return this.settings.workers
  }

  /** Those that serve. */
  workers(): readonly WorkerProcess[] {
    return [...this.#workers].filter((worker) => worker.isServing())
  }

  /** One after another: the first makes the keys of the log where there are none. @throws Error where one cannot start */
  async begin(): Promise<{ readonly data: string; readonly admin: string }> {
    let urls = { data: '', admin: '' }
    for (let place = 0; place < this.size; place += 1) {
      const worker = this.#start(this.#options.mustPass)
      const start = await worker.started
      if (this.#isEnding) break
      if (start.kind === 'failed') throw new Error(start.why)
      urls = start
      void worker.exited.then((exit) => this.#onExit(worker, exit, createBackOff()))
    }
    return urls
  }

  /** None is started again. Resolves when all have ended. */
  async end(how: HowToEnd): Promise<readonly Exit[]> {
    this.#isEnding = true
    for (const pause of this.#pauses) clearTimeout(pause)
    for (const worker of this.#workers) worker.end(how)
    return Promise.all([...this.#workers].map(({ exited }) => exited))
  }

  #start(mustPass: Beginning['mustPass']): WorkerProcess {
    const { processes, settings, gate } = this.#options
    const worker = processes.start({ settings, gate, mustPass })
    this.#workers.add(worker)
    return worker
  }

  #onExit(worker: WorkerProcess, { how, servedMs }: Exit, backOff: ReturnType<typeof createBackOff>): void {
    if (this.#isEnding) return
    this.#workers.delete(worker)
    const waitMs = backOff.next(servedMs)
    this.#options.logger.error({ worker: worker.number, how, againInMs: waitMs }, 'a worker died')
    this.#after(waitMs, () => this.#again(1, backOff))
  }

  async #again(attempt: number, backOff: ReturnType<typeof createBackOff>): Promise<void> {
    const { logger, processes, onLost } = this.#options
    processes.restarts += 1
    const worker = this.#start([])
    const start: Start = await worker.started
    if (this.#isEnding) return
    if (start.kind === 'serving') {
      logger.info({ worker: worker.number }, 'a worker serves again')
      void worker.exited.then((exit) => this.#onExit(worker, exit, backOff))
      return
    }
    await worker.exited
    this.#workers.delete(worker)
    if (this.#isEnding) return
    if (start.isLasting || attempt >= workerLimits.starts) return onLost(start.why)
    const waitMs = backOff.next(0)
    logger.error({ why: start.why, attempt, againInMs: waitMs }, 'a worker could not be started again')
    this.#after(waitMs, () => this.#again(attempt + 1, backOff))
  }

  #after(ms: number, then: () => unknown): void {
    const pause = setTimeout(() => {
      this.#pauses.delete(pause)
      void then()
    }, ms)
    this.#pauses.add(pause)
  }
}
