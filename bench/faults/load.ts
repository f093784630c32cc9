// The load of the fault matrix: for each gate and model one request every so many milliseconds, of which only so many are under way at a
// time, and one stream that is asked for again when it ends. Each request has a length of its own, by which it is known at the model API
// and in the log.
import { setTimeout as sleep } from 'node:timers/promises'
import { Agent, type Dispatcher, request } from 'undici'

/** What `refuse` closes when its policy cannot be confirmed, and what `hold` leaves open. */
export const models = ['fable-5', 'open-1'] as const
export type Model = (typeof models)[number]

const everyMs = 50
const underWay = 6
/** A client that waits longer goes away. */
const patienceMs = 8_000

export interface Told {
  readonly gate: string
  readonly model: Model
  readonly stream: boolean
  readonly sentAt: number
  readonly at: number
  /** `200`, a status with its code, `no answer` in time, `no connection`; of a stream `ended`, `cut` with its code, or one of these. */
  readonly says: string
  /** Of a stream. */
  readonly lastByteAt: number
}

export interface Load {
  /** What clients were told, in the order in which they were. */
  readonly told: readonly Told[]
  /** No more is sent; what is under way comes to its end, streams are left. */
  stop(): Promise<void>
}

export interface Target {
  readonly name: string
  readonly data: string
}

export function startLoad(targets: readonly Target[], token: string): Load {
  const told: Told[] = []
  const open = new Set<Promise<void>>()
  const leaving = new AbortController()
  const agents = new Map(targets.map(({ name }) => [name, new Agent({ connections: 4 * underWay })]))
  let sent = 0

  const ask = async ({ name, data }: Target, model: Model, stream: boolean): Promise<void> => {
    const sentAt = Date.now()
    let lastByteAt = 0
    let says: string
    try {
      const patience = stream ? leaving.signal : AbortSignal.timeout(patienceMs)
      const dispatcher = agents.get(name) as Dispatcher
      const answer = await request(`${data}/v1/chat/completions`, {
        method: 'POST',
        headers: { authorization: `Bearer ${token}`, 'content-type': 'application/json' },
        body: bodyOf(sent++, model, stream),
        signal: patience,
        dispatcher,
        headersTimeout: patienceMs,
      })
      let text = ''
      for await (const chunk of answer.body) {
        text = stream ? `${text.slice(-400)}${chunk}` : text + String(chunk)
        // The error that ends a stream which is cut is no part of the answer.
        if (stream && String(chunk).includes('"delta"')) lastByteAt = Date.now()
      }
      says = stream && answer.statusCode === 200 ? endOf(text) : saysOf(answer.statusCode, text)
    } catch (error) {
      if (leaving.signal.aborted) return
      says = isPatience(error) ? 'no answer' : 'no connection'
      // A stream that had begun and broke off, whoever broke it.
      if (stream && lastByteAt > 0) says = 'broken off'
    }
    told.push({ gate: name, model, stream, sentAt, at: Date.now(), says, lastByteAt })
  }

  const keep = (asked: Promise<void>): Promise<void> => {
    const kept = asked.finally(() => open.delete(kept))
    open.add(kept)
    return kept
  }

  const timers = targets.flatMap((target) =>
    models.map((model) => {
      let now = 0
      return setInterval(() => {
        if (now >= underWay) return
        now += 1
        void keep(ask(target, model, false).finally(() => (now -= 1)))
      }, everyMs)
    }),
  )
  const streaming = async (target: Target): Promise<void> => {
    while (!leaving.signal.aborted) {
      await ask(target, 'fable-5', true)
      await sleep(300, undefined, { signal: leaving.signal }).catch(() => {})
    }
  }
  for (const target of targets) void keep(streaming(target))

  return {
    told,
    async stop() {
      for (const timer of timers) clearInterval(timer)
      leaving.abort()
      await Promise.all(open)
      await Promise.all([...agents.values()].map((agent) => agent.destroy()))
    },
  }
}

const shortest =
  JSON.stringify({ model: 'fable-5', stream: false, messages: [{ role: 'user', content: '' }] }).length + 2

/** Longer by one byte than the one before. */
function bodyOf(number: number, model: Model, stream: boolean): string {
  const content = (text: string): string =>
    JSON.stringify({ model, stream, messages: [{ role: 'user', content: text }] })
  return content('x'.repeat(shortest + number - content('').length))
}

export function saysOf(status: number, text: string): string {
  try {
    const { error } = JSON.parse(text) as { readonly error?: { readonly code?: string } }
    return status === 200 ? '200' : `${status} ${error?.code ?? 'without a code'}`
  } catch {
    return `${status} without a code`
  }
}

export function endOf(text: string): string {
  if (text.endsWith('data: [DONE]\n\n')) return 'ended'
  const code = /"error":.*"code":"(\w+)"/.exec(text)?.[1]
  return code === undefined ? 'broken off' : `cut ${code}`
}

function isPatience(error: unknown): boolean {
  const { name, code } = error as { readonly name?: string; readonly code?: string }
  return name === 'TimeoutError' || code === 'UND_ERR_HEADERS_TIMEOUT'
}
