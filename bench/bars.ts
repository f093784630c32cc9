// Bars: what a figure must reach. Below the floor is a defect; the aim is where we want to be.

export interface Bar {
  /** What is measured, with its unit: `a decision at 10 directives, µs`. */
  readonly of: string
  readonly measured: number
  /** Greatest value that is no defect. */
  readonly floor: number
  /** Null: the floor is all that is asked. */
  readonly aim: number | null
}

export type Verdict = 'aim' | 'floor' | 'below the floor'

/** What a page with bars says of them under its title. */
export const barWords = `
*Floor* is what a figure must meet, *aim* what we want. Of every bar less is better (time, cost against something else, growth, loss): a figure
greater than its floor misses it, and is called below the floor; one that meets the floor and misses the aim, above the floor.
`

/** What cannot be measured reaches nothing. */
export function verdictOn({ measured, floor, aim }: Bar): Verdict {
  if (!(measured <= floor)) return 'below the floor'
  return aim === null || measured <= aim ? 'aim' : 'floor'
}

export function barsTable(bars: readonly Bar[]): string {
  const rows = bars.map((bar) => {
    const verdict = verdictOn(bar)
    const said =
      verdict === 'aim' ? 'reached' : verdict === 'floor' ? 'above the floor, not at the aim' : '**below the floor**'
    return `| ${bar.of} | ${figure(bar.measured)} | ${figure(bar.floor)} | ${bar.aim === null ? '' : figure(bar.aim)} | ${said} |`
  })
  return `| bar | measured | floor | aim | |\n|---|---:|---:|---:|---|\n${rows.join('\n')}`
}

/** Three digits that count, thousands apart. */
export const figure = (value: number): string => apart(value.toFixed(value >= 100 ? 0 : value >= 10 ? 1 : 2))

/** A whole number, thousands apart. */
export const thousands = (value: number): string => apart(Math.round(value).toString())

const apart = (digits: string): string => digits.replace(/\B(?=(\d{3})+(?!\d))(?<!\.\d*)/g, ' ')
