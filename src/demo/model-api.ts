// The stand-in model API, in a process of its own on loopback: what the demo and the tests put behind the gate instead of a
// provider. It promises the providers' shapes, an exact count of what reached it, and the bytes that did; the answers mean nothing.
import { type ChildProcess, fork } from 'node:child_process'
import { once } from 'node:events'
import type { Answer, ApiOptions, Command, SeenRequest } from './model-api-child.ts'

export type { ApiOptions, SeenRequest } from './model-api-child.ts'

export interface ModelApi {
  /** Origin without a trailing slash: OpenAI clients add `/v1`, Anthropic's add nothing. */
  readonly url: string
  /** GET answers `{"requests":N}`; not counted itself. */
  readonly countUrl: string
  /** Requests to a model (POST under /v1) since the start or the last reset, whatever was answered. Known after `stop` too. */
  count(): Promise<number>
  /** The last requests to a model, oldest first, as they came: at most 500. */
  requests(): Promise<readonly SeenRequest[]>
  /** Forgets the requests and goes back to the default options. */
  reset(): Promise<void>
  /** Changes the answers from the next request on; what is not named goes back to its default. */
  set(options: ApiOptions): Promise<void>
  stop(): Promise<void>
}

/** Starts the process; resolves once it listens. Rejects if it ends before that. */
export async function startModelApi(): Promise<ModelApi> {
  const extension = import.meta.url.endsWith('.ts') ? 'ts' : 'js'
  const child = fork(new URL(`./model-api-child.${extension}`, import.meta.url), { execArgv: [] })
  const waiting = new Map<number, { resolve(answer: Answer): void; reject(error: Error): void }>()
  let last = 0
  child.on('message', (answer: Answer) => {
    waiting.get(answer.id)?.resolve(answer)
    waiting.delete(answer.id)
  })
  child.on('exit', (code) => {
    for (const one of waiting.values()) one.reject(new Error(`the stand-in model API ended with ${code}`))
    waiting.clear()
  })
  const ask = (command: Command): Promise<Answer> =>
    new Promise((resolve, reject) => {
      last += 1
      waiting.set(last, { resolve, reject })
      child.send({ id: last, ...command }, (error) => {
        if (error !== null) reject(error)
      })
    })

  const { url } = await ask({ kind: 'start' })
  let finalCount: number | undefined
  return {
    url,
    countUrl: `${url}/count`,
    count: async () => finalCount ?? (await ask({ kind: 'requests' })).count,
    requests: async () => (await ask({ kind: 'requests' })).requests,
    async reset() {
      await ask({ kind: 'reset' })
    },
    async set(options) {
      await ask({ kind: 'set', options })
    },
    async stop() {
      finalCount ??= (await ask({ kind: 'requests' })).count
      await stop(child)
    },
  }
}

async function stop(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return
  const exited = once(child, 'exit')
  // It exits by itself when the channel closes; so it does, too, when its parent dies.
  child.disconnect()
  await exited
}
