// Counted refusals: above a rate, refusals of basis `session` and `request` share one record per source and reason, so that a
// flood of them can neither fill the disk nor starve the records of requests that were read (threat L11).
//
// Invariant: no answer without a record. A refusal that was counted is answered only after its aggregate is durable.

import { limits } from '../limits.ts'
import { type Clock, timestamp } from '../vocabulary/clock.ts'
import type { Reason } from '../vocabulary/reason.ts'
import type { RefusalsRecord } from '../vocabulary/record.ts'

interface Aggregate {
  readonly id: string
  readonly reason: Reason
  readonly address: string | null
  readonly first: number
  last: number
  count: number
  readonly written: Promise<void>
  readonly settle: { resolve: () => void; reject: (error: unknown) => void }
}

export interface RefusalCounts {
  /**
   * @param source pseudonym of the client address, null where unknown
   * @returns null: write a record of its own; otherwise the aggregate's id and when it is durable
   */
  count(reason: Reason, source: string | null): { id: string; written: Promise<void> } | null
  close(): Promise<void>
}

export function createRefusalCounts(options: {
  readonly clock: Clock
  readonly newId: () => string
  readonly append: (record: RefusalsRecord) => Promise<void>
}): RefusalCounts {
  const { clock, newId, append } = options
  let seen = new Map<string, number>()
  let windowEnds = 0
  const open = new Map<string, Aggregate>()
  let timer: NodeJS.Timeout | undefined

  async function flush(): Promise<void> {
    timer = undefined
    const batch = [...open.values()]
    open.clear()
    await Promise.all(
      batch.map(async (aggregate) => {
        const { id, reason, count, address } = aggregate
        const [at, first, last] = [timestamp(clock.now()), timestamp(aggregate.first), timestamp(aggregate.last)]
        await append({ k: 'refusals', id, at, reason, count, first, last, address }).then(
          aggregate.settle.resolve,
          aggregate.settle.reject,
        )
      }),
    )
  }

  function aggregateOf(reason: Reason, address: string | null, now: number): Aggregate {
    const key = `${reason} ${address ?? ''}`
    const known = open.get(key)
    if (known !== undefined) return known
    const { promise, resolve, reject } = Promise.withResolvers<void>()
    const made: Aggregate = {
      id: newId(),
      reason,
      address,
      first: now,
      last: now,
      count: 0,
      written: promise,
      settle: { resolve, reject },
    }
    open.set(key, made)
    timer ??= setTimeout(() => void flush(), limits.refusalsFlushMs)
    return made
  }

  return {
    count(reason, source) {
      const now = clock.now()
      if (now >= windowEnds || now < windowEnds - limits.refusalsWindowMs) {
        seen = new Map()
        windowEnds = now + limits.refusalsWindowMs
      }
      const known = seen.size < limits.refusalsSources || seen.has(`${reason} ${source ?? ''}`)
      const address = known ? source : null
      const key = `${reason} ${address ?? ''}`
      const soFar = (seen.get(key) ?? 0) + 1
      seen.set(key, soFar)
      if (soFar <= limits.refusalsOnRecord) return null
      const aggregate = aggregateOf(reason, address, now)
      aggregate.count += 1
      aggregate.last = now
      return { id: aggregate.id, written: aggregate.written }
    },
    async close() {
      clearTimeout(timer)
      await flush()
    },
  }
}
