// What every part of a bundle uses: positions, intervals, codes of places.

/** Where a thing was written: `path` is one of `Bundle.sources`. */
export interface Position {
  readonly path: string
  readonly line: number
}

/** [from, to) */
export interface Interval {
  readonly from: number
  readonly to: number | null
}

/** ISO 3166-1 alpha-2 (`IR`) or 3166-2 (`UA-43`), upper case. Nationalities take countries alone. */
export type PlaceCode = string

/** Union of named lists and single codes. At least one of them is not empty. */
export interface CodeSet {
  readonly lists: readonly string[]
  readonly codes: readonly PlaceCode[]
}
