// Issuer keys: the key set of one issuer over time, found through OpenID Connect discovery.
//
// Promises: one fetch at a time, bounded in time and size; an answer that comes late, or faulty, never replaces a good set; a set
// older than the hard cap is not used; whatever callers send, the issuer is asked at most once per cool-down.
import type { JsonObject } from '../json/index.ts'
import { limits } from '../limits.ts'
import type { Clock } from '../vocabulary/clock.ts'
import { type Fetch, fetchDocument } from './fetch-document.ts'
import { addressFault, discoveryAddress } from './issuer-url.ts'
import { readKeySet, type VerificationKey } from './key-set.ts'

export type KeyAnswer =
  | { readonly kind: 'key'; readonly key: VerificationKey }
  /** The issuer has no such key: the token is at fault. */
  | { readonly kind: 'absent'; readonly detail: string }
  /** It cannot be told which keys the issuer has. */
  | { readonly kind: 'unavailable'; readonly detail: string }

export interface KeysEvent {
  readonly kind: 'keys-loaded' | 'keys-failed'
  readonly issuer: string
  /** Thumbprints, or what went wrong. */
  readonly detail: string
}

export interface IssuerKeysOptions {
  readonly issuer: string
  readonly algorithms: readonly string[]
  readonly clock: Clock
  /** Milliseconds that only grow; the wall clock may be set back, and the demo's jumps. */
  readonly monotonic: () => number
  readonly fetch: Fetch
  readonly onEvent: (event: KeysEvent) => void
}

export interface IssuerKeys {
  /** The key for a token's `kid`; null asks for the only key. Fetches where that may help; never rejects. */
  find(kid: string | null): Promise<KeyAnswer>
  /** Whether this very key may still verify. Starts a renewal when one is due, and does not wait for it. */
  holds(key: VerificationKey): boolean
  /** Fetches now, or joins the fetch under way. Never rejects. */
  refresh(): Promise<void>
  status(): { readonly ok: boolean; readonly detail: string }
  thumbprints(): readonly string[]
  /** Whether a usable key has this thumbprint. */
  accepts(thumbprint: string): boolean
  close(): void
}

interface LoadedSet {
  readonly keys: readonly VerificationKey[]
  readonly byKid: ReadonlyMap<string, VerificationKey>
  readonly identities: ReadonlySet<VerificationKey>
  readonly thumbprints: ReadonlySet<string>
  readonly wallAt: number
  readonly monotonicAt: number
}

export function openIssuerKeys(options: IssuerKeysOptions): IssuerKeys {
  const { issuer, clock, monotonic, onEvent } = options
  let loaded: LoadedSet | undefined
  /** Start of the last attempt, and what it came to. */
  let attempt: { readonly at: number; fault: string | null } | undefined
  let flight: Promise<void> | undefined
  let closed = false
  let abort = new AbortController()

  /** The greater of both clocks: one stands still while a machine sleeps, the other may be set back. */
  const age = (set: LoadedSet): number => Math.max(clock.now() - set.wallAt, monotonic() - set.monotonicAt)
  const usable = (): LoadedSet | undefined =>
    loaded !== undefined && age(loaded) < limits.jwksMaxAgeMs ? loaded : undefined
  const mayAttempt = (): boolean => {
    if (closed) return false
    if (attempt === undefined) return true
    // Good keys that only time has ended, by a jump of the clock perhaps, are replaced at once.
    if (attempt.fault === null && usable() === undefined) return true
    const wait = attempt.fault === null ? limits.jwksCooldownMs : limits.jwksRetryMs
    return monotonic() - attempt.at >= wait
  }

  async function load(): Promise<void> {
    const mine = { at: monotonic(), fault: 'the first answer is awaited' as string | null }
    attempt = mine
    abort = new AbortController()
    const signal = AbortSignal.any([abort.signal, AbortSignal.timeout(limits.jwksTimeoutMs)])
    try {
      const keys = await within(signal, fetchKeys(options, signal))
      if (closed) return
      loaded = newSet(keys, loaded, { wallAt: clock.now(), monotonicAt: monotonic() })
      mine.fault = null
      onEvent({ kind: 'keys-loaded', issuer, detail: loaded.keys.map((key) => key.thumbprint).join(' ') })
    } catch (error) {
      if (closed) return
      mine.fault = error instanceof Error ? error.message : String(error)
      onEvent({ kind: 'keys-failed', issuer, detail: mine.fault })
    }
  }

  function refresh(): Promise<void> {
    if (closed) return Promise.resolve()
    if (flight !== undefined) return flight
    const mine = load().finally(() => {
      if (flight === mine) flight = undefined
    })
    flight = mine
    return mine
  }

  function renewIfDue(): void {
    const due = loaded === undefined || age(loaded) >= limits.jwksRefreshMs
    if (due && flight === undefined && mayAttempt()) void refresh()
  }

  async function find(kid: string | null): Promise<KeyAnswer> {
    renewIfDue()
    const at = lookUp(usable(), kid)
    if (at.kind === 'key') return at
    if (flight !== undefined || mayAttempt()) await refresh()
    const set = usable()
    const fault = attempt?.fault ?? null
    if (set === undefined) return { kind: 'unavailable', detail: `no usable keys of the issuer: ${fault ?? 'too old'}` }
    const answer = lookUp(set, kid)
    if (answer.kind === 'absent' && fault !== null) {
      return { kind: 'unavailable', detail: `the key is not known, and newer ones cannot be had: ${fault}` }
    }
    return answer
  }

  return {
    find,
    refresh,
    holds: (key) => {
      renewIfDue()
      return usable()?.identities.has(key) ?? false
    },
    status: () => {
      renewIfDue()
      const set = usable()
      if (set === undefined) return { ok: false, detail: attempt?.fault ?? 'the keys are too old' }
      if (set.keys.length === 0) return { ok: false, detail: 'the issuer publishes no key for the pinned algorithms' }
      const seconds = Math.round(age(set) / 1_000)
      return { ok: true, detail: `${set.keys.length} keys, ${seconds} s old` }
    },
    accepts: (thumbprint) => usable()?.thumbprints.has(thumbprint) ?? false,
    thumbprints: () => usable()?.keys.map((key) => key.thumbprint) ?? [],
    close: () => {
      closed = true
      abort.abort()
    },
  }
}

async function fetchKeys(options: IssuerKeysOptions, signal: AbortSignal): Promise<readonly VerificationKey[]> {
  const bounds = { fetch: options.fetch, signal, maxBytes: limits.jwksBytes }
  const discovery: JsonObject = await fetchDocument(discoveryAddress(options.issuer), bounds)
  if (discovery['issuer'] !== options.issuer) throw new Error('the discovery document is of another issuer')
  const address = discovery['jwks_uri']
  if (typeof address !== 'string') throw new Error('the discovery document names no `jwks_uri`')
  const fault = addressFault(address)
  if (fault !== null) throw new Error(`\`jwks_uri\` ${fault}`)
  return readKeySet(await fetchDocument(address, bounds), options.algorithms)
}

/** A fetch may ignore its signal. Its answer reaches nobody then: this promise has settled, so late answers never win. */
function within<T>(signal: AbortSignal, work: Promise<T>): Promise<T> {
  return new Promise((resolve, reject) => {
    const late = (): void => reject(new Error(`no answer within ${limits.jwksTimeoutMs} ms`))
    signal.addEventListener('abort', late, { once: true })
    work.then(resolve, reject).finally(() => signal.removeEventListener('abort', late))
  })
}

/** Keys that were there before stay the same objects, so that what they verified is still known to be theirs. */
function newSet(
  keys: readonly VerificationKey[],
  before: LoadedSet | undefined,
  at: { readonly wallAt: number; readonly monotonicAt: number },
): LoadedSet {
  const nameOf = (key: VerificationKey): string => JSON.stringify([key.kid, key.thumbprint, key.algorithms])
  const known = new Map(before?.keys.map((key) => [nameOf(key), key]))
  const kept = keys.map((key) => known.get(nameOf(key)) ?? key)
  const named = kept.flatMap((key): [string, VerificationKey][] => (key.kid === null ? [] : [[key.kid, key]]))
  const thumbprints = new Set(kept.map((key) => key.thumbprint))
  return { keys: kept, byKid: new Map(named), identities: new Set(kept), thumbprints, ...at }
}

function lookUp(set: LoadedSet | undefined, kid: string | null): Exclude<KeyAnswer, { kind: 'unavailable' }> {
  if (kid === null) {
    const [only, ...others] = set?.keys ?? []
    if (only !== undefined && others.length === 0) return { kind: 'key', key: only }
    return { kind: 'absent', detail: 'the token names no key, and the issuer has not exactly one' }
  }
  const key = set?.byKid.get(kid)
  return key === undefined ? { kind: 'absent', detail: 'the issuer has no such key' } : { kind: 'key', key }
}
