// The command line of `npm run mutate`.

import { parseArgs } from 'node:util'

export const help = `Examples:
  npm run mutate                                    all mutants; writes docs/mutation.md (a quarter of an hour of one core)
  npm run mutate -- --file grants --file combine    those of some files
  npm run mutate -- --sample 50 --seed 7            fifty, by chance
  npm run mutate -- --keep /tmp/verdicts            the first time all, later what lived
  npm run mutate -- --list --file valid-until       what would be done

Switches on one small change of the policy engine after the other and looks whether anything sees it.

  --file PART    of files whose path holds PART; may be given several times
  --sample N     of N of them, chosen by --seed (1)
  --list         prints them and does nothing
  --keep FILE    writes verdicts to FILE, and takes over from it what was seen already
  --threads N    as many at the same time (1)

Exit codes: 0 the score reaches the bar; 1 fault; 2 it does not, or the list of equivalents names one that is seen.
`

export interface Options {
  readonly files: readonly string[]
  readonly sample: number | null
  readonly seed: number
  readonly list: boolean
  readonly threads: number
  readonly keep: string | null
  readonly help: boolean
}

export function readOptions(args: readonly string[]): Options {
  const { values } = parseArgs({
    args: [...args],
    options: {
      file: { type: 'string', multiple: true, default: [] },
      sample: { type: 'string' },
      seed: { type: 'string', default: '1' },
      list: { type: 'boolean', default: false },
      threads: { type: 'string', default: '1' },
      keep: { type: 'string' },
      help: { type: 'boolean', default: false },
    },
  })
  return {
    files: values.file,
    sample: values.sample === undefined ? null : count('sample', values.sample),
    seed: count('seed', values.seed),
    list: values.list,
    threads: Math.max(1, count('threads', values.threads)),
    keep: values.keep ?? null,
    help: values.help,
  }
}

function count(name: string, text: string): number {
  if (/^\d{1,9}$/.test(text)) return Number(text)
  throw new Error(`--${name} takes a number, not \`${text}\``)
}

/** The same ones for the same seed. */
export function sampled<Item>(items: readonly Item[], size: number, seed: number): readonly Item[] {
  const keyed = items.map((item, index) => ({ item, key: Math.imul(index + 1 + seed * 7919, 2_654_435_761) >>> 0 }))
  const chosen = new Set(
    [...keyed]
      .sort((a, b) => a.key - b.key)
      .slice(0, size)
      .map(({ item }) => item),
  )
  return items.filter((item) => chosen.has(item))
}
