// `redis`: where the gates of a fleet share what they know. One server, Sentinel or a Cluster; which one, redis-relations.ts asks.
import { z } from 'zod'
import type { RedisAddress, RedisKind, RedisSettings } from '../vocabulary/settings.ts'
import { textOfFile } from './paths.ts'
import { certificatesIn } from './pem.ts'
import { say, some } from './say.ts'
import { accepted, duration, identifier, type Scalar, scalar } from './scalars.ts'

const redisUrl: Scalar<string> = scalar('`rediss://user:${PASSWORD}@host:port`', (text) => {
  if (!URL.canParse(text)) return { wrong: 'is no URL' }
  const url = new URL(text)
  if (url.protocol !== 'redis:' && url.protocol !== 'rediss:')
    return { wrong: 'starts neither with `rediss://` nor with `redis://`' }
  if (url.hostname === '') return { wrong: 'names no host' }
  if (!/^\/?\d{0,4}$/.test(url.pathname)) return { wrong: 'has a path that is no database number' }
  return url.search === '' && url.hash === '' ? text : { wrong: 'has a query or a fragment: take it out' }
})

const address: Scalar<RedisAddress> = scalar('`host:port`, IPv6 in brackets', (text) => {
  const match = /^(?:\[([0-9a-fA-F:.]+)\]|([A-Za-z0-9._-]+)):([1-9]\d{0,4})$/.exec(text)
  const host = match?.[1] ?? match?.[2]
  const port = Number(match?.[3])
  return host !== undefined && port <= 65_535 ? { host, port } : { wrong: 'is no `host:port`, IPv6 in brackets' }
})

const secret: Scalar<string> = scalar('a password, by `${NAME}` or `${file:PATH}`', (text) =>
  /^[\x21-\x7e]{1,512}$/.test(text) ? text : { wrong: 'must be 1 to 512 visible ASCII characters without blanks' },
)

/** Of what the settings say, all but the keys. */
export type RedisGiven = Omit<RedisSettings, 'key' | 'previousKey'>

/** @param folder relative paths start here. */
export function redis(folder: string): z.ZodType<RedisGiven> {
  const pem = textOfFile(folder)
  const ca = pem.refine((given) => typeof certificatesIn(given) !== 'string', 'holds no PEM certificate')
  const shape = z.strictObject({
    url: say(redisUrl.optional(), 'One server, TLS by `rediss://`. A password comes by reference only.'),
    sentinels: say(some(address).optional(), 'Sentinels that know the master. With `master`, in place of `url`.'),
    master: say(identifier.optional(), 'The name by which they know it.'),
    cluster: say(
      some(address).optional(),
      'Nodes of a Cluster, in place of `url`; one that answers names the others. Every node must know the user.',
    ),
    user: say(identifier.optional(), 'ACL user at the servers; `url` has its own. Absent: `default`.'),
    password: say(secret.optional(), 'Its password. By reference only.'),
    'sentinel-user': say(identifier.optional(), 'ACL user at the Sentinels.'),
    'sentinel-password': say(secret.optional(), 'Its password. By reference only.'),
    tls: say(
      z
        .strictObject({
          ca: say(
            ca.meta({ ...pem.meta() }).optional(),
            'PEM of the CA of the servers’ certificates. Absent: those that Node.js knows.',
          ),
          'server-name': say(
            identifier.optional(),
            'The name that their certificates must be for. Absent: the host by which each is reached, which Sentinel and a Cluster mostly tell as an address.',
          ),
        })
        .optional(),
      'With `sentinels` or `cluster`: TLS to all of them. With `url`: what `rediss://` is held against.',
    ),
    'insecure-plaintext': say(
      accepted.optional(),
      'Go without TLS beyond this machine. Entries are sealed; the password is not.',
    ),
    'command-timeout': say(
      duration(1, 5_000).prefault('20ms'),
      'An answer that takes longer counts as none, and the gate decides by itself.',
    ),
  })
  return shape.transform((given): RedisGiven => {
    const { tls } = given
    return {
      servers: serversOf(given),
      tls: tls === undefined ? null : { ca: tls.ca?.text ?? null, serverName: tls['server-name'] ?? null },
      commandTimeoutMs: given['command-timeout'],
    }
  })
}

function serversOf(given: {
  readonly url?: string | undefined
  readonly sentinels?: readonly RedisAddress[] | undefined
  readonly master?: string | undefined
  readonly cluster?: readonly RedisAddress[] | undefined
  readonly user?: string | undefined
  readonly password?: string | undefined
  readonly 'sentinel-user'?: string | undefined
  readonly 'sentinel-password'?: string | undefined
}): RedisKind {
  const { url = '', sentinels, master = '', cluster, user = null, password = null } = given
  if (cluster !== undefined) return { kind: 'cluster', nodes: cluster, user, password }
  if (sentinels === undefined) return { kind: 'server', url }
  const { 'sentinel-user': sentinelUser = null, 'sentinel-password': sentinelPassword = null } = given
  return { kind: 'sentinel', sentinels, master, user, password, sentinelUser, sentinelPassword }
}
