// Subdivisions of countries, ISO 3166-2. A region tells a place apart from another region of its country only if it is one that
// exists: a word that nobody knows may be another spelling of the very region that is asked about. Only countries whose regions
// instruments name have a table; of every other country no region is known. Table as of 2026-07.

const tables: Readonly<Record<string, string>> = {
  // 40 is Sevastopol, 43 Crimea; 09 Luhansk, 14 Donetsk.
  UA: '05 07 09 12 14 18 21 23 26 30 32 35 40 43 46 48 51 53 56 59 61 63 65 68 71 74 77',
}

const subdivisions: ReadonlySet<string> = new Set(
  Object.entries(tables).flatMap(([country, codes]) => codes.split(' ').map((code) => `${country}-${code}`)),
)

/** @param country alpha-2, upper case; `region` the whole code, `UA-43` */
export const isSubdivisionOf = (country: string, region: string): boolean =>
  region.startsWith(`${country}-`) && subdivisions.has(region)

/** A region, if the code is one, of which nobody knows that there is none: of countries without a table every region may be. */
export const isRegionThatMayBe = (code: string): boolean =>
  !code.includes('-') || !Object.hasOwn(tables, code.slice(0, 2)) || subdivisions.has(code)
