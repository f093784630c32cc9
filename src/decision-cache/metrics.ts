// Metrics: plain counters since the start of the process, which the gateway exposes under names of its own.

export interface Counters {
  memoryHits: number
  memoryMisses: number
  redisHits: number
  /** Redis answered that it has no entry, or one whose span or key does not serve now. */
  redisMisses: number
  /** Tokens that another gate has verified, so that this one need not. */
  tokenHits: number
  /** Tokens that no gate has told of yet. */
  tokenMisses: number
  /** Redis was not asked: it is down, left alone, or too many questions are under way. */
  redisSkipped: number
  /** Entries that were not written to Redis, for the same reasons or for their size. */
  writesSkipped: number
  /** What came from Redis was not what this fleet had written there for that entry. Above zero somebody should look. */
  poisoned: number
  timeouts: number
  errors: number
}

export interface Metrics extends Readonly<Counters> {
  readonly redis: 'off' | 'up' | 'down'
  /** Times that the memory was emptied, by a change of bindings or on demand. */
  readonly flushes: number
  readonly entries: number
  readonly bytes: number
  /** Reads and writes on their way to Redis. */
  readonly inFlight: number
}

export function newCounters(): Counters {
  return {
    memoryHits: 0,
    memoryMisses: 0,
    redisHits: 0,
    redisMisses: 0,
    tokenHits: 0,
    tokenMisses: 0,
    redisSkipped: 0,
    writesSkipped: 0,
    poisoned: 0,
    timeouts: 0,
    errors: 0,
  }
}
