// Every process of the gate, those that leave included, and what those that ended had counted: without it a sum would fall when one
// ends, and whoever watches it would take that for a new start of them all.
import { asOne, checksOfAll, countsIn, metricsText } from './add-up.ts'
import type { Answers, Beginning, Topic } from './messages.ts'
import { startWorker, type WorkerProcess } from './worker-process.ts'

/** Counts of ended processes are added up when there are so many of them. */
const endedApart = 16

export class Processes {
  readonly #live = new Map<number, WorkerProcess>()
  readonly #ended: (readonly object[])[] = []
  readonly #onLogLost: (number: number) => void
  /** Those that serve, and how many are to. */
  readonly #crew: () => { readonly workers: readonly WorkerProcess[]; readonly size: number }
  restarts = 0

  constructor(options: {
    readonly crew: () => { readonly workers: readonly WorkerProcess[]; readonly size: number }
    readonly onLogLost: (number: number) => void
  }) {
    this.#crew = options.crew
    this.#onLogLost = options.onLogLost
  }

  /** @param beginning without a number: the lowest that no process has, since each names a log, which has one writer */
  start(beginning: Omit<Beginning, 'number'>): WorkerProcess {
    let number = 1
    while (this.#live.has(number)) number += 1
    const worker = startWorker(
      { ...beginning, number },
      { answer: (topic) => this.#answer(topic), onLogLost: this.#onLogLost },
    )
    this.#live.set(number, worker)
    void worker.exited.then(() => this.#forget(worker))
    return worker
  }

  all(): readonly WorkerProcess[] {
    return [...this.#live.values()]
  }

  async checks(): Promise<Answers['checks']> {
    const { workers, size } = this.#crew()
    const said = workers.map(async (worker) => ({ number: worker.number, checks: await worker.report('checks') }))
    return checksOfAll(await Promise.all(said), size - workers.length)
  }

  #answer<T extends Topic>(topic: T): Promise<Answers[T]> {
    const answer: Promise<Answers[Topic]> = topic === 'checks' ? this.checks() : this.#metrics()
    return answer as Promise<Answers[T]>
  }

  async #metrics(): Promise<Answers['metrics']> {
    const said = await Promise.all(
      this.all().map(async (worker) => ({ worker, isUp: (await worker.report('metrics')) !== undefined })),
    )
    // Who has ended by now counts among those already.
    const live = said.filter(({ worker }) => this.#live.get(worker.number) === worker)
    const values = live.map(({ worker }) => worker.lastMetrics())
    const up = live.map(({ worker: { number }, isUp }) => ({ number, isUp }))
    return metricsText([...values, ...this.#ended], up, this.restarts)
  }

  #forget(worker: WorkerProcess): void {
    this.#live.delete(worker.number)
    this.#ended.push(countsIn(worker.lastMetrics()))
    if (this.#ended.length < endedApart) return
    const some = [...this.#ended]
    void asOne(some).then((one) => this.#ended.splice(0, some.length, one))
  }
}
