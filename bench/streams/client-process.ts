// The clients of the bench `streams`: thousands of streams that stay open, and what becomes of them.
import { Pool } from 'undici'
import { beChild } from '../processes.ts'

export interface Clients {
  readonly origin: string
  readonly headers: Readonly<Record<string, string>>
  readonly body: string
  readonly streams: number
}

/** `open`: opens all, and waits for the first event of each. `look`: what has become of them so far. */
export type Question = 'open' | 'look'

export interface Fared {
  /** Answered by 200 and an event. */
  readonly opened: number
  readonly events: number
  readonly ended: number
  /** Ended by the dialect's own error. */
  readonly cut: number
  /** When the last one ended, milliseconds since the epoch; 0: none has. */
  readonly lastEndAt: number
  /** What went wrong, the first of it. */
  readonly fault: string | null
}

/** Under way to their first event at once. */
const atOnce = 64

await beChild(async (argument) => {
  const { origin, headers, body, streams } = argument as Clients
  const pool = new Pool(origin, { connections: streams, pipelining: 1, headersTimeout: 0, bodyTimeout: 0 })
  let [opened, events, ended, cut, lastEndAt, left] = [0, 0, 0, 0, 0, streams]
  const faults: string[] = []

  const openOne = (): Promise<void> =>
    new Promise((resolve) => {
      let [isOpen, isRefused] = [false, false]
      const end = (): void => {
        ended += 1
        lastEndAt = Date.now()
        resolve()
      }
      pool.dispatch(
        {
          path: '/v1/chat/completions',
          method: 'POST',
          headers,
          body,
        },
        {
          onRequestStart() {},
          onResponseStart(_controller, status) {
            isRefused = status !== 200
          },
          onResponseData(_controller, chunk) {
            if (isRefused) faults.push(`a stream was refused: ${String(chunk)}`)
            events += 1
            if (chunk.includes('"error"')) cut += 1
            if (!isOpen) opened += 1
            isOpen = true
            resolve()
          },
          onResponseEnd: end,
          onResponseError(_controller, error) {
            faults.push(error.message)
            end()
          },
        },
      )
    })

  return {
    ready: 'clients',
    answer: async (question) => {
      if (question === 'open') {
        const opening = async (): Promise<void> => {
          while (left > 0 && faults.length === 0) {
            left -= 1
            await openOne()
          }
        }
        await Promise.all(Array.from({ length: atOnce }, opening))
      }
      const fared: Fared = { opened, events, ended, cut, lastEndAt, fault: faults[0] ?? null }
      return fared
    },
    stop: () => pool.destroy(),
  }
})
