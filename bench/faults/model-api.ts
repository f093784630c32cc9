// The stand-in model API as a process that can be killed, and what has reached it.
import { appendFileSync, readFileSync } from 'node:fs'
import { type Child, startChild } from '../processes.ts'
import type { Manner, ModelApiStart } from './model-api-process.ts'

export interface ModelApiSite {
  /** Requests that reached it, oldest first, over all its lives. */
  seen(): readonly Forwarded[]
  behave(manner: Manner): Promise<void>
  kill(): Promise<void>
  start(): Promise<void>
}

export interface Forwarded {
  readonly at: number
  readonly length: number
  readonly model: string
  /** Of the body, by which a load may know its requests again; empty where it says none. */
  readonly user: string
}

export async function startModelApi(
  { file, ...stream }: Omit<ModelApiStart, 'port'>,
  undo: (() => Promise<unknown>)[],
): Promise<{ readonly port: number; readonly site: ModelApiSite }> {
  appendFileSync(file, '')
  const begin = (port: number): Promise<Child> => {
    const start: ModelApiStart = { port, file, ...stream }
    return startChild(new URL('./model-api-process.ts', import.meta.url), start, null)
  }
  let child = await begin(0)
  const port = Number(child.ready)
  undo.push(() => child.stop())
  return {
    port,
    site: {
      seen: () =>
        readFileSync(file, 'utf8')
          .split('\n')
          .slice(0, -1)
          .map((note) => {
            const [at, length, model = '', user = ''] = note.split(' ')
            return { at: Number(at), length: Number(length), model, user }
          }),
      behave: async (manner) => void (await child.ask(manner)),
      kill: async () => {
        process.kill(child.pid, 'SIGKILL')
        await child.stop()
      },
      start: async () => {
        child = await begin(port)
      },
    },
  }
}
