// Processes of a bench: each part that is measured, and each that measures, runs in its own, pinned to a core where that can be done.
import { execFileSync, fork } from 'node:child_process'
import { once } from 'node:events'
import { availableParallelism } from 'node:os'

export interface Child {
  readonly pid: number
  /** What the process said when it was ready: a URL, as a rule. */
  readonly ready: string
  readonly ask: (question: object | string) => Promise<unknown>
  /** Microseconds of processor time that it has used, all threads together. Says more than the rate where others use the machine. */
  readonly cpuMicros: () => Promise<number>
  readonly stop: () => Promise<void>
}

type Said = { readonly answer: unknown } | { readonly fault: string }

/** Starts a file of this folder; resolves when it says that it is ready. `core` null: wherever the system likes. */
export async function startChild(file: URL, argument: unknown, core: number | null): Promise<Child> {
  const child = fork(file, [JSON.stringify(argument)], { execArgv: [], serialization: 'advanced' })
  const { pid } = child
  if (pid === undefined) throw new Error(`${file.pathname} could not be started`)
  // Before it does anything, so that every thread it starts is pinned as well.
  if (core !== null) execFileSync('taskset', ['-a', '-c', '-p', String(core), String(pid)], { stdio: 'ignore' })
  const waiting: { resolve(answer: unknown): void; reject(error: Error): void }[] = []
  child.on('message', (said: Said) => {
    const asked = waiting.shift()
    if ('fault' in said) asked?.reject(new Error(said.fault))
    else asked?.resolve(said.answer)
  })
  child.on('exit', (code, signal) => {
    for (const asked of waiting.splice(0)) asked.reject(new Error(`${file.pathname} ended (${signal ?? code})`))
  })
  const answer = (): Promise<unknown> => new Promise((resolve, reject) => waiting.push({ resolve, reject }))
  const ask = (question: object | string): Promise<unknown> => {
    child.send(question)
    return answer()
  }
  return {
    pid,
    ready: String(await answer()),
    ask,
    cpuMicros: async () => Number(await ask(cpuQuestion)),
    stop: async () => {
      if (child.exitCode !== null || child.signalCode !== null) return
      const gone = once(child, 'exit')
      child.disconnect()
      await gone
    },
  }
}

const cpuQuestion = 'processor time'

/** One part that runs in a process of its own. */
export interface Part {
  readonly ready: string
  readonly answer?: (question: unknown) => Promise<unknown>
  /** Microseconds of processor time of what it has started, beside its own. */
  readonly alsoCpuMicros?: () => number
  readonly stop?: () => Promise<unknown>
}

/** The child's side: does its start, says what it is ready with, answers questions in order, ends with its parent. */
export async function beChild(start: (argument: unknown) => Promise<Part>): Promise<void> {
  const say = (said: Said): unknown => process.send?.(said)
  try {
    const { ready, answer, alsoCpuMicros, stop } = await start(JSON.parse(process.argv[2] ?? 'null'))
    const reply = async (question: unknown): Promise<void> => {
      try {
        const { user, system } = process.cpuUsage()
        if (question === cpuQuestion) return void say({ answer: user + system + (alsoCpuMicros?.() ?? 0) })
        if (answer === undefined) throw new Error('this process answers nothing')
        say({ answer: await answer(question) })
      } catch (error) {
        say({ fault: String(error) })
      }
    }
    process.on('message', (question) => void reply(question))
    process.once('disconnect', () => void (stop?.() ?? Promise.resolve()).finally(() => process.exit(0)))
    say({ answer: ready })
  } catch (error) {
    say({ fault: error instanceof Error ? (error.stack ?? error.message) : String(error) })
    process.disconnect?.()
  }
}

/** The core for what is measured and the one for everything else; null, null where they cannot be told apart. */
export function cores(): { readonly measured: number | null; readonly load: number | null } {
  const pinnable = process.platform === 'linux' && availableParallelism() >= 2 && hasTaskset()
  return pinnable ? { measured: 0, load: 1 } : { measured: null, load: null }
}

function hasTaskset(): boolean {
  try {
    execFileSync('taskset', ['--version'], { stdio: 'ignore' })
    return true
  } catch {
    return false
  }
}
