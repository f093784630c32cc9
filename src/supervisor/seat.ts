// A worker's side of the channel to its supervisor: it is told how to begin and when to end, says what it is asked, and asks what all
// workers say. Where the supervisor is gone, it ends: nobody could hand it a connection, or would start it again.
import cluster from 'node:cluster'
import { setTimeout as sleep } from 'node:timers/promises'
import type { Check } from '../admin/index.ts'
import { workerLimits } from '../worker-limits.ts'
import type { Answers, Beginning, FromWorker, HowToEnd, Reports, Topic, ToWorker } from './messages.ts'

/** How often a worker that may not listen yet looks whether it may. */
const readyLookMs = 50

export interface SeatAtSupervisor {
  readonly beginning: Promise<Beginning>
  /** The first word to end; the second, where one is to leave and then to end after all. */
  readonly told: Promise<HowToEnd>
  readonly toldToEnd: Promise<void>
  /** The supervisor is gone: nobody would kill this process if it did not end. */
  readonly orphaned: Promise<void>
  /** What all workers say as one. */
  ask<T extends Topic>(topic: T): Promise<Answers[T]>
  /** Resolves when these checks pass; rejects when that takes too long. */
  whenReady(checks: () => readonly Check[], mustPass: readonly string[]): Promise<void>
  serving(urls: { readonly data: string; readonly admin: string }, own: Own): void
  failed(error: unknown): Promise<void>
  logLost(): void
  last(metrics: readonly object[]): Promise<void>
}

/** What this worker says of itself. */
export interface Own {
  readonly checks: () => Reports['checks']
  readonly metrics: () => Promise<Reports['metrics']>
}

/** To be called once, in a worker. */
export function takeSeat(): SeatAtSupervisor {
  const beginning = Promise.withResolvers<Beginning>()
  const told = Promise.withResolvers<HowToEnd>()
  const toldToEnd = Promise.withResolvers<void>()
  const orphaned = Promise.withResolvers<void>()
  const waiting = new Map<number, (answer: Answers[Topic]) => void>()
  let own: Own | undefined
  let asked = 0

  const say = (message: FromWorker): Promise<void> =>
    new Promise((resolve) => {
      if (process.send === undefined || !process.connected) resolve()
      else process.send(message, undefined, undefined, () => resolve())
    })
  const endNow = (): void => {
    told.resolve('end')
    toldToEnd.resolve()
  }
  const report = async (id: number, topic: Topic): Promise<void> => {
    const said = topic === 'checks' ? own?.checks() : await own?.metrics()
    if (said !== undefined) await say({ kind: 'report', id, report: said })
  }

  process.on('message', (message: ToWorker) => {
    switch (message.kind) {
      case 'begin':
        return beginning.resolve(message.beginning)
      case 'report':
        return void report(message.id, message.topic)
      case 'answer':
        return waiting.get(message.id)?.(message.answer)
      case 'end':
        return message.how === 'end' ? endNow() : told.resolve('leave')
    }
  })
  cluster.worker?.once('disconnect', () => {
    // node would end the process here and now, with the log open.
    if (cluster.worker !== undefined) cluster.worker.exitedAfterDisconnect = true
    endNow()
    orphaned.resolve()
  })
  // A terminal and a service manager signal the whole group; what is to happen, the supervisor says.
  for (const signal of ['SIGTERM', 'SIGINT', 'SIGHUP', 'SIGUSR1'] as const) process.on(signal, () => {})
  void say({ kind: 'here' })

  return {
    beginning: beginning.promise,
    told: told.promise,
    toldToEnd: toldToEnd.promise,
    orphaned: orphaned.promise,
    ask: async <T extends Topic>(topic: T) => {
      const id = (asked += 1)
      try {
        return await new Promise<Answers[T]>((resolve, reject) => {
          waiting.set(id, (answer) => resolve(answer as Answers[T]))
          const late = new Error('the supervisor of the workers does not answer')
          setTimeout(() => reject(late), 2 * workerLimits.reportMs).unref()
          void say({ kind: 'ask', id, topic })
        })
      } finally {
        waiting.delete(id)
      }
    },
    whenReady: async (checks, mustPass) => {
      const isOver = toldToEnd.promise.then(() => true)
      const until = performance.now() + workerLimits.readyMs
      for (;;) {
        const failing = checks().filter(({ name, ok }) => !ok && mustPass.includes(name))
        if (failing.length === 0) return
        const why = failing.map(({ name, detail }) => `${name}: ${detail}`).join('; ')
        if (performance.now() > until) throw new Error(`it is not as ready as the workers that serve: ${why}`)
        if (await Promise.race([isOver, sleep(readyLookMs, false)])) throw new Error('it was told to end')
      }
    },
    serving: (urls, says) => {
      own = says
      void say({ kind: 'serving', data: urls.data, admin: urls.admin })
    },
    failed: (error) => {
      const why = error instanceof Error ? error.message : String(error)
      const isLasting = error instanceof Error && 'code' in error && error.code === 'log_damaged'
      return say({ kind: 'failed', why, isLasting })
    },
    logLost: () => {
      void say({ kind: 'log-lost' })
    },
    last: (metrics) => say({ kind: 'last', metrics }),
  }
}
