// The databases in use: loaded whole, examined, watched by polling, and swapped by one pointer. Invariant: while an examination
// runs, or after one that failed, look-ups go on from the database that passed; a look-up never waits and never throws.
import { createHash } from 'node:crypto'
import { LRUCache } from 'lru-cache'
import { limits } from '../limits.ts'
import type { Clock } from '../vocabulary/clock.ts'
import type { EventRecord } from '../vocabulary/event.ts'
import type { Place } from '../vocabulary/place.ts'
import type { OperatorPlace } from '../vocabulary/settings.ts'
import { canonicalAddress } from './address.ts'
import type { ClientAddress } from './client-address.ts'
import { DatabaseFile, type DatabaseStatus } from './database-file.ts'
import { type LookUpFault, LookUpFaults } from './look-up-faults.ts'
import { readManifest } from './manifest.ts'
import { operatorPlaces } from './operator-places.ts'
import { anonymizerOf, placeOf } from './place-record.ts'
import { nat64, usableAddress } from './usable-address.ts'

export interface LocationOptions {
  /** Path of the country database. */
  readonly country: string
  /** Path of the anonymizer database; null: there is none, and nothing is known about anonymizers. */
  readonly anonymizer: string | null
  /** A database of the demo's type is accepted. */
  readonly demoData: boolean
  readonly places: readonly OperatorPlace[]
  readonly nat64Prefixes: readonly string[]
  readonly clock: Clock
  /** `geo.loaded` and `geo.rejected`, for the decision log. Must not throw. */
  readonly onEvent: (event: EventRecord) => void
  /**
   * Hears what a look-up threw, which gave the place `unavailable`: at once, then at most once in `limits.geoFaultMs`. Must not
   * throw.
   */
  readonly onFault?: ((fault: LookUpFault) => void) | undefined
  /** Only for the demo: every database counts as built this long before today's midnight (UTC), whatever its date. */
  readonly ageTakenAsMs?: number | null
  /** Other than `geo-db/manifest.json` of the checkout. */
  readonly manifest?: string
  /** Defaults from limits.ts; tests are more impatient. */
  readonly pollMs?: number
  readonly quietMs?: number
}

export interface LocationStatus {
  /** Every configured database is loaded. */
  readonly ok: boolean
  /** One sentence for `/readyz`. */
  readonly detail: string
  /** Digest over the databases in use, for cache keys; null while one is missing. */
  readonly digest: string | null
  readonly country: DatabaseStatus
  /** Null where none is configured. */
  readonly anonymizer: DatabaseStatus | null
}

export interface Location {
  /** The place of a client, at once. The same address gives the identical object until a database changes. */
  locate(client: ClientAddress): Place
  status(): LocationStatus
  /** Looks at the files now, without waiting for quiet. Resolves when look-ups use the outcome. */
  reload(): Promise<LocationStatus>
  /** Stops watching; look-ups go on. */
  close(): Promise<void>
}

const dayMs = 86_400_000

/**
 * Opens the databases. Resolves also where one is refused: then `status().ok` is false, every place that needs it is
 * `unavailable`, and the file is looked at again and again. Rejects only for settings or a manifest that cannot be read.
 */
export async function openLocation(options: LocationOptions): Promise<Location> {
  const operator = operatorPlaces(options.places)
  const translators = nat64(options.nat64Prefixes)
  const manifest = await readManifest(options.manifest)
  const { clock, onEvent, demoData } = options
  const taken = options.ageTakenAsMs ?? null
  const quietMs = options.quietMs ?? limits.geoQuietMs
  const file = (kind: 'country' | 'anonymizer', path: string): DatabaseFile =>
    new DatabaseFile({ kind, path, manifest, clock, demoData, anyBuildDate: taken !== null, quietMs, onEvent })
  const country = file('country', options.country)
  const anonymizer = options.anonymizer === null ? null : file('anonymizer', options.anonymizer)
  const files = anonymizer === null ? [country] : [country, anonymizer]

  const faults = new LookUpFaults(options.onFault)
  const memo = new LRUCache<string, Place>({ max: limits.placeMemoEntries })
  let memoOf = ''

  /** The instant that databases count as built at; it moves once a day, so that places stay identical in between. */
  const builtAt = (): number | null => {
    if (taken === null) return country.current?.builtAt ?? null
    return country.current === null ? null : Math.floor(clock.now() / dayMs) * dayMs - taken
  }

  const locate = (client: ClientAddress): Place => {
    if (client.kind === 'unknown') return nowhere('address-unknown')
    const state = `${country.generation} ${anonymizer?.generation ?? 0} ${taken === null ? '' : builtAt()}`
    if (state !== memoOf) {
      memo.clear()
      memoOf = state
    }
    const key = client.proxy ? `${client.address} proxy` : client.address
    const known = memo.get(key)
    if (known !== undefined) return known
    const place = Object.freeze(lookUp(client))
    // A fault is not remembered: the next request may find the database that replaces the faulty one.
    if (place.state !== 'unavailable') memo.set(key, place)
    return place
  }

  const nowhere = (state: Place['state'], address: string | null = null): Place => ({
    state,
    address,
    country: null,
    region: null,
    resolvesRegions: country.current?.resolvesRegions ?? false,
    source: 'database',
    databaseBuiltAt: builtAt(),
    databaseDigest: country.current?.digest ?? null,
    anonymizer: null,
  })

  const lookUp = (client: ClientAddress & { kind: 'address' }): Place => {
    // Another spelling would escape the operator's ranges and the reserved ones.
    if (canonicalAddress(client.address) !== client.address) return nowhere('address-unknown')
    const usable = client.proxy ? undefined : usableAddress(client.address, translators)
    const said = operator.find(client.address) ?? (usable === undefined ? undefined : operator.find(usable))
    const address = usable ?? client.address
    try {
      if (said !== undefined) {
        return {
          state: 'located',
          address,
          country: said.country,
          region: said.region,
          // An operator who names no region has not said that it is none of the listed ones.
          resolvesRegions: said.region !== null,
          source: 'operator',
          databaseBuiltAt: null,
          databaseDigest: null,
          anonymizer: anonymizerAt(address),
        }
      }
      if (usable === undefined) return nowhere('address-unknown')
      const database = country.current
      if (database === null) return nowhere('unavailable', address)
      const named = placeOf(database.lookup(usable), database.shape)
      return {
        ...nowhere(named.country === null ? 'not-found' : 'located', address),
        country: named.country,
        region: named.region,
        anonymizer: anonymizerAt(address),
      }
    } catch (error) {
      // The file passed its examination, so this is memory gone bad or a fault of the reader: no answer, hence no permit.
      faults.tell(error)
      return nowhere('unavailable', address)
    }
  }

  /** Invariant: null only where no anonymizer database is configured. One that is configured and absent must not look like none. */
  const anonymizerAt = (address: string): Place['anonymizer'] => {
    if (anonymizer === null) return null
    if (anonymizer.current === null) throw new Error('the anonymizer database is not available')
    return anonymizerOf(anonymizer.current.lookup(address))
  }

  let told: LocationStatus | null = null
  const status = (): LocationStatus => {
    const ofCountry = country.status()
    const ofAnonymizer = anonymizer?.status() ?? null
    if (told !== null && told.country === ofCountry && told.anonymizer === ofAnonymizer) return told
    const parts = ofAnonymizer === null ? [ofCountry] : [ofCountry, ofAnonymizer]
    const ok = parts.every((part) => part.ok)
    const digests = createHash('sha256').update(parts.map((part) => part.digest).join('\n'))
    told = {
      ok,
      detail: parts.map((part) => part.detail).join('; '),
      digest: ok ? `sha256:${digests.digest('hex')}` : null,
      country: ofCountry,
      anonymizer: ofAnonymizer,
    }
    return told
  }

  // One look at the files after the other, never two at once.
  let last: Promise<void> = Promise.resolve()
  const look = (patient: boolean): Promise<void> => {
    const run = inTurn(last, files, patient)
    // Only a throwing `onEvent` can fail it; that must be heard once, and must not end the watch.
    last = run.catch(() => {})
    return run
  }
  await look(false)
  const timer = setInterval(() => void look(true), options.pollMs ?? limits.geoPollMs)
  timer.unref()

  return {
    locate,
    status,
    async reload() {
      await look(false)
      return status()
    },
    async close() {
      clearInterval(timer)
      await last
    },
  }
}

async function inTurn(before: Promise<void>, files: readonly DatabaseFile[], patient: boolean): Promise<void> {
  await before
  for (const file of files) await file.look(patient)
}
