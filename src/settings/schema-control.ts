// What `portcullis control` reads of portcullis.yaml: the same sections, by the same schemas, as the gates. Everything else of the file
// is theirs and is not looked at, so that one file may serve the whole fleet; a key that is nobody's is a fault here too.
import { z } from 'zod'
import type { ControlSettings } from '../vocabulary/settings.ts'
import { some } from './say.ts'
import { type Scalar, scalar } from './scalars.ts'
import { clock, fleetOf, processSection, redisOf } from './schema.ts'
import { control, fleet } from './schema-fleet.ts'
import { issuer } from './schema-issuers.ts'
import { logOfControl, logSection } from './schema-log.ts'
import { policySection } from './schema-policy.ts'
import { redis } from './schema-redis.ts'

const ofGates = [
  'listen',
  'admin',
  'upstreams',
  'trusted-proxies',
  'default-models',
  'places',
  'geo',
  'limits',
] as const

const anyText: Scalar<string> = scalar('text', (text) => text)

export const controlSections: readonly string[] = [
  'control',
  'issuers',
  'policy',
  'redis',
  'fleet',
  'log',
  'clock',
  'process',
]

/** @param folder relative paths start here. */
export function controlSchema(
  folder: string,
): z.ZodType<{ readonly settings: Omit<ControlSettings, 'digest'>; readonly preloads: readonly string[] }> {
  const shape = z.strictObject({
    control: control(folder),
    issuers: some(issuer),
    policy: policySection(folder),
    redis: redis(folder).optional(),
    fleet: fleet(folder, anyText),
    log: logSection(folder).optional(),
    clock,
    process: processSection,
    ...Object.fromEntries(ofGates.map((name) => [name, z.unknown().optional()])),
  })
  return shape.transform((given) => {
    const { control: own, issuers, policy } = given
    return {
      preloads: given.process.preloads,
      settings: {
        ...own,
        issuers,
        policy: { ...policy, path: 'control' },
        redis: redisOf(given.redis, given.fleet),
        fleet: fleetOf(given.fleet),
        log: given.log ?? logOfControl(own.path),
        clock: { uncertaintyMs: given.clock.uncertainty },
      },
    }
  })
}
