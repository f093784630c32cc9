// The load: so many requests over so many connections, each sent when the answer to the one before has come.
import autocannon from 'autocannon'
import { beChild } from './processes.ts'

export interface Load {
  readonly url: string
  readonly headers: Readonly<Record<string, string>>
  readonly body: string
  readonly connections: number
  readonly amount: number
}

export interface LoadResult {
  readonly perSecond: number
  /** Answers by status. */
  readonly statuses: Readonly<Record<string, number>>
  /** Connections that failed, requests that were not answered in time. */
  readonly failures: number
  readonly p50Ms: number
  readonly p99Ms: number
}

await beChild(async () => ({ ready: 'load', answer: (question) => run(question as Load) }))

async function run(load: Load): Promise<LoadResult> {
  // autocannon looks only at each sample whether it is done: with the default of a second, so coarse would be the time it tells.
  const result = await autocannon({ ...load, method: 'POST', pipelining: 1, timeout: 20, sampleInt: 10 })
  const seconds = (result.finish.getTime() - result.start.getTime()) / 1000
  const statuses = Object.fromEntries(
    Object.entries(result.statusCodeStats).map(([status, { count }]) => [status, count]),
  )
  const answers = Object.values(statuses).reduce((sum, count) => sum + count, 0)
  return {
    perSecond: answers / seconds,
    statuses,
    failures: result.errors + result.timeouts + result.resets,
    p50Ms: result.latency.p50,
    p99Ms: result.latency.p99,
  }
}
