// The shape of portcullis.yaml: every key, what it may hold, what it means, what stands when it is absent. Closed: a key that
// does not stand here refuses to start. docs/settings.md is printed from the descriptions below.
import { availableParallelism } from 'node:os'
import { z } from 'zod'
import { limits } from '../limits.ts'
import type { Settings } from '../vocabulary/settings.ts'
import { workerLimits } from '../worker-limits.ts'
import { existingFile } from './paths.ts'
import { tls } from './pem.ts'
import { say, some } from './say.ts'
import {
  accepted,
  cidr,
  count,
  country,
  duration,
  flag,
  identifier,
  listenAddress,
  region,
  type Scalar,
  scalar,
  size,
  word,
} from './scalars.ts'
import { control, type FleetGiven, fleet } from './schema-fleet.ts'
import { issuer } from './schema-issuers.ts'
import { logSection } from './schema-log.ts'
import { policySection } from './schema-policy.ts'
import { type RedisGiven, redis } from './schema-redis.ts'
import { upstream } from './schema-upstreams.ts'

/** What the file says, before anything is derived from it. */
export interface Given {
  readonly settings: Omit<Settings, 'digest'>
  /** Modules that command-line switches may bring into the process. */
  readonly preloads: readonly string[]
}

export const clock: z.ZodPrefault<z.ZodObject<{ uncertainty: z.ZodType<number> }>> = say(
  z
    .strictObject({
      uncertainty: say(
        duration(0, 1_000).prefault('250ms'),
        'How far this clock may be off. Prohibitions begin that much early and end that much late, grants the other way round.',
      ),
    })
    .prefault({}),
  'The clock of this machine.',
)

const workers: Scalar<number> = scalar<number>('a whole number, or `cores`', (text) => {
  if (text === 'cores') return Math.min(availableParallelism(), workerLimits.most)
  const isInRange = /^[1-9]\d{0,2}$/.test(text) && Number(text) <= workerLimits.most
  return isInRange ? Number(text) : { wrong: `is neither \`cores\` nor a whole number of 1 to ${workerLimits.most}` }
})

export const processSection: z.ZodPrefault<
  z.ZodObject<{ workers: z.ZodPrefault<Scalar<number>>; preloads: z.ZodPrefault<z.ZodArray<Scalar<string>>> }>
> = say(
  z
    .strictObject({
      workers: say(
        workers.prefault('1'),
        'Processes that serve on the one port, `cores` for as many as the machine has. More than one only where the gate follows `fleet.control`: what officers do must hold in all of them. Each is a gate with bounds, memory and a log of its own ([workers](workers.md)).',
      ),
      preloads: say(
        z.array(identifier).prefault([]),
        'Modules that `--import`, `--require` or `--loader` bring into the process (an agent for traces, say) and libraries of `LD_PRELOAD`, each as it is named there. Any other refuses to start.',
      ),
    })
    .prefault({}),
  'The processes of the gate, and what else runs inside them.',
)

/** @param folder relative paths start here. */
export function settingsSchema(folder: string): z.ZodType<Given> {
  const listener = {
    tls: say(tls(folder).optional(), 'PEM files. Absent: plain http, which is for loopback.'),
    'insecure-plaintext': say(
      accepted.optional(),
      'Take tokens over plain http beyond this machine: only where a proxy or mesh before the gate encrypts.',
    ),
  }
  const shape = z.strictObject({
    listen: say(
      z.strictObject({
        address: say(listenAddress, 'Address and port. Port 0: the system chooses.'),
        ...listener,
        http2: say(
          flag.prefault('false'),
          'Take HTTP/2 as well, for clients that speak nothing else; each of its streams is read as a request of HTTP/1.1. What a client of it has not taken yet of an answer that is cut may still reach it, for 30 seconds at most; over HTTP/1.1 nothing does.',
        ),
        'use-451': say(flag.prefault('false'), 'Answer `prohibited` with status 451 (RFC 7725) instead of 403.'),
      }),
      'The data listener: the APIs of the model providers and nothing else.',
    ),
    admin: say(
      z.strictObject({ address: say(listenAddress, 'Address and port. Keep it inside.'), ...listener }),
      'The admin listener: health, metrics, AuthZEN. Nothing of it is reachable through the data port.',
    ),
    issuers: say(some(issuer), 'Who may vouch for a caller.'),
    upstreams: say(some(upstream), 'The model APIs behind the gate.'),
    'trusted-proxies': say(
      z
        .strictObject({
          cidrs: say(some(cidr), 'Peers whose header is believed.'),
          header: say(word('x-forwarded-for', 'forwarded'), 'The one header in which they name the client.'),
        })
        .optional(),
      'Absent: the TCP peer is the client, and no header is read.',
    ),
    places: say(
      z
        .array(
          z.strictObject({
            cidr: say(cidr, 'The range.'),
            country: say(country, 'Its country.'),
            region: say(region.optional(), 'Its subdivision.'),
          }),
        )
        .prefault([]),
      'Ranges whose place the operator knows: offices, private networks. They go before the database and never grow stale.',
    ),
    'default-models': say(
      z
        .array(
          z.strictObject({
            operation: say(identifier, 'The operation, as `docs/operations.md` names it.'),
            model: say(
              identifier,
              'The name that is written into its request: decided as if the caller had asked for it.',
            ),
          }),
        )
        .prefault([]),
      'Models for operations that may leave theirs out. Absent: such a request is refused (`model_absent`), since what a provider takes instead is nobody’s decision.',
    ),
    geo: say(
      z.strictObject({
        country: say(existingFile(folder), 'Country database (`.mmdb`), in the shape of MaxMind or DB-IP.'),
        anonymizer: say(
          existingFile(folder).optional(),
          'Anonymizer database. Absent: nothing is known of anonymizers.',
        ),
        'demo-data': say(
          accepted.optional(),
          "Serve from a database of the demo's type, which is unfit for real decisions.",
        ),
        'nat64-prefixes': say(
          z.array(cidr).prefault([]),
          'NAT64 prefixes whose embedded IPv4 address counts (RFC 6052).',
        ),
      }),
      'What the place of an address is looked up in.',
    ),
    policy: say(policySection(folder), 'The directives to enforce.'),
    redis: say(
      redis(folder).optional(),
      'What gates tell each other: verified tokens, decisions, stored objects, statements of `control`. Absent: each remembers for itself.',
    ),
    fleet: say(
      fleet(folder).optional(),
      'What the gates of one fleet share. Required beside `redis`, and where they follow `control`.',
    ),
    control: say(
      control(folder).optional(),
      'Where `portcullis control` listens and keeps its journal. `serve` does not read it, nor `control` any section but this, `issuers`, `policy`, `redis`, `fleet`, `log`, `clock` and `process`: one file may serve both.',
    ),
    log: say(
      logSection(folder),
      'The decision log: no record, no passage. `control` reads it too; there it may be absent: then its log is `log` in the folder of its journal.',
    ),
    limits: say(
      z
        .strictObject({
          'body-bytes': say(size(1_024, limits.bodyBytes).prefault('4MiB'), 'Largest body of a request.'),
          'upload-bytes': say(
            size(1_024, limits.imageBodyBytes).prefault('52MiB'),
            'Largest body of a request that carries files, as far as its operation takes so much. It is held whole, twice.',
          ),
          'in-flight': say(
            count(1, 100_000).prefault('1024'),
            'Requests at one moment; the next is refused (`overloaded`).',
          ),
          connections: say(
            count(1, 1_000_000).prefault('4096'),
            'Open connections on the data listener, where the process may open so many files; idle ones give way to new ones.',
          ),
        })
        .prefault({}),
      'Bounds that differ between installations; the fixed ones stand in `src/limits.ts`.',
    ),
    clock,
    process: processSection,
  })
  return shape.transform((given): Given => {
    const { listen, admin, geo } = given
    return {
      preloads: given.process.preloads,
      settings: {
        listen: { ...listen.address, tls: listen.tls ?? null, use451: listen['use-451'], http2: listen.http2 },
        admin: { ...admin.address, tls: admin.tls ?? null },
        issuers: given.issuers,
        upstreams: given.upstreams,
        trustedProxies: given['trusted-proxies'] ?? null,
        defaultModels: given['default-models'],
        places: given.places.map((place) => ({ ...place, region: place.region ?? null })),
        geo: {
          country: geo.country,
          anonymizer: geo.anonymizer ?? null,
          demoData: geo['demo-data'] ?? false,
          nat64Prefixes: geo['nat64-prefixes'],
        },
        policy: { ...given.policy, path: given.policy.path || (given.fleet?.control?.url ?? '') },
        fleet: given.fleet === undefined ? null : fleetOf(given.fleet),
        redis: redisOf(given.redis, given.fleet),
        log: given.log,
        limits: {
          bodyBytes: given.limits['body-bytes'],
          uploadBytes: given.limits['upload-bytes'],
          inFlight: given.limits['in-flight'],
          connections: given.limits.connections,
        },
        clock: { uncertaintyMs: given.clock.uncertainty },
        workers: given.process.workers,
      },
    }
  })
}

export const fleetOf = ({ key, control: followed, lease, ...rest }: FleetGiven): NonNullable<Settings['fleet']> => ({
  key,
  previousKey: rest['previous-key'] ?? null,
  control: followed === undefined ? null : { url: followed.url, key: followed.key },
  leaseMs: lease,
})

/** Without a fleet key nothing can be sealed: that it is missing is a fault of its own. */
export const redisOf = (redis: RedisGiven | undefined, fleet: FleetGiven | undefined): Settings['redis'] =>
  redis === undefined || fleet === undefined
    ? null
    : { ...redis, key: fleet.key, previousKey: fleet['previous-key'] ?? null }
