// Front of stored objects: who made what is stored at the providers. On one machine a journal beside the logs, in a fleet Redis.

import type { LinkState } from '../decision-cache/index.ts'
import type { Clock } from '../vocabulary/clock.ts'
import type { RedisSettings } from '../vocabulary/settings.ts'
import { openInRedis } from './in-redis.ts'
import { openOnDisk } from './on-disk.ts'
import type { StoredObjects } from './stored-objects.ts'

export type { Kept, StoredObjects } from './stored-objects.ts'

/**
 * @param path of the journal; not used beside Redis
 * @throws Error with what to do, where the journal cannot be read
 */
export async function openStoredObjects(options: {
  readonly path: string
  readonly redis: RedisSettings | null
  readonly clock: Clock
  readonly onState: (state: LinkState) => void
}): Promise<StoredObjects> {
  const { path, redis, clock, onState } = options
  return redis === null ? openOnDisk(path, clock) : openInRedis(redis, { clock, onState })
}
