// The demo's side of its OpenID provider: starts the process, moves its clock, has tokens made. Demo and tests only.
import { type ChildProcess, fork } from 'node:child_process'
import { once } from 'node:events'
import { personas } from './personas.ts'
import type { Answer, Ask, Claims, Question } from './provider-messages.ts'

export interface DemoProvider {
  /** `http://127.0.0.1:<port>`; discovery and key set are served there. */
  readonly issuer: string
  /** Of its process, for those who want to see it paused. */
  readonly pid: number | undefined
  /** A fresh access token for a persona or an admin of personas.ts, its evidence dated from the demo's present. */
  token(persona: string): Promise<string>
  /** An access token with these claims over the provider's own (`iss`, `aud`, `iat`, `exp`, `jti`, `client_id`). */
  mint(claims: Claims): Promise<string>
  /** The provider's clock is `ms` now, and runs on. Tokens issued before keep their times. */
  setNow(ms: number): Promise<void>
  /** A new key signs from now on. The old ones stay published unless `publishOld` is false. */
  rotateKeys(options?: { readonly publishOld: boolean }): Promise<void>
  stop(): Promise<void>
}

export interface DemoProviderOptions {
  /** Resource identifier of the gateway: the `aud` of every token. */
  readonly audience: string
  /** The demo's present, milliseconds since the epoch. */
  readonly now: number
  /** Lifetime of tokens, seconds; half a day unless said. */
  readonly tokenLifetimeS?: number
}

const childFile = new URL(import.meta.url.replace(/provider\.(ts|js)$/, 'provider-child.$1'))

/** Starts the provider on a free loopback port. Rejects if it does not come up. */
export async function startProvider(options: DemoProviderOptions): Promise<DemoProvider> {
  // No inherited options: a debugger or a test runner's loaders would come along, and with them another clock or port.
  const child = fork(childFile, {
    execArgv: [],
    serialization: 'advanced',
    stdio: ['ignore', 'ignore', 'inherit', 'ipc'],
  })
  const ask = conversation(child)
  let offsetMs = options.now - Date.now()
  const stop = async (): Promise<void> => {
    if (child.exitCode !== null || child.signalCode !== null) return
    const gone = once(child, 'exit')
    if (child.connected) child.disconnect()
    const impatience = setTimeout(() => child.kill('SIGKILL'), 2_000)
    await gone
    clearTimeout(impatience)
  }
  try {
    const { audience, tokenLifetimeS = 43_200 } = options
    const issuer = await ask({ ask: 'start', audience, tokenLifetimeS, offsetMs })
    return {
      issuer,
      pid: child.pid,
      token: async (persona) => {
        const found = personas.get(persona)
        if (found === undefined) throw new Error(`no persona \`${persona}\``)
        return ask({ ask: 'mint', claims: { ...found.claims(Date.now() + offsetMs), sub: found.name } })
      },
      mint: (claims) => ask({ ask: 'mint', claims }),
      setNow: async (ms) => {
        offsetMs = ms - Date.now()
        await ask({ ask: 'shift', offsetMs })
      },
      rotateKeys: async ({ publishOld } = { publishOld: true }) => void (await ask({ ask: 'rotate', publishOld })),
      stop,
    }
  } catch (error) {
    await stop()
    throw error
  }
}

/** Questions with their answers; all that are open fail when the process ends. */
function conversation(child: ChildProcess): (question: Ask) => Promise<string> {
  const open = new Map<number, { resolve: (said: string) => void; reject: (error: Error) => void }>()
  let asked = 0
  let over: Error | undefined
  child.on('message', (answer: Answer) => {
    const waiting = open.get(answer.id)
    open.delete(answer.id)
    if ('fault' in answer) waiting?.reject(new Error(`the demo's provider: ${answer.fault}`))
    else waiting?.resolve(answer.said)
  })
  const end = (error: Error): void => {
    over = error
    for (const { reject } of open.values()) reject(error)
    open.clear()
  }
  child.once('error', end)
  child.once('exit', (code, signal) => end(new Error(`the demo's provider ended (${signal ?? code})`)))
  return (question) =>
    new Promise((resolve, reject) => {
      if (over !== undefined) return reject(over)
      const id = ++asked
      open.set(id, { resolve, reject })
      child.send({ ...question, id } satisfies Question, (error) => error && reject(error))
    })
}
