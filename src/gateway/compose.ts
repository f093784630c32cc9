// Compose: the only place that builds a gate. Parts start in the order in which they need each other and end in the reverse one:
// the log first, since everything after it leaves records; the listeners last, since they need all the rest.
import { mkdir } from 'node:fs/promises'
import { join } from 'node:path'
import type { Logger } from 'pino'
import { createNotes } from '../acts/index.ts'
import { type Check, createAdminListener, createConnections, readinessChecks } from '../admin/index.ts'
import { watchClock } from '../clock/index.ts'
import { createDecisionCache } from '../decision-cache/index.ts'
import { openLog, processOrigin } from '../decision-log/index.ts'
import { comparingIn } from '../directives/index.ts'
import { createLiveAnswers, createRefusalCounts, decideNow, type Gate } from '../enforcement/index.ts'
import { workerFolder } from '../fleet/index.ts'
import { createIdentity, type Identity } from '../identity/index.ts'
import { limits } from '../limits.ts'
import { openLocation, trustProxies } from '../location/index.ts'
import { pinModels } from '../request/index.ts'
import { openStoredObjects } from '../stored-objects/index.ts'
import { Undo } from '../undo.ts'
import type { Clock } from '../vocabulary/clock.ts'
import type { Settings } from '../vocabulary/settings.ts'
import { createDataListener } from './data-listener.ts'
import { createDecisionIds } from './decision-ids.ts'
import { sharesOf } from './descriptors.ts'
import { openFollowing } from './following.ts'
import { openHandingOut } from './handing-out.ts'
import { tuneHeap } from './heap.ts'
import { admitHttp2 } from './http2-front.ts'
import { drain, leave, listen, serverOf, shut } from './listening.ts'
import { createMemoryBudget } from './memory-budget.ts'
import { createMetrics, type Metrics } from './metrics.ts'
import { type AboutPolicies, openOwnPolicies, sourceOf } from './own-policies.ts'
import type { Parts } from './parts.ts'
import { createRevoked } from './revoked.ts'
import type { Seat } from './seat.ts'
import type { SocketRelay } from './socket-relay.ts'
import { createTurns } from './turns.ts'
import { createUpstreams } from './upstreams.ts'

export interface Gateway {
  readonly gate: Gate
  /** URLs under which the listeners answer. */
  readonly data: string
  readonly admin: string
  /** What this process says of itself, whatever other workers say. */
  readonly checks: () => readonly Check[]
  readonly metrics: () => Promise<readonly object[]>
  /** Takes no new connection, and lets those that are open end by themselves, within `workerLimits.leaveMs`. `close` comes after. */
  leave(): Promise<void>
  /** Stops accepting, lets open answers end within `limits.drainMs`, writes the last records and the last checkpoint. */
  close(): Promise<void>
}

export interface Surroundings {
  readonly clock: Clock
  /** Milliseconds that only grow, against which the clock is watched; null: it is set on purpose. */
  readonly monotonic: (() => number) | null
  readonly logger: Logger
  /** `portcullis <version>` */
  readonly software: string
  /** Called once where the log's disk failed; nothing is served any more by then. */
  readonly onLogLost: (error: Error) => void
  /** Where this process is one of several that serve on one port. */
  readonly seat?: Seat
  /** The demo's database counts as one day old and its registers name this issuer; `serve` has no way to say so. */
  readonly demo?: { readonly databaseAgeMs: number; readonly issuers: Readonly<Record<string, string>> }
}

/** @throws Error of the part that could not start, with everything before it closed again */
export async function compose(settings: Settings, surroundings: Surroundings): Promise<Gateway> {
  const { logger, seat } = surroundings
  tuneHeap()
  const undo = new Undo()
  try {
    const metrics = createMetrics()
    const sockets = new Set<SocketRelay>()
    const gate = await buildGate(settings, surroundings, { metrics, sockets }, undo)
    const shares = sharesOf(settings, logger)
    const upstreams = undo.keep(createUpstreams(settings.upstreams, shares.inFlight))
    const parts: Parts = {
      gate,
      upstreams,
      metrics,
      logger,
      connections: createConnections(shares.data, (what) => metrics.crowded('data', what)),
      turns: createTurns(),
      memory: createMemoryBudget(limits.heldBytes),
      places: { taken: 0, sockets: 0, limit: shares.inFlight },
      sockets,
      upgrading: new Set(),
    }
    let draining = false
    const checks = () => readinessChecks(gate, draining)

    const now = () => ({ gate, checks: checks(), openSockets: parts.places.sockets })
    const admin = createAdminListener(serverOf(settings.admin), {
      gate,
      checks: seat?.checks ?? checks,
      metricsText: seat?.metricsText ?? (() => metrics.text(now())),
      metricsContentType: metrics.contentType,
    })
    await seat?.beforeListening(checks)
    undo.push(() => shut(admin))
    const ofAdmin = createConnections(shares.admin, (what) => metrics.crowded('admin', what))
    admin.server.on('request', ofAdmin.asked)
    ofAdmin.bound(admin.server)
    const adminUrl = await listen(admin, settings.admin)
    const data = createDataListener(serverOf(settings.listen), parts)
    if (settings.listen.http2) admitHttp2(data, settings.listen.tls !== null, settings.limits.connections)
    parts.connections.bound(data.server)
    undo.push(() => drain(data, parts))
    const dataUrl = await listen(data, settings.listen)

    const close = (): Promise<void> => {
      draining = true
      return undo.all()
    }
    return {
      gate,
      data: dataUrl,
      admin: adminUrl,
      checks,
      metrics: () => metrics.values(now()),
      leave: () => leave([admin, data]),
      close,
    }
  } catch (error) {
    await undo.all().catch((also: unknown) => logger.error({ err: also }, 'could not be closed after a failed start'))
    throw error
  }
}

/** Opens what the nine steps need, in order, and wires what must follow a change of policy. */
async function buildGate(
  settings: Settings,
  surroundings: Surroundings,
  { metrics, sockets }: { readonly metrics: Metrics; readonly sockets: ReadonlySet<SocketRelay> },
  undo: Undo,
): Promise<Gate> {
  const { clock, monotonic, logger, software, onLogLost, demo, seat } = surroundings
  const number = seat?.number ?? 0
  const folder = workerFolder(settings.log.path, number)
  const log = undo.keep(
    await openLog({
      ...settings.log,
      origin: processOrigin(number),
      clock,
      onPoisoned: (error) => {
        logger.fatal({ err: error }, 'the decision log cannot be written; every request is refused')
        onLogLost(error)
      },
    }),
  )
  await mkdir(folder, { recursive: true, mode: 0o700 })
  const notes = createNotes({ log, logger, clock })
  const { note } = notes
  note('config.loaded', { settings: settings.digest, software })
  const location = undo.keep(
    await openLocation({
      ...settings.geo,
      places: settings.places,
      clock,
      ...(demo === undefined ? {} : { ageTakenAsMs: demo.databaseAgeMs }),
      onEvent: ({ k, about }) => note(k, about),
      onFault: ({ error, failed }) => logger.error({ err: error, failed }, 'place look-ups failed'),
    }),
  )
  const live = createLiveAnswers(
    { now: () => clock.now(), since: (anchor) => steadiness.since(anchor) },
    (facts, instant) => {
      const active = policies.current()
      if (active === undefined) throw new Error('an answer is open although no policy was ever loaded')
      return decideNow(gate, active, facts, instant)
    },
    () => isFresh(),
    (error) => logger.error({ err: error }, 'an open answer could not be cut'),
  )
  const revoked = createRevoked({
    logger,
    live,
    cut: (set) => {
      live.recheckAll(({ caller }) => set.of(caller) !== null)
      return [...sockets].filter((socket) => socket.endIfRevoked()).length
    },
  })
  const cache = undo.keep(
    createDecisionCache({
      redis: settings.redis,
      clock,
      acceptsKey: (thumbprint) => identity.accepts(thumbprint),
      onState: ({ state, why }) => note('redis.state', { state, why }),
      onAlarm: (alarm) => note('redis.alarm', alarm),
    }),
  )
  const identity: Identity = undo.keep(
    createIdentity({
      issuers: settings.issuers,
      clock,
      withdrawn: (caller) => revoked.now().of(caller),
      fleet: cache.tokens,
      onEvent: (event) => logger[event.kind === 'keys-failed' ? 'warn' : 'info'](event, 'identity'),
    }),
  )
  const about: AboutPolicies = {
    ...settings.policy,
    clock,
    permitsMore: comparingIn({ now: () => clock.now(), clockUncertaintyMs: settings.clock.uncertaintyMs }),
    onListenerFault: (error) => logger.error({ err: error }, 'what follows a change of policy failed'),
    onEvent: (event) => {
      if (event.kind === 'rejected') metrics.policyRejected(event.about.code)
      note(`policy.${event.kind}`, event.about)
    },
  }
  const name = seat === undefined ? null : `${seat.gate}/${number}`
  const ofFleet = { settings, folder, name, clock, logger, note, source: about, revoked }
  const own = { folder, notes, logger, clock, live }
  const { policies, suspensions, revocations, fleet, isFresh } = undo.keep(
    settings.fleet?.control
      ? await openFollowing({ ...ofFleet, fleet: settings.fleet, control: settings.fleet.control })
      : await openOwnPolicies(own, { ...about, source: sourceOf(settings), issuers: demo?.issuers }, revoked),
  )
  const newId = createDecisionIds()
  const refusalCounts = undo.keep(createRefusalCounts({ clock, newId, append: (record) => log.append(record) }))
  const stored = undo.keep(
    await openStoredObjects({
      path: join(folder, 'stored-objects.ndjson'),
      redis: settings.redis,
      clock,
      onState: ({ state, why }) =>
        logger[state === 'up' ? 'info' : 'warn']({ why }, `stored objects: Redis is ${state}`),
    }),
  )
  const quantities = undo.keep(
    await openHandingOut({
      settings,
      gate: fleet?.gate ?? null,
      onHandedOut: (given) => note('quantity.handed_out', { ...given }),
      onFault: (error) => logger.error({ err: error }, 'licensed amounts that are left could not be given back'),
    }),
  )
  const byModel = new Map(
    settings.upstreams.flatMap((each) => each.models.map((model) => [`${each.dialect} ${model}`, each])),
  )
  const steadiness = undo.keep(
    watchClock({
      clock,
      monotonic,
      onStep: (byMs) => {
        note('clock.step', { byMs: Math.round(byMs) })
        gate.cache.flush()
        gate.live.recheckAll()
      },
    }),
  )
  const gate: Gate = {
    settings,
    clock,
    steadiness,
    identity,
    location,
    trustedProxies: settings.trustedProxies && trustProxies(settings.trustedProxies),
    policies,
    suspensions,
    revocations,
    revoked: revoked.now,
    fleet,
    cache,
    log,
    quantities,
    stored,
    refusalCounts,
    observe: { ...metrics.observe, fault: (error, where) => logger.error({ err: error }, where) },
    newId,
    software,
    pinned: pinModels(settings.defaultModels),
    upstreamFor: (dialect, model) => byModel.get(`${dialect} ${model}`),
    upstreamsOf: (dialect) => settings.upstreams.filter((each) => each.dialect === dialect),
    live,
  }
  policies.onChange(() => {
    cache.flush()
    const denied = live.denied()
    live.recheckAll()
    void live.reviewed().then(() => {
      const cut = live.denied() - denied
      if (cut > 0) logger.info({ cut }, 'open answers were cut by a change of policy')
    })
  })
  return gate
}
