// How long a record waits for the disk, beside a process that is kept from running.
import { stat } from 'node:fs/promises'
import t from 'tap'
import type { Body } from '../../src/decision-log/entry.ts'
import { Waiting } from '../../src/decision-log/waiting.ts'
import { decision } from './sample.ts'

const now = (): string => '2026-06-20T12:00:00.000Z'
const body = { bytes: 1 } as Body

/** Nothing of this process runs meanwhile, as on a machine that has no time for it. */
const stall = (ms: number): unknown => Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, ms)

t.test('a process that could not run does not take its own time for the disk’s', async (t) => {
  const waiting = new Waiting(50, now)
  const added = waiting.add(decision(1), body, 'caller')
  waiting.takeGroup([])
  // The disk is done while nobody looks.
  const done = stat('.').then(() => waiting.resolveFlight())
  stall(500)
  await t.resolves(added)
  t.same(await done, [], 'nobody had given up')
})

t.test('a disk that does not answer is given up also after that, once', async (t) => {
  const waiting = new Waiting(50, now)
  const kept = setInterval(() => stall(5), 1)
  t.teardown(() => clearInterval(kept))
  await t.rejects(waiting.add(decision(1), body, 'caller'), { message: /the disk took longer than 50 ms/ })
})
