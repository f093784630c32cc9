// Metrics, in OpenMetrics text. One table of names, which docs/metrics.md is printed from; nothing is registered elsewhere.
import { Counter, Gauge, Histogram, Registry } from 'prom-client'
import type { Crowded } from '../admin/index.ts'
import type { Gate, Observe } from '../enforcement/index.ts'
import { limits } from '../limits.ts'
import { revokedKinds } from '../vocabulary/revocation.ts'

type MetricName =
  | 'portcullis_decisions_total'
  | 'portcullis_outcomes_total'
  | 'portcullis_answer_seconds'
  | 'portcullis_streams_cut_total'
  | 'portcullis_protocol_errors_total'
  | 'portcullis_connections_crowded_total'
  | 'portcullis_open_answers'
  | 'portcullis_open_sockets'
  | 'portcullis_log_records'
  | 'portcullis_log_refused'
  | 'portcullis_ready'
  | 'portcullis_cache'
  | 'portcullis_redis_up'
  | 'portcullis_policy_serial'
  | 'portcullis_policy_rejected_total'
  | 'portcullis_registers_serial'
  | 'portcullis_policy_expiry_seconds'
  | 'portcullis_suspensions'
  | 'portcullis_suspension_age_seconds'
  | 'portcullis_revocations'
  | 'portcullis_fleet_statements'
  | 'portcullis_fleet_lease_seconds'

interface MetricRow {
  readonly kind: 'counter' | 'gauge' | 'histogram'
  readonly help: string
  readonly labels: readonly string[]
  /** How the numbers of several workers make one; their sum unless said. */
  readonly over?: 'min' | 'max'
}

/** Every metric: what it counts and by which labels. */
export const metricTable: Readonly<Record<MetricName, MetricRow>> = {
  portcullis_decisions_total: {
    kind: 'counter',
    help: 'Decisions by effect, basis, reason and where they came from (computed, memory, redis, none)',
    labels: ['effect', 'basis', 'reason', 'cache'],
  },
  portcullis_outcomes_total: {
    kind: 'counter',
    help: 'Ends of forwarded requests and of what WebSockets were permitted, by how they ended',
    labels: ['ending'],
  },
  portcullis_answer_seconds: {
    kind: 'histogram',
    help: 'From the permit to the end of a forwarded answer, the model’s own time included',
    labels: [],
  },
  portcullis_streams_cut_total: { kind: 'counter', help: 'Open answers cut, by reason', labels: ['reason'] },
  portcullis_protocol_errors_total: {
    kind: 'counter',
    help: 'Connections that sent something that is not HTTP/1.1, or no frame of a WebSocket, by error code',
    labels: ['code'],
  },
  portcullis_connections_crowded_total: {
    kind: 'counter',
    help: 'Connections closed for want of room, by listener (`data`, `admin`) and by what became of them: an idle one `gave_way` to a new one, or a new one was `turned_away` since all were busy',
    labels: ['listener', 'what'],
  },
  portcullis_open_answers: { kind: 'gauge', help: 'Answers that are open now', labels: [] },
  portcullis_open_sockets: {
    kind: 'gauge',
    help: 'WebSockets that are open now; half of `limits.in-flight` may be',
    labels: [],
  },
  portcullis_log_records: { kind: 'gauge', help: 'Records in this process’s log', labels: [] },
  portcullis_log_refused: {
    kind: 'gauge',
    help: 'Records that could not be made durable since the start',
    labels: [],
  },
  portcullis_ready: {
    kind: 'gauge',
    help: '1 where a readiness check passes, by check',
    labels: ['check'],
    over: 'min',
  },
  portcullis_cache: { kind: 'gauge', help: 'Decision cache since the start, by event', labels: ['event'] },
  portcullis_redis_up: {
    kind: 'gauge',
    help: '1 while the shared cache can be reached; absent without `redis:`',
    labels: [],
    over: 'min',
  },
  portcullis_policy_serial: { kind: 'gauge', help: 'Serial of the policy in force', labels: [], over: 'min' },
  portcullis_policy_rejected_total: {
    kind: 'counter',
    help: 'Policies and registers that were refused, by the code of the record; what was in force before stayed',
    labels: ['code'],
  },
  portcullis_registers_serial: {
    kind: 'gauge',
    help: 'Serial of the registers bundle in force; 0 where the registers are part of the policy',
    labels: [],
    over: 'min',
  },
  portcullis_policy_expiry_seconds: {
    kind: 'gauge',
    help: 'Until the bundle in force expires, by bundle (`policy`, `registers`); negative since then, absent without an end',
    labels: ['bundle'],
    over: 'min',
  },
  portcullis_suspensions: { kind: 'gauge', help: 'Suspensions in force', labels: [], over: 'max' },
  portcullis_suspension_age_seconds: {
    kind: 'gauge',
    help: 'How long each suspension in force has lasted, by what it closes (`all`, `family:…`, `model:…`)',
    labels: ['of'],
    over: 'max',
  },
  portcullis_revocations: {
    kind: 'gauge',
    help: `Revocations in force, by kind; ${limits.revocations} may be`,
    labels: ['kind'],
    over: 'max',
  },
  portcullis_fleet_statements: {
    kind: 'gauge',
    help: 'Statements of the fleet’s control that were heard since the start, by what became of them (`accepted`, or why it was not followed), and as `unsigned-list` what is suspended or revoked in words that no statement names; absent where no control is followed',
    labels: ['outcome'],
  },
  portcullis_fleet_lease_seconds: {
    kind: 'gauge',
    help: 'For how long the policy is still confirmed to be the newest; 0: it is not, and what says `refuse` is shut; absent where no control is followed',
    labels: [],
    over: 'min',
  },
}

export interface ReadNow {
  readonly gate: Gate
  readonly checks: readonly { readonly name: string; readonly ok: boolean }[]
  readonly openSockets: number
}

export interface Metrics {
  readonly observe: Omit<Observe, 'fault'>
  protocolError(code: string): void
  policyRejected(code: string): void
  crowded(listener: 'data' | 'admin', what: Crowded): void
  /** OpenMetrics text, with the gauges read now. */
  text(now: ReadNow): Promise<string>
  /** The same as values, to be added up with those of other processes. */
  values(now: ReadNow): Promise<readonly object[]>
  readonly contentType: string
}

/** What is counted for each request is counted here, and told when it is asked for: prom-client sorts and joins labels at each step. */
class Tally {
  readonly #counter: Counter
  readonly #counts = new Map<string, { readonly labels: Readonly<Record<string, string>>; more: number }>()

  constructor(counter: Counter) {
    this.#counter = counter
  }

  /** @param key the same for the same labels; there are few */
  add(key: string, labels: () => Readonly<Record<string, string>>): void {
    const known = this.#counts.get(key)
    if (known === undefined) this.#counts.set(key, { labels: labels(), more: 1 })
    else known.more += 1
  }

  tell(): void {
    for (const count of this.#counts.values()) {
      if (count.more > 0) this.#counter.inc(count.labels, count.more)
      count.more = 0
    }
  }
}

export function createMetrics(): Metrics {
  const registry = new Registry<typeof Registry.OPENMETRICS_CONTENT_TYPE>()
  registry.setContentType(Registry.OPENMETRICS_CONTENT_TYPE)
  const options = (name: MetricName) => ({
    name: name.replace(/_total$/, ''),
    help: metricTable[name].help,
    labelNames: [...metricTable[name].labels],
    registers: [registry as unknown as Registry],
    aggregator: metricTable[name].over ?? ('sum' as const),
  })
  const counter = (name: MetricName): Counter => new Counter(options(name))
  const gauge = (name: MetricName): Gauge => new Gauge(options(name))
  const decided = new Tally(counter('portcullis_decisions_total'))
  const ended = new Tally(counter('portcullis_outcomes_total'))
  const cuts = counter('portcullis_streams_cut_total')
  const protocolErrors = counter('portcullis_protocol_errors_total')
  const rejected = counter('portcullis_policy_rejected_total')
  const crowded = counter('portcullis_connections_crowded_total')
  const seconds = new Histogram({
    ...options('portcullis_answer_seconds'),
    buckets: [0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60, 300],
  })
  const open = gauge('portcullis_open_answers')
  const sockets = gauge('portcullis_open_sockets')
  const logRecords = gauge('portcullis_log_records')
  const logRefused = gauge('portcullis_log_refused')
  const ready = gauge('portcullis_ready')
  const cache = gauge('portcullis_cache')
  let redisUp: Gauge | undefined
  let fleetGauges: { readonly heard: Gauge; readonly left: Gauge } | undefined
  const serial = gauge('portcullis_policy_serial')
  const registersSerial = gauge('portcullis_registers_serial')
  const expiry = gauge('portcullis_policy_expiry_seconds')
  const suspensions = gauge('portcullis_suspensions')
  const revocations = gauge('portcullis_revocations')
  const suspensionAge = gauge('portcullis_suspension_age_seconds')

  const read = ({ gate, checks, openSockets }: ReadNow): void => {
    decided.tell()
    ended.tell()
    open.set(gate.live.size())
    sockets.set(openSockets)
    const log = gate.log.status()
    logRecords.set(log.size)
    logRefused.set(log.refused)
    for (const { name, ok } of checks) ready.set({ check: name }, ok ? 1 : 0)
    const { redis, ...events } = gate.cache.metrics
    for (const [event, count] of Object.entries(events)) cache.set({ event }, count)
    // A gauge without labels shows 0 from the moment it exists; without `redis:` there must be none.
    if (redis !== 'off') (redisUp ??= gauge('portcullis_redis_up')).set(redis === 'up' ? 1 : 0)
    const active = gate.policies.current()
    serial.set(active?.serial ?? 0)
    registersSerial.set(active?.registersSerial ?? 0)
    expiry.reset()
    for (const [bundle, instant] of Object.entries(active?.notAfter ?? {}))
      if (instant !== null) expiry.set({ bundle }, (instant - gate.clock.now()) / 1_000)
    const standing = gate.suspensions.standing()
    suspensions.set(standing.length)
    suspensionAge.reset()
    for (const { name, since } of standing)
      suspensionAge.set({ of: name }, Math.max(0, gate.clock.now() - since) / 1_000)
    for (const kind of revokedKinds) revocations.set({ kind }, 0)
    for (const { of } of gate.revocations.standing()) revocations.inc({ kind: of.kind })
    if (gate.fleet !== null) {
      const fleet = (fleetGauges ??= {
        heard: gauge('portcullis_fleet_statements'),
        left: gauge('portcullis_fleet_lease_seconds'),
      })
      for (const [outcome, count] of Object.entries(gate.fleet.counters)) fleet.heard.set({ outcome }, count)
      fleet.left.set(Math.max(0, gate.fleet.leftMs()) / 1_000)
    }
  }

  return {
    observe: {
      decided: ({ effect, basis, reason }, from) =>
        decided.add(`${reason} ${effect} ${from}`, () => ({ effect, basis, reason, cache: from })),
      ended: (ending, tookSeconds) => {
        ended.add(ending, () => ({ ending }))
        seconds.observe(tookSeconds)
      },
      cut: (reason) => cuts.inc({ reason }),
    },
    protocolError: (code) => protocolErrors.inc({ code }),
    policyRejected: (code) => rejected.inc({ code }),
    crowded: (listener, what) => crowded.inc({ listener, what }),
    text: (now) => {
      read(now)
      return registry.metrics()
    },
    values: (now) => {
      read(now)
      return registry.getMetricsAsJSON()
    },
    contentType: Registry.OPENMETRICS_CONTENT_TYPE,
  }
}
