// What happens to gates.
import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { away, closed, nothing, type Row, stale } from '../row.ts'
import { leaseMs, type Site } from '../site.ts'

const clockOf = (site: Site): string => join(site.fleet.folder, 'one', 'clock')
const one = ({ gates }: Site): Site['gates'][0] => gates[0]

const faults: readonly Row[] = [
  {
    name: 'gate-kill',
    does: 'kill -9 of one gate; its supervisor starts it again',
    ms: 2_500,
    begin: (site) => one(site).process().end('SIGKILL'),
    end: (site) => one(site).start(),
    mayTell: away,
  },
  {
    name: 'gate-restart',
    does: 'SIGTERM of one gate, and a start',
    ms: 2_500,
    begin: (site) => one(site).process().end('SIGTERM'),
    end: (site) => one(site).start(),
    mayTell: [...away, '503 overloaded', 'cut overloaded'],
  },
  {
    name: 'gate-pause',
    does: 'SIGSTOP of one gate beyond the lease, SIGCONT',
    ms: leaseMs + 2_000,
    begin: async (site) => one(site).process().child.kill('SIGSTOP'),
    end: async (site) => one(site).process().child.kill('SIGCONT'),
    mayTell: [...away, ...stale, '503 overloaded', '503 clock_unsynchronized', 'cut clock_unsynchronized'],
  },
  {
    name: 'gate-partition',
    does: 'one gate reaches neither control nor Redis',
    ms: leaseMs + 3_000,
    begin: async (site) => {
      for (const line of ['control', 'redis'] as const) one(site).lines[line].set({ kind: 'hold' })
    },
    end: async (site) => {
      for (const line of ['control', 'redis'] as const) one(site).lines[line].set({ kind: 'pass' })
    },
    mayTell: stale,
  },
  {
    name: 'gate-partition-control',
    does: 'one gate does not reach control, and hears over Redis that all is as it was',
    ms: leaseMs + 3_000,
    begin: async (site) => one(site).lines.control.set({ kind: 'hold' }),
    end: async (site) => one(site).lines.control.set({ kind: 'pass' }),
    mayTell: nothing,
    order: 'none',
  },
  {
    name: 'gate-partition-change',
    does: 'the same, and hears over Redis that something has changed, which it has to fetch',
    ms: leaseMs + 3_000,
    begin: async (site) => one(site).lines.control.set({ kind: 'hold' }),
    end: async (site) => one(site).lines.control.set({ kind: 'pass' }),
    mayTell: stale,
  },
  {
    name: 'gate-refused-control',
    does: 'one gate’s connections to control and Redis are reset and refused',
    ms: leaseMs + 3_000,
    begin: async (site) => {
      for (const line of ['control', 'redis'] as const) await one(site).lines[line].close()
    },
    end: async (site) => {
      for (const line of ['control', 'redis'] as const) await one(site).lines[line].open()
    },
    mayTell: stale,
  },
  {
    name: 'gate-stall',
    does: 'the event loop of one gate stands still, three times for two seconds',
    ms: 9_000,
    prepare: async (site) => {
      await writeFile(clockOf(site), '0 2000')
      await one(site).process().end('SIGTERM')
      await one(site).start('log', clockOf(site))
      return undefined
    },
    begin: async (site) => stall(site),
    end: async () => {},
    clear: async (site) => {
      await one(site).process().end('SIGTERM')
      await one(site).start()
    },
    mayTell: nothing,
  },
]

/** Without waiting: the order comes meanwhile. */
function stall(site: Site): void {
  const { child } = one(site).process()
  for (const afterMs of [0, 3_000, 6_000]) setTimeout(() => child.kill('SIGUSR2'), afterMs)
}

/** The same, and what closes a model meanwhile is a directive. */
const withDirective: readonly Row[] = ['gate-kill', 'gate-pause', 'gate-partition'].flatMap((name) =>
  faults
    .filter((row) => row.name === name)
    .map((row) => ({
      ...row,
      name: `${name}-directive`,
      does: `${row.does}; a directive is published meanwhile`,
      order: 'directive',
      mayTell: [...row.mayTell, ...closed],
    })),
)

export const gateRows: readonly Row[] = [...faults, ...withDirective]
