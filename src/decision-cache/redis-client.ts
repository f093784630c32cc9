// Redis client: a connection to the servers that the settings name, and to no other way of reaching them: one server, the master that
// Sentinel names, or a Cluster. None of them reconnects, queues or resends by itself: that is the link's to do.
import { Cluster, type ClusterOptions, Redis, type RedisOptions } from 'ioredis'
import { fleetLimits } from '../fleet-limits.ts'
import { limits } from '../limits.ts'
import type { RedisSettings } from '../vocabulary/settings.ts'

/** What the gate asks of Redis, whichever kind it is. */
export type Client = Redis | Cluster

export type RedisServers = Pick<RedisSettings, 'servers' | 'tls' | 'commandTimeoutMs'>

/** ioredis tells its reply types from `replyMapping`; without it they are those of RESP2. */
type Options = Omit<RedisOptions, 'replyMapping'>

/**
 * @param attempt grows with each: another Sentinel or node is asked first, so that one that is silent does not hide the others
 * @param listens whether it is for messages: of a Cluster any node carries them all, and one connection tells when it is gone
 */
export function openClient(redis: RedisServers, attempt: number, listens: boolean): Client {
  const { servers } = redis
  const common = commonOptions(redis)
  if (servers.kind === 'server') return new Redis({ ...common, ...serverOptions(servers.url, redis.tls) })
  const login = { ...named('username', servers.user), ...named('password', servers.password) }
  const tls = redis.tls === null ? {} : { tls: tlsOptions(redis.tls) }
  if (servers.kind === 'sentinel') {
    return new Redis({
      ...common,
      ...login,
      ...tls,
      ...named('sentinelUsername', servers.sentinelUser),
      ...named('sentinelPassword', servers.sentinelPassword),
      ...(redis.tls === null ? {} : { sentinelTLS: tlsOptions(redis.tls), enableTLSForSentinelMode: true }),
      sentinels: rotated(servers.sentinels, attempt).map(({ host, port }) => ({ host, port })),
      name: servers.master,
      sentinelRetryStrategy: () => null,
      sentinelCommandTimeout: limits.redisConnectMs / 2,
      connectTimeout: limits.redisConnectMs / 2,
      updateSentinels: false,
      failoverDetector: false,
    })
  }
  const nodes = rotated(servers.nodes, attempt)
  const [first] = nodes
  if (listens && first !== undefined) return new Redis({ ...common, ...login, ...tls, ...first })
  const { lazyConnect: _, retryStrategy: __, enableOfflineQueue: ___, ...ofNodes } = common
  return new Cluster([...nodes], { ...clusterOptions, redisOptions: { ...ofNodes, ...login, ...tls } })
}

function commonOptions({ commandTimeoutMs }: RedisServers): Options {
  return {
    lazyConnect: true,
    protocol: 2,
    disableClientInfo: true,
    enableReadyCheck: false,
    enableOfflineQueue: false,
    autoResendUnfulfilledCommands: false,
    maxRetriesPerRequest: 0,
    retryStrategy: null,
    connectTimeout: limits.redisConnectMs,
    commandTimeout: commandTimeoutMs,
  }
}

const clusterOptions: ClusterOptions = {
  lazyConnect: true,
  enableOfflineQueue: false,
  clusterRetryStrategy: null,
  clusterNodeRetryStrategy: null,
  maxRedirections: fleetLimits.redisRedirections,
  // Who waits for a failover waits longer than any command may take.
  retryDelayOnFailover: 0,
  retryDelayOnClusterDown: 0,
  slotsRefreshTimeout: limits.redisConnectMs / 2,
  // A replica may lag behind; what it lacks is a miss, and its master is as near.
  scaleReads: 'master',
  // Names stay names, so that TLS can hold a certificate against them.
  dnsLookup: (host, done) => done(null, host),
}

/** The URL is read here and not by ioredis, which lets a query in it override every option above. */
function serverOptions(text: string, tls: RedisSettings['tls']): Options {
  const { protocol, hostname, port, username, password, pathname, search, hash } = new URL(text)
  const db = /^\/?(\d{0,4})$/.exec(pathname)?.[1]
  if (
    (protocol !== 'redis:' && protocol !== 'rediss:') ||
    hostname === '' ||
    db === undefined ||
    search !== '' ||
    hash !== ''
  ) {
    throw new TypeError('the Redis URL must have the form redis[s]://[user[:password]@]host[:port][/database]')
  }
  return {
    // RFC 3986 puts an IPv6 address in brackets; a socket wants it without.
    host: hostname.replace(/^\[(.*)\]$/, '$1'),
    port: port === '' ? 6379 : Number(port),
    db: Number(db),
    ...named('username', username === '' ? null : decodeURIComponent(username)),
    ...named('password', password === '' ? null : decodeURIComponent(password)),
    ...(protocol === 'rediss:' && { tls: tlsOptions(tls) }),
  }
}

type TlsOptions = NonNullable<Options['tls']>

/** A certificate must come from the CA of the settings, or from one that Node.js knows, and be for the name of the settings, or the host's. */
function tlsOptions(tls: RedisSettings['tls']): TlsOptions {
  return { rejectUnauthorized: true, ...named('ca', tls?.ca ?? null), ...named('servername', tls?.serverName ?? null) }
}

const named = <const Name extends string>(name: Name, value: string | null): { [_ in Name]?: string } =>
  value === null ? {} : ({ [name]: value } as { [_ in Name]?: string })

const rotated = <Item>(list: readonly Item[], by: number): readonly Item[] => {
  const start = by % Math.max(1, list.length)
  return [...list.slice(start), ...list.slice(0, start)]
}
