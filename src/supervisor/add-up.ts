// What the workers of a gate say of themselves, as one: a gate is ready if all of them are, and its counts are the sums of theirs.
import { AggregatorRegistry, Counter, Gauge, Registry } from 'prom-client'
import type { Check } from '../admin/index.ts'
import { workerLimits } from '../worker-limits.ts'

/** What the supervisor itself counts. */
export const supervisorMetrics = {
  portcullis_worker_up: {
    kind: 'gauge',
    help: '1 where a worker says what it counted, by worker; 0: it does not answer, and what it said last is counted. Absent with one process',
    labels: ['worker'],
  },
  portcullis_worker_restarts_total: {
    kind: 'counter',
    help: 'Workers that died and were started again, since the start. Absent with one process',
    labels: [],
  },
} as const

/** @param all what processes counted, those that ended included @returns OpenMetrics text */
export function metricsText(
  all: readonly (readonly object[])[],
  workers: readonly { readonly number: number; readonly isUp: boolean }[],
  restarts: number,
): Promise<string> {
  const registry: Registry<typeof Registry.OPENMETRICS_CONTENT_TYPE> = AggregatorRegistry.aggregate([...all])
  registry.setContentType(Registry.OPENMETRICS_CONTENT_TYPE)
  const { portcullis_worker_up: upRow, portcullis_worker_restarts_total: restartsRow } = supervisorMetrics
  const registers = [registry as unknown as Registry]
  const up = new Gauge({ name: 'portcullis_worker_up', help: upRow.help, labelNames: upRow.labels, registers })
  for (const { number, isUp } of workers) up.set({ worker: number }, isUp ? 1 : 0)
  new Counter({ name: 'portcullis_worker_restarts', help: restartsRow.help, registers }).inc(restarts)
  return registry.metrics()
}

/** Of what a process counted, that which goes on to count when it has ended: what it held is gone with it. */
export const countsIn = (values: readonly object[]): readonly object[] =>
  (values as readonly { readonly type: string }[]).filter(({ type }) => type === 'counter' || type === 'histogram')

export async function asOne(all: readonly (readonly object[])[]): Promise<readonly object[]> {
  return await AggregatorRegistry.aggregate([...all]).getMetricsAsJSON()
}

export interface Said {
  readonly number: number
  /** Undefined: it did not answer. */
  readonly checks: readonly Check[] | undefined
}

/** @param missing workers that are being started again */
export function checksOfAll(said: readonly Said[], missing: number): readonly Check[] {
  const names = new Set(said.flatMap(({ checks = [] }) => checks.map(({ name }) => name)))
  const merged = [...names].map((name): Check => {
    const ones = said.flatMap(({ number, checks = [] }) =>
      checks.filter((check) => check.name === name).map(({ ok, detail }) => ({ number, ok, detail })),
    )
    const [first] = ones
    const isOne = ones.every(({ detail }) => detail === first?.detail)
    const detail = isOne
      ? (first?.detail ?? '')
      : ones.map(({ number, detail: each }) => `worker ${number}: ${each}`).join('; ')
    return { name, ok: ones.every(({ ok }) => ok), detail }
  })
  const silent = said.filter(({ checks }) => checks === undefined)
  const faults = [
    ...silent.map(({ number }) => `worker ${number} did not answer within ${workerLimits.reportMs} ms`),
    ...(missing === 0 ? [] : [`${missing} of ${said.length + missing} ended and are being started again`]),
  ]
  const detail = faults.length === 0 ? `${said.length} of ${said.length} answer` : faults.join('; ')
  return [...merged, { name: 'workers', ok: faults.length === 0, detail }]
}
