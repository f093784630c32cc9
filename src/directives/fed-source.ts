// A policy source that is fed: bundles are handed to it, by an officer who publishes or by whoever follows a fleet's control, instead of
// being watched for. What comes into force, what is refused and what a restart keeps is as with every other source.
import { envelopeOf, readBundleJson } from './envelope.ts'
import { belowFloor, type Floor } from './floor.ts'
import type { Refusal } from './judge-part.ts'
import type { LoadedPair, Offer, Offered } from './next-policy.ts'
import type { Pair } from './parts.ts'
import { everyChangeOpens } from './permits-more.ts'
import type { PolicySource, PolicySourceOptions } from './source.ts'
import { soundAlarms, statusOf } from './standing-policy.ts'
import { Succession } from './succession.ts'

export interface FedSource extends PolicySource {
  /** The bundles in force; undefined: nothing is. */
  pair(): Pair | undefined
  /** Why what was in force before cannot be recalled; []: it was, or there was nothing. While there is one, nothing comes into force. */
  readonly forgotten: readonly FedRefusal[]
  /**
   * One after the other. Resolves when it is judged, and in force if it is good; with why it is not. A part that is not given stays.
   * Rejects never.
   */
  feed(parts: Fed): Promise<readonly FedRefusal[]>
}

export interface FedRefusal {
  readonly code: Refusal['code'] | 'log_unavailable'
  readonly reasons: readonly string[]
}

/** Bundles as their files hold them. */
export interface Fed {
  readonly policy: Uint8Array | null
  readonly registers: Uint8Array | null
}

export type FedSourceOptions = Omit<
  PolicySourceOptions,
  'source' | 'registers' | 'quietMs' | 'pendingMs' | 'compareAgainMs' | 'issuers' | 'onListenerFault'
> & {
  readonly onListenerFault: (error: unknown) => void
  /** What is fed may not be older than this; nothing is unless given. */
  readonly floor?: () => Floor
  /** False: it could not be recorded who opened anything, so that what permits more does not come into force. It may unless given. */
  readonly mayOpen?: () => boolean
}

/** Resolves when what was in force before is recalled. */
export async function openFedSource(options: FedSourceOptions): Promise<FedSource> {
  const { path, memory, clock, onListenerFault, floor, permitsMore = everyChangeOpens } = options
  const { mayOpen = () => true } = options
  const { signers = [], threshold = 2, registersThreshold = 1 } = options
  const rules = { signers, threshold, registersThreshold }
  const stopped = new AbortController()
  let [count, offer]: readonly [number, Offer | undefined] = [0, undefined]
  let refusals: FedRefusal[] = []
  const succession: Succession = new Succession({
    path,
    rules,
    permitsMore,
    memory,
    clock,
    onEvent: (event) => {
      if (event.kind === 'rejected')
        refusals.push({ code: event.about.code as Refusal['code'], reasons: event.about.reasons })
      options.onEvent(event)
    },
    onListenerFault,
    compareAgainMs: undefined,
    signature: async () => `${count}`,
    signal: stopped.signal,
    mayComeIntoForce: async (next, before) => {
      if (mayOpen()) return true
      const closes = before?.isTrusted === true && (await closesOnly(before, next))
      if (!closes) refusals.push(unrecorded)
      return closes
    },
    read: async () => offer ?? { policy: { kind: 'refusal', ...nothing }, registers: null },
  })
  const closesOnly = async (before: LoadedPair, after: LoadedPair): Promise<boolean> =>
    (await permitsMore(before.bundle, after.bundle, stopped.signal)).kind === 'nothing-new'
  const canRemember = await succession.recall()
  const forgotten: readonly FedRefusal[] = canRemember ? [] : refusals
  const alarms = soundAlarms(succession, rules, clock)
  let queue: Promise<unknown> = Promise.resolve()

  const judged = async ({ policy, registers }: Fed): Promise<readonly FedRefusal[]> => {
    if (!canRemember) return forgotten
    const before = succession.inForce?.pair
    const first = policy === null ? before?.policy : offeredIn(policy)
    if (first === undefined) return [nothing]
    const second = registers === null ? before?.registers : offeredIn(registers)
    const isWhole = offered(first).kind === 'envelope' && kindOf(first) === 'whole'
    offer = { policy: offered(first), registers: second && !isWhole ? offered(second) : null }
    refusals = []
    const below = floor && belowFloor(offer, floor())
    if (below !== undefined) {
      succession.reject([below])
      return refusals
    }
    count += 1
    try {
      await succession.take(`${count}`, true)
    } catch (error) {
      succession.reject([{ code: 'policy_faulty', reasons: [String(error)] }])
    }
    return refusals
  }

  return {
    forgotten,
    pair: () => succession.inForce?.pair,
    current: () => succession.active,
    onChange: (listener) => succession.onChange(listener),
    status: () => statusOf(succession, alarms.checks(), { before: [], after: [] }),
    feed: (parts) => {
      const turn = queue.then(() => judged(parts))
      queue = turn.catch(() => {})
      return turn
    },
    close: async () => {
      stopped.abort()
      alarms.stop()
      await queue
    },
  }
}

type Given = Offered | Pair['policy']

const offered = (given: Given): Offered => ('kind' in given ? given : { kind: 'envelope', envelope: given })

const kindOf = (given: Given): string | null => {
  const one = offered(given)
  return one.kind === 'envelope' ? one.envelope.statement.kind : null
}

function offeredIn(bytes: Uint8Array): Offered {
  const reading = readBundleJson(bytes)
  const refuse = (message: string): Offered => ({
    kind: 'refusal',
    code: 'bundle_faulty',
    reasons: [`what was sent ${message}`],
  })
  if (reading.kind === 'fault') return refuse(`is no bundle: ${reading.message}`)
  const envelope = envelopeOf(reading.value)
  return envelope.kind === 'fault' ? refuse(envelope.message) : envelope
}

const unrecorded: FedRefusal = {
  code: 'log_unavailable',
  reasons: [
    'it permits more, or nobody can say that it does not, and the decision log cannot be written: send it again when it can be recorded who published it',
  ],
}

const nothing: Refusal = {
  code: 'registers_missing',
  reasons: ['nothing is in force that registers could be added to: send the policy bundle as well'],
}
