// L1: a process killed in the middle of load loses no record that it acknowledged.
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { fileURLToPath } from 'node:url'
import t from 'tap'
import { queryLog, verifyLog } from '../../src/decision-log/index.ts'
import { pause, type Site, site } from './sample.ts'

/** `node test/decision-log/crash.test.ts 1000` plays more. */
const rounds = Number(process.argv[2] ?? 30)
// Run by itself, a test file has thirty seconds.
t.setTimeout(5_000 * rounds)
const writer = fileURLToPath(new URL('crash-writer.ts', import.meta.url))

/** Lets a writer run for a while and kills it. Gives the ids that it acknowledged. */
async function killedWriter(place: Site, first: number, runMs: number): Promise<string[]> {
  const child = spawn(process.execPath, [writer, place.directory, String(first)], { stdio: ['ignore', 'pipe', 'pipe'] })
  let said = ''
  let errors = ''
  const opened = Promise.withResolvers<void>()
  child.stdout.setEncoding('utf8').on('data', (text: string) => {
    said += text
    if (said.startsWith('open\n')) opened.resolve()
  })
  child.stderr.setEncoding('utf8').on('data', (text: string) => {
    errors += text
  })
  const closed = once(child, 'close')
  void closed.then(() => opened.reject(new Error(`the writer ended by itself: ${errors}`)))
  await opened.promise
  await pause(runMs)
  child.kill('SIGKILL')
  await closed
  return said.split('\n').slice(1, -1)
}

t.test(
  `${rounds} times killed under load: every acknowledged record is there`,
  { timeout: 5_000 * rounds },
  async (t) => {
    const place = site(t)
    const acknowledged: string[] = []
    for (let round = 0; round < rounds; round++) {
      const ids = await killedWriter(place, round * 1_000_000, 1 + Math.random() * 120)
      acknowledged.push(...ids)
      // Killed at once again, now and then: recovery itself is interrupted.
      if (round % 10 === 9) acknowledged.push(...(await killedWriter(place, round * 1_000_000 + 500_000, 0)))
    }
    t.ok(acknowledged.length > rounds * 5, `${acknowledged.length} records were acknowledged`)
    const log = await place.open()
    t.equal(log.status().open, 0)
    await log.close()
    const present = new Set<unknown>()
    const ended = new Set<unknown>()
    for await (const { record } of queryLog({ directory: place.path, kinds: ['decision', 'outcome'] }))
      (record.k === 'decision' ? present : ended).add(record['id'])
    t.same(
      acknowledged.filter((id) => !present.has(id)),
      [],
      'none is lost',
    )
    t.same(
      [...present].filter((id) => !ended.has(id)),
      [],
      'every decision has an outcome',
    )
    const report = await verifyLog({ directory: place.path, key: place.publicKey })
    t.match(report.summary, /^intact: .* all covered/)
  },
)
