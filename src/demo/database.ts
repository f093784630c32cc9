// The demo's place database: some addresses of well-known networks, each in the country whose registry allocated it, under a
// type of its own that the gate refuses unless it is told. It says nothing about anybody else, and must not be used for more.
import { writeDatabase } from './mmdb-writer.ts'

export { type MmdbContents, type MmdbRecord, writeDatabase } from './mmdb-writer.ts'

interface DemoNetwork {
  /** Name of the place in `demo --json`. */
  readonly name: string
  readonly cidr: string
  /** The address that the demo's client says it comes from. */
  readonly address: string
  readonly country: string
  /** ISO 3166-2 code without the country. */
  readonly region?: string
}

/** Places are demo data: that a network's registry country is where its users are is exactly what nobody knows. */
const networks: readonly DemoNetwork[] = [
  { name: 'us', cidr: '128.30.0.0/15', address: '128.30.52.100', country: 'US', region: 'MA' },
  { name: 'puerto-rico', cidr: '136.145.0.0/16', address: '136.145.10.10', country: 'PR' },
  { name: 'canada', cidr: '142.58.0.0/16', address: '142.58.100.10', country: 'CA', region: 'BC' },
  { name: 'germany', cidr: '129.187.0.0/16', address: '129.187.10.25', country: 'DE', region: 'BY' },
  { name: 'france', cidr: '193.51.0.0/16', address: '193.51.24.10', country: 'FR' },
  { name: 'united-kingdom', cidr: '128.232.0.0/16', address: '128.232.132.8', country: 'GB', region: 'ENG' },
  { name: 'japan', cidr: '133.11.0.0/16', address: '133.11.0.10', country: 'JP', region: '13' },
  { name: 'iran', cidr: '194.225.0.0/16', address: '194.225.70.10', country: 'IR' },
  { name: 'cuba', cidr: '200.55.128.0/18', address: '200.55.128.10', country: 'CU' },
  { name: 'north-korea', cidr: '175.45.176.0/22', address: '175.45.176.10', country: 'KP' },
  { name: 'ukraine', cidr: '194.44.0.0/16', address: '194.44.10.10', country: 'UA', region: '30' },
  { name: 'crimea', cidr: '194.44.240.0/20', address: '194.44.240.10', country: 'UA', region: '43' },
  { name: 'germany-ipv6', cidr: '2001:638::/32', address: '2001:638::10', country: 'DE', region: 'BY' },
]

/** The address to put into X-Forwarded-For for each place. */
export const demoPlaces: Readonly<Record<string, string>> = Object.fromEntries(
  networks.map(({ name, address }) => [name, address]),
)

/** @param now milliseconds since the epoch of the demo's clock; the database counts as built a day before */
export function demoDatabase(now: number): Buffer {
  return writeDatabase({
    type: 'Portcullis-Demo-Country',
    description: 'Portcullis demo: made-up places of a few networks. Not for use.',
    buildEpoch: Math.floor(now / 1_000) - 86_400,
    ipVersion: 6,
    recordSize: 24,
    records: networks.map(({ cidr, country, region }) => ({
      cidr,
      data: {
        country: { iso_code: country },
        ...(region === undefined ? {} : { subdivisions: [{ iso_code: region }] }),
      },
    })),
  })
}
