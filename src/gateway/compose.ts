// Compose: the only place that builds a gate. Parts start in the order in which they need each other and end in the reverse one:
// the log first, since everything after it leaves records; the listeners last, since they need all the rest.
import type { ServerOptions } from 'node:https'
import type { AddressInfo } from 'node:net'
import type { FastifyInstance } from 'fastify'
import type { Logger } from 'pino'
import { v7 as newId } from 'uuid'
import { createAdminListener, readinessChecks } from '../admin/index.ts'
import { createDecisionCache } from '../decision-cache/index.ts'
import { openLog } from '../decision-log/index.ts'
import { openPolicySource } from '../directives/index.ts'
import { createLiveAnswers, createRefusalCounts, decideNow, type Gate } from '../enforcement/index.ts'
import { createIdentity } from '../identity/index.ts'
import { limits } from '../limits.ts'
import { openLocation, trustProxies } from '../location/index.ts'
import { type Clock, timestamp } from '../vocabulary/clock.ts'
import type { EventRecord } from '../vocabulary/record.ts'
import type { ListenerSettings, Settings } from '../vocabulary/settings.ts'
import { createDataListener } from './data-listener.ts'
import { createMetrics } from './metrics.ts'
import type { Parts } from './parts.ts'
import { createUpstreams } from './upstreams.ts'

export interface Gateway {
  readonly gate: Gate
  /** URLs under which the listeners answer. */
  readonly data: string
  readonly admin: string
  /** Stops accepting, lets open answers end within `limits.drainMs`, writes the last records and the last checkpoint. */
  close(): Promise<void>
}

export interface Surroundings {
  readonly clock: Clock
  readonly logger: Logger
  /** `portcullis <version>` */
  readonly software: string
  /** Called once where the log's disk failed; nothing is served any more by then. */
  readonly onLogLost: (error: Error) => void
  /** The demo's database counts as one day old and its registers name this issuer; `serve` has no way to say so. */
  readonly demo?: { readonly databaseAgeMs: number; readonly issuers: Readonly<Record<string, string>> }
}

/** One log, one writer: without a fleet there is one gate to a log directory, and its name never changes. */
const origin = 'local/portcullis/standalone/gate/0'

/** @throws Error of the part that could not start, with everything before it closed again */
export async function compose(settings: Settings, surroundings: Surroundings): Promise<Gateway> {
  const { clock, logger, software, onLogLost, demo } = surroundings
  const undo: (() => Promise<unknown>)[] = []
  const keep = <Part extends { close(): unknown }>(part: Part): Part => {
    undo.push(async () => part.close())
    return part
  }
  let draining = false

  try {
    const metrics = createMetrics()
    const log = keep(
      await openLog({
        path: settings.log.path,
        keyFile: settings.log.keyFile,
        origin,
        clock,
        appendTimeoutMs: settings.log.appendTimeoutMs,
        onPoisoned: (error) => {
          logger.fatal({ err: error }, 'the decision log cannot be written; every request is refused')
          onLogLost(error)
        },
      }),
    )
    const note = (k: EventRecord['k'], about: EventRecord['about']): void => {
      logger.info(about, k)
      log
        .append({ k, at: timestamp(clock.now()), about })
        .catch((error: unknown) => logger.error({ err: error }, `${k} could not be recorded`))
    }
    note('config.loaded', { settings: settings.digest, software })
    const location = keep(
      await openLocation({
        ...settings.geo,
        places: settings.places,
        clock,
        ...(demo === undefined ? {} : { ageTakenAsMs: demo.databaseAgeMs }),
        onEvent: ({ k, about }) => note(k, about),
      }),
    )
    const identity = keep(
      createIdentity({
        issuers: settings.issuers,
        clock,
        onEvent: (event) => logger[event.kind === 'keys-failed' ? 'warn' : 'info'](event, 'identity'),
      }),
    )
    const policies = keep(
      await openPolicySource({
        ...settings.policy,
        clock,
        quietMs: limits.policyQuietMs,
        ...(demo === undefined ? {} : { issuers: demo.issuers }),
        onEvent: ({ kind, about }) => {
          if (kind === 'rejected') metrics.policyRejected()
          note(kind === 'loaded' ? 'policy.loaded' : 'policy.rejected', about)
        },
      }),
    )
    const cache = keep(
      createDecisionCache({
        redis: settings.redis,
        clock,
        acceptsKey: (thumbprint) => identity.keys().includes(thumbprint),
        onState: ({ state, why }) => note('redis.state', { state, why }),
      }),
    )
    const refusalCounts = keep(createRefusalCounts({ clock, newId, append: (record) => log.append(record) }))
    const upstreams = keep(createUpstreams(settings.upstreams, settings.limits.inFlight))
    const byModel = new Map(
      settings.upstreams.flatMap((each) => each.models.map((model) => [`${each.dialect} ${model}`, each])),
    )
    const gate: Gate = {
      settings,
      clock,
      identity,
      location,
      trustedProxies: settings.trustedProxies && trustProxies(settings.trustedProxies),
      policies,
      cache,
      log,
      refusalCounts,
      observe: metrics.observe,
      newId,
      software,
      upstreamFor: (dialect, model) => byModel.get(`${dialect} ${model}`),
      live: createLiveAnswers(clock, (facts, instant) => {
        const active = policies.current()
        if (active === undefined) throw new Error('an answer is open although no policy was ever loaded')
        return decideNow(gate, active, facts, instant)
      }),
    }
    policies.onChange(() => {
      cache.flush()
      const cut = gate.live.recheckAll()
      if (cut > 0) logger.info({ cut }, 'open answers were cut by the new policy')
    })

    const checks = () => readinessChecks(gate, draining)
    const admin = await listen(
      createAdminListener({
        gate,
        checks,
        tls: tlsOptions(settings.admin),
        metricsText: () => metrics.text(gate, checks()),
        metricsContentType: metrics.contentType,
      }),
      settings.admin,
    )
    undo.push(() => admin.app.close())
    const parts = { gate, upstreams, metrics, logger, underWay: new Set<Promise<void>>() }
    const data = await listen(
      createDataListener(tlsOptions(settings.listen), settings.limits.connections, parts),
      settings.listen,
    )
    undo.push(() => drain(data.app, parts))

    const close = once(async () => {
      draining = true
      for (const step of undo.toReversed()) await step()
    })
    return { gate, data: data.url, admin: admin.url, close }
  } catch (error) {
    for (const step of undo.toReversed()) await step().catch(() => {})
    throw error
  }
}

async function listen(
  app: FastifyInstance,
  { host, port, tls }: ListenerSettings,
): Promise<{ app: FastifyInstance; url: string }> {
  await app.listen({ host, port })
  const address = app.server.address() as AddressInfo
  const name = address.family === 'IPv6' ? `[${address.address}]` : address.address
  return { app, url: `${tls === null ? 'http' : 'https'}://${name}:${address.port}` }
}

function tlsOptions({ tls }: ListenerSettings): ServerOptions | null {
  if (tls === null) return null
  const { cert, key, clientCa } = tls
  const clients = clientCa === null ? {} : { ca: clientCa, requestCert: true, rejectUnauthorized: true }
  return { cert, key, minVersion: 'TLSv1.2', ...clients }
}

/** No new connections; open answers may end; what is open after that loses its connection, and its outcome says so. */
async function drain(app: FastifyInstance, { underWay }: Parts): Promise<void> {
  const closed = app.close()
  const patience = setTimeout(() => app.server.closeAllConnections(), limits.drainMs)
  await Promise.all(underWay)
  clearTimeout(patience)
  app.server.closeAllConnections()
  await closed
}

function once(run: () => Promise<void>): () => Promise<void> {
  let running: Promise<void> | undefined
  return () => (running ??= run())
}
