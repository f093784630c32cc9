// What happens to the provider, and to the disk of the log.
import { execFileSync } from 'node:child_process'
import { closeSync, mkdirSync, openSync, rmSync, writeSync } from 'node:fs'
import { join } from 'node:path'
import { away, nothing, type Row } from '../row.ts'
import type { Site } from '../site.ts'

const signal = ({ fleet }: Site, name: NodeJS.Signals): void => {
  const { pid } = fleet.provider
  if (pid === undefined) throw new Error('the provider has no process')
  process.kill(pid, name)
}
const small = (site: Site): string => join(site.fleet.folder, 'one', 'small')
const filler = (site: Site): string => join(small(site), 'filler')

export const otherRows: readonly Row[] = [
  {
    name: 'provider-pause',
    does: 'SIGSTOP of the provider, whose keys are known, SIGCONT',
    ms: 3_000,
    begin: async (site) => signal(site, 'SIGSTOP'),
    end: async (site) => signal(site, 'SIGCONT'),
    mayTell: nothing,
  },
  {
    name: 'provider-pause-start',
    does: 'SIGSTOP of the provider, and one gate is started anew meanwhile',
    ms: 4_000,
    begin: async (site) => {
      signal(site, 'SIGSTOP')
      await site.gates[0].process().end('SIGKILL')
      await site.gates[0].start()
    },
    end: async (site) => signal(site, 'SIGCONT'),
    mayTell: [...away, '503 identity_unavailable'],
  },
  {
    name: 'log-disk-full',
    does: 'the disk of one gate’s log is full, then has room again',
    ms: 3_000,
    prepare: async (site) => {
      mkdirSync(small(site))
      try {
        execFileSync('mount', ['-t', 'tmpfs', '-o', 'size=16m', 'tmpfs', small(site)], { stdio: 'ignore' })
      } catch {
        return 'this user may not mount a small disk'
      }
      site.undo.push(async () => {
        execFileSync('umount', ['-l', small(site)])
      })
      await site.gates[0].process().end('SIGTERM')
      await site.gates[0].start('small/log')
      return undefined
    },
    begin: async (site) => {
      const file = openSync(filler(site), 'w')
      try {
        for (;;) writeSync(file, Buffer.alloc(65_536, 1))
      } catch {
        closeSync(file) // full
      }
    },
    end: async (site) => {
      rmSync(filler(site))
      const { child } = site.gates[0].process()
      if (child.exitCode !== null || child.signalCode !== null) await site.gates[0].start('small/log')
    },
    clear: async ({ gates: [one] }) => {
      await one.process().end('SIGTERM')
      await one.start()
    },
    mayTell: [...away, '503 log_unavailable', 'cut log_unavailable'],
  },
]
