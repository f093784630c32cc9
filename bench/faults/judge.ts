// What the logs and the model API say of a row together: what was forwarded has a permit on record, each decision one outcome, the logs
// are intact, and nothing was forwarded that was forbidden by then.
import { setTimeout as sleep } from 'node:timers/promises'
import { queryLog, verifyLog } from '../../src/decision-log/index.ts'
import type { Forwarded } from './model-api.ts'
import type { GateSite } from './site.ts'

export interface Recorded {
  readonly id: string
  readonly at: number
  readonly length: number
  readonly effect: string
}

/** Of all gates, from an instant on. */
export interface Records {
  readonly decisions: readonly Recorded[]
  /** How many outcomes each decision has, by its id. */
  readonly outcomes: ReadonlyMap<string, number>
  /** Refusals that share a record: how many, by its id. */
  readonly refusals: ReadonlyMap<string, number>
}

const kinds = ['decision', 'outcome', 'refusals']

async function recordsSince(gates: readonly Pick<GateSite, 'logs'>[], since: number): Promise<Records> {
  const decisions: Recorded[] = []
  const outcomes = new Map<string, number>()
  const refusals = new Map<string, number>()
  for (const directory of gates.flatMap(({ logs }) => logs)) {
    for await (const { record } of queryLog({ directory, kinds, since })) {
      const id = String(record['id'])
      if (record.k === 'refusals') refusals.set(id, (refusals.get(id) ?? 0) + Number(record['count']))
      else if (record.k === 'outcome') outcomes.set(id, (outcomes.get(id) ?? 0) + 1)
      else {
        const { length } = record['request'] as { readonly length: number }
        decisions.push({ id, at: Date.parse(String(record['at'])), length, effect: String(record['effect']) })
      }
    }
  }
  return { decisions, outcomes, refusals }
}

/** Waits for outcomes that are being written; what has none after ten seconds never gets one. */
export async function settledRecords(gates: readonly Pick<GateSite, 'logs'>[], since: number): Promise<Records> {
  const until = Date.now() + 10_000
  for (;;) {
    const records = await recordsSince(gates, since)
    if (Date.now() > until || records.decisions.every(({ id }) => records.outcomes.has(id))) return records
    await sleep(250)
  }
}

/** Sentences; none: what reached the model API and what is on record agree. A permit may have led to nothing. */
export function faultsOf(
  forwarded: readonly Pick<Forwarded, 'length'>[],
  { decisions, outcomes }: Pick<Records, 'decisions' | 'outcomes'>,
): readonly string[] {
  const permits = new Map<number, number>()
  for (const { length, effect } of decisions)
    if (effect === 'permit') permits.set(length, (permits.get(length) ?? 0) + 1)
  let [unrecorded, twice] = [0, 0]
  const seen = new Map<number, number>()
  for (const { length } of forwarded) {
    const times = (seen.get(length) ?? 0) + 1
    seen.set(length, times)
    const permitted = permits.get(length) ?? 0
    if (permitted === 0) unrecorded += 1
    else if (times > permitted) twice += 1
  }
  const ids = new Set(decisions.map(({ id }) => id))
  const without = decisions.filter(({ id }) => !outcomes.has(id)).length
  const several = [...outcomes].filter(([id, count]) => ids.has(id) && count > 1).length
  return [
    ...(unrecorded > 0 ? [`${unrecorded} requests were forwarded without a recorded permit`] : []),
    ...(twice > 0 ? [`${twice} requests were forwarded more often than they were permitted`] : []),
    ...(ids.size < decisions.length ? [`${decisions.length - ids.size} decisions are recorded twice`] : []),
    ...(without > 0 ? [`${without} of ${decisions.length} decisions have no outcome`] : []),
    ...(several > 0 ? [`${several} decisions have more than one outcome`] : []),
  ]
}

export async function faultsOfLogs(
  gates: readonly (Pick<GateSite, 'logs' | 'logKey'> & { readonly name: string })[],
): Promise<readonly string[]> {
  const found: string[] = []
  for (const { name, logs, logKey } of gates) {
    for (const directory of logs) {
      const { intact, summary } = await verifyLog({ directory, key: logKey })
      if (!intact) found.push(`the log of gate ${name} is not intact: ${summary}`)
    }
  }
  return found
}
