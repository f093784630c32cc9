// One worker as its supervisor sees it: a process that begins, serves, says what it is asked, and ends. Promises that it ends: whoever
// is told to and does not is killed.
import type { ChildProcess } from 'node:child_process'
import cluster from 'node:cluster'
import { workerLimits } from '../worker-limits.ts'
import type { Answers, Beginning, FromWorker, HowToEnd, Reports, Topic, ToWorker } from './messages.ts'

export type Start =
  | { readonly kind: 'serving'; readonly data: string; readonly admin: string }
  | { readonly kind: 'failed'; readonly why: string; readonly isLasting: boolean }

export interface Exit {
  /** `exit code 1` or `SIGKILL`. */
  readonly how: string
  readonly isClean: boolean
  /** How long it had served; 0: it never did. */
  readonly servedMs: number
}

export interface WorkerProcess {
  readonly number: number
  readonly pid: number | undefined
  /** Neither promise rejects. */
  readonly started: Promise<Start>
  readonly exited: Promise<Exit>
  /** It listens, or did before it was told to end. */
  isServing(): boolean
  /** Undefined: it does not say, or not in time. */
  report<T extends Topic>(topic: T): Promise<Reports[T] | undefined>
  /** What it is known to have counted. */
  lastMetrics(): readonly object[]
  end(how: HowToEnd): void
}

export interface Heard {
  /** What all workers say as one. */
  readonly answer: <T extends Topic>(topic: T) => Promise<Answers[T]>
  readonly onLogLost: (number: number) => void
}

export function startWorker(beginning: Beginning, { answer, onLogLost }: Heard): WorkerProcess {
  const worker = cluster.fork()
  const { number } = beginning
  const started = Promise.withResolvers<Start>()
  const exited = Promise.withResolvers<Exit>()
  const waiting = new Map<number, (report: Reports[Topic] | undefined) => void>()
  let [asked, servingSince]: [number, number | undefined] = [0, undefined]
  let metrics: readonly object[] = []
  let patience = setTimeout(kill, workerLimits.startMs)
  const connections = connectionsOnTheirWay(worker.process)

  function kill(): void {
    worker.process.kill('SIGKILL')
  }
  const send = (message: ToWorker): void => {
    // One that died meanwhile hears nothing; its end is told by itself.
    if (worker.isConnected()) worker.send(message, undefined, () => {})
  }
  worker.on('message', (message: FromWorker) => {
    switch (message.kind) {
      case 'here':
        return send({ kind: 'begin', beginning })
      case 'serving':
        clearTimeout(patience)
        servingSince = performance.now()
        return started.resolve(message)
      case 'failed':
        return started.resolve(message)
      case 'report':
        return waiting.get(message.id)?.(message.report)
      case 'ask':
        return void answer(message.topic).then((all) => send({ kind: 'answer', id: message.id, answer: all }))
      case 'log-lost':
        return onLogLost(number)
      case 'last':
        metrics = message.metrics
    }
  })
  const over = (how: string, isClean: boolean): void => {
    clearTimeout(patience)
    connections.close()
    for (const tell of waiting.values()) tell(undefined)
    started.resolve({ kind: 'failed', why: `worker ${number} ended before it served: ${how}`, isLasting: false })
    const servedMs = servingSince === undefined ? 0 : performance.now() - servingSince
    exited.resolve({ how, isClean, servedMs })
  }
  worker.on('exit', (code, signal) => over(signal ?? `exit code ${code}`, code === 0))
  worker.on('error', (error) => {
    if (worker.process.pid === undefined) over(error.message, false)
  })

  return {
    number,
    pid: worker.process.pid,
    started: started.promise,
    exited: exited.promise,
    isServing: () => servingSince !== undefined && !worker.isDead(),
    lastMetrics: () => metrics,
    report: async <T extends Topic>(topic: T) => {
      const id = (asked += 1)
      const report = await new Promise<Reports[Topic] | undefined>((resolve) => {
        waiting.set(id, resolve)
        setTimeout(() => resolve(undefined), workerLimits.reportMs).unref()
        send({ kind: 'report', id, topic })
      })
      waiting.delete(id)
      if (topic === 'metrics' && report !== undefined) metrics = report
      return report as Reports[T] | undefined
    },
    end: (how) => {
      clearTimeout(patience)
      patience = setTimeout(kill, workerLimits.endMs + (how === 'leave' ? workerLimits.leaveMs : 0))
      send({ kind: 'end', how })
    },
  }
}

/**
 * A connection that was handed to a worker which died before it took it: node:cluster keeps its own end of it open for ever, so that the
 * client would wait. At most one on each port is on its way to a worker at a time.
 */
function connectionsOnTheirWay(child: ChildProcess): { close(): void } {
  const newest = new Map<unknown, { close(): void }>()
  const send = child.send.bind(child) as (...args: unknown[]) => boolean
  child.send = (message: unknown, handle?: unknown, ...rest: unknown[]): boolean => {
    const { act, key } = message as { readonly act?: string; readonly key?: string }
    if (act === 'newconn') newest.set(key, handle as { close(): void })
    return send(message, handle, ...rest)
  }
  return {
    close: () => {
      // Closing what is closed is nothing.
      for (const handle of newest.values()) handle.close()
    },
  }
}
