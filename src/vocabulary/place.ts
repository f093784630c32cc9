// Place: the probable place of an address. Evidence, never proof of a person.

export const anonymizers = ['none', 'vpn', 'tor', 'public-proxy', 'residential-proxy'] as const
export type Anonymizer = (typeof anonymizers)[number]

export interface Place {
  /**
   * `located`: country is known. `not-found`: the lookup worked and named no country. `address-unknown`: no usable client
   * address (private, tunnel, unparsable forwarding). `unavailable`: no database answered.
   */
  readonly state: 'located' | 'not-found' | 'address-unknown' | 'unavailable'
  /** Canonical text of the client address; null where it is unknown. */
  readonly address: string | null
  /** ISO 3166-1 alpha-2, upper case. */
  readonly country: string | null
  /** ISO 3166-2, for example `UA-43`; null where the database has no subdivisions or names none. */
  readonly region: string | null
  /** The source tells subdivisions apart. Without it a region test depends on `where-regions-are-unknown`. */
  readonly resolvesRegions: boolean
  /** `operator`: a configured CIDR; never stale. `stated`: an enforcement-point's word over AuthZEN. */
  readonly source: 'database' | 'operator' | 'stated'
  /** Build time of the country database, milliseconds since the epoch. */
  readonly databaseBuiltAt: number | null
  /** `sha256:<hex>` of the database file. */
  readonly databaseDigest: string | null
  /** null: there is no anonymizer database, so nothing is known. */
  readonly anonymizer: Anonymizer | null
}
