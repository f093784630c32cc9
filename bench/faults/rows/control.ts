// What happens to control.
import { nothing, type Row, stale } from '../row.ts'
import { leaseMs, type Site } from '../site.ts'

const lines = ({ gates }: Site) => gates.map(({ lines: { control } }) => control)

export const controlRows: readonly Row[] = [
  {
    name: 'control-kill',
    does: 'kill -9 of control, a start after the lease',
    ms: leaseMs + 3_000,
    begin: (site) => site.control().end('SIGKILL'),
    end: (site) => site.startControl(),
    mayTell: stale,
    order: 'none',
    leaseEnds: true,
  },
  {
    name: 'control-pause',
    does: 'SIGSTOP of control beyond the lease, SIGCONT',
    ms: leaseMs + 3_000,
    begin: async (site) => site.control().child.kill('SIGSTOP'),
    end: async (site) => site.control().child.kill('SIGCONT'),
    mayTell: stale,
    order: 'none',
    leaseEnds: true,
  },
  {
    name: 'control-restart',
    does: 'SIGTERM of control, and a start at once',
    ms: 0,
    begin: (site) => site.control().end('SIGTERM'),
    end: (site) => site.startControl(),
    mayTell: stale,
    order: 'none',
  },
  {
    name: 'control-slow',
    does: 'answers of control come 700 ms late',
    ms: leaseMs + 1_000,
    begin: async (site) => lines(site).map((line) => line.set({ kind: 'slow', delayMs: 700 })),
    end: async (site) => lines(site).map((line) => line.set({ kind: 'pass' })),
    mayTell: nothing,
  },
]
