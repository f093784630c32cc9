// The paced load: a request at each of its instants, however the ones before fare, and its time counted from that instant on, so that
// what waits because others are slow is not left out.
import { setTimeout as sleep } from 'node:timers/promises'
import { type Dispatcher, Pool } from 'undici'
import { beChild } from './processes.ts'

export interface PacedLoad {
  readonly origin: string
  readonly path: string
  readonly headers: Readonly<Record<string, string>>
  readonly body: string
  readonly perSecond: number
  readonly seconds: number
  /** `whole`: until the last byte · `first`: until the first byte of the body. */
  readonly until: 'whole' | 'first'
}

export interface PacedResult {
  /** Milliseconds, one for each request, least first. */
  readonly times: readonly number[]
  readonly statuses: Readonly<Record<string, number>>
  readonly failures: number
}

const connections = 128

await beChild(async () => ({ ready: 'paced load', answer: (question) => run(question as PacedLoad) }))

async function run({ origin, path, headers, body, perSecond, seconds, until }: PacedLoad): Promise<PacedResult> {
  const pool = new Pool(origin, { connections, pipelining: 1 })
  const times: number[] = []
  const statuses: Record<string, number> = {}
  let failures = 0
  const ask = (due: number): Promise<void> =>
    new Promise((resolve) => {
      let told = false
      const tell = (): void => {
        if (!told) times.push(performance.now() - due)
        told = true
      }
      const handler: Dispatcher.DispatchHandler = {
        onRequestStart() {},
        onResponseStart(_controller, status) {
          statuses[status] = (statuses[status] ?? 0) + 1
        },
        onResponseData() {
          if (until === 'first') tell()
        },
        onResponseEnd() {
          tell()
          resolve()
        },
        onResponseError() {
          failures += 1
          resolve()
        },
      }
      pool.dispatch({ path, method: 'POST', headers, body }, handler)
    })
  const all: Promise<void>[] = []
  const begun = performance.now()
  const amount = Math.round(perSecond * seconds)
  for (let sent = 0; sent < amount; ) {
    const due = begun + (sent * 1_000) / perSecond
    const now = performance.now()
    // A timer is never early by more than its own grain; what is due is sent at once, in order.
    if (due > now) await sleep(due - now)
    else {
      all.push(ask(due))
      sent += 1
    }
  }
  await Promise.all(all)
  await pool.close()
  return { times: times.toSorted((one, other) => one - other), statuses, failures }
}
