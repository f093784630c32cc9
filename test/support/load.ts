// Clients that keep sending, over connections of their own, and what came of each request.
import { Agent, request } from 'node:http'

export interface Answer {
  /** Of the answer; or the code of what went wrong: the connection broke, or nothing came. */
  readonly status: number | string
  readonly body: string
}

/** @param agent without one: a connection of its own, closed afterwards */
export function send(
  url: string,
  {
    token,
    json,
    agent,
    waitMs = 60_000,
  }: { readonly token?: string; readonly json?: object; readonly agent?: Agent; readonly waitMs?: number } = {},
): Promise<Answer> {
  const body = json === undefined ? undefined : JSON.stringify(json)
  return new Promise((resolve) => {
    const asked = request(url, {
      method: body === undefined ? 'GET' : 'POST',
      agent: agent ?? false,
      headers: {
        ...(token === undefined ? {} : { authorization: `Bearer ${token}` }),
        ...(body === undefined
          ? {}
          : { 'content-type': 'application/json', 'content-length': Buffer.byteLength(body) }),
      },
    })
    asked.on('response', (response) => {
      let text = ''
      response.setEncoding('utf8')
      response.on('data', (chunk: string) => {
        text += chunk
      })
      response.on('end', () => resolve({ status: response.statusCode ?? 0, body: text }))
      response.on('error', (error: NodeJS.ErrnoException) => resolve({ status: error.code ?? '', body: text }))
    })
    asked.on('error', (error: NodeJS.ErrnoException) => resolve({ status: error.code ?? '', body: '' }))
    // A client that waits for ever would be one whose connection nobody has.
    asked.setTimeout(waitMs, () => asked.destroy(Object.assign(new Error('nothing came'), { code: 'NOTHING_CAME' })))
    asked.end(body)
  })
}

export interface Load {
  /** Answers so far, by status, with the body of those that are not 200. */
  readonly counts: Readonly<Record<string, number>>
  /** Resolves when every client has had its last answer. */
  stop(): Promise<Readonly<Record<string, number>>>
}

/** So many clients, each with one connection that it keeps while it may. */
export function startLoad(clients: number, ask: (agent: Agent) => Promise<Answer>): Load {
  const counts: Record<string, number> = {}
  const over = new AbortController()
  const run = async (): Promise<void> => {
    const agent = new Agent({ keepAlive: true, maxSockets: 1 })
    while (!over.signal.aborted) {
      const { status, body } = await ask(agent)
      const what = status === 200 ? '200' : `${status} ${body}`
      counts[what] = (counts[what] ?? 0) + 1
    }
    agent.destroy()
  }
  const running = Array.from({ length: clients }, run)
  return {
    counts,
    stop: async () => {
      over.abort()
      await Promise.all(running)
      return counts
    },
  }
}
