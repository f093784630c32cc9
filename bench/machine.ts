// What a result depends on besides the code: the machine, its disk and the versions.
import { closeSync, fdatasyncSync, mkdtempSync, openSync, readFileSync, rmSync, writeSync } from 'node:fs'
import { cpus, loadavg, release, tmpdir, totalmem, type } from 'node:os'
import { join } from 'node:path'
import { spread } from './rounds.ts'

/** Lines for the page; taken before the bench makes its own load. */
export function machine(packages: readonly string[]): readonly string[] {
  const [first] = cpus()
  const versions = packages.map((name) => `${name} ${versionOf(name)}`)
  return [
    `Machine: ${cpus().length} cores (${first?.model.trim() || 'model not told'}), ${Math.round(totalmem() / 2 ** 30)} GiB, ${type()} ${release()}.`,
    `Load average of the minute before: ${(loadavg()[0] ?? 0).toFixed(1)}; above 0.5 something else was running and the figures are worth less.`,
    `Disk: 4 KiB written and synced (fdatasync) in ${spread(syncTimes()).median.toFixed(2)} ms, median of 200.`,
    `Versions: Node.js ${process.versions.node}, ${versions.join(', ')}.`,
  ]
}

function versionOf(name: string): string {
  const file = new URL(`../node_modules/${name}/package.json`, import.meta.url)
  return (JSON.parse(readFileSync(file, 'utf8')) as { version: string }).version
}

/** Milliseconds of 200 writes of 4 KiB with their fdatasync, on the file system that the gate's log stands on during a bench. */
export function syncTimes(): readonly number[] {
  const directory = mkdtempSync(join(tmpdir(), 'portcullis-bench-disk-'))
  const file = openSync(join(directory, 'probe'), 'w')
  try {
    const block = Buffer.alloc(4_096, 1)
    return Array.from({ length: 200 }, () => {
      const start = performance.now()
      writeSync(file, block)
      fdatasyncSync(file)
      return performance.now() - start
    })
  } finally {
    closeSync(file)
    rmSync(directory, { recursive: true })
  }
}
