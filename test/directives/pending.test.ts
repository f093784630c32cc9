// A newer policy that does not come in is told: a tree that never rests is read all the same, one that hangs shows.
import { cpSync, mkdtempSync, readFileSync, renameSync, rmSync, symlinkSync, unlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import t, { type Test } from 'tap'
import { openPolicySource } from '../../src/directives/index.ts'
import { watchUntilStill } from '../../src/directives/still.ts'
import { policiesFolder } from '../policy-read/reference.ts'

t.setTimeout(200_000)

const until = async (holds: () => boolean): Promise<void> => {
  for (let waited = 0; !holds(); waited += 20) {
    if (waited > 30_000) throw new Error('it never came to hold')
    await sleep(20)
  }
}

function folderOf(t: Test): string {
  const folder = mkdtempSync(join(tmpdir(), 'portcullis-pending-'))
  t.teardown(() => rmSync(folder, { recursive: true, force: true }))
  return folder
}

t.test('a tree that never rests is read after the greatest wait', async (t) => {
  const path = folderOf(t)
  let state = 0
  const calls: [string, boolean][] = []
  const watch = watchUntilStill({
    paths: [path],
    signature: () => Promise.resolve(String(++state)),
    onStill: async (signature, waitIsOver) => {
      calls.push([signature, waitIsOver])
      return true
    },
    quietMs: 50,
    pendingMs: 400,
    known: '0',
  })
  await until(() => calls.length > 1)
  await watch.stop()
  t.ok(calls.every(([, waitIsOver]) => waitIsOver))
})

t.test('the wait runs on while the answer is none, and ends with the first that is one', async (t) => {
  const path = folderOf(t)
  const seen: boolean[] = []
  let answer = false
  const watch = watchUntilStill({
    paths: [path],
    signature: () => Promise.resolve('new'),
    onStill: async (_, waitIsOver) => {
      seen.push(waitIsOver)
      return answer
    },
    quietMs: 10,
    pendingMs: 1_000,
    known: 'old',
  })
  t.teardown(() => watch.stop())
  await until(() => seen.includes(true))
  t.equal(seen[0], false)
  t.ok(watch.pendingMs() >= 1_000)
  answer = true
  await until(() => watch.pendingMs() === 0)
})

t.test('a noisy neighbour does not keep a good policy out, and what waits too long shows in the status', async (t) => {
  const folder = folderOf(t)
  cpSync(policiesFolder, folder, { recursive: true })
  const source = await openPolicySource({
    source: 'directory',
    path: folder,
    memory: null,
    clock: { now: () => Date.parse('2026-06-20T12:00:00Z') },
    quietMs: 200,
    pendingMs: 1_500,
    onEvent: () => {},
  })
  t.teardown(() => source.close())
  const register = join(folder, 'registers/cyber-tier.yaml')
  let line = 0
  const noise = setInterval(() => {
    const who = `{ who: demo/nobody-${line++}, from: 2026-06-01T00:00:00Z, until: further-notice }`
    // Each state is whole: what keeps the tree from rest is how often they come.
    writeFileSync(
      `${register}.new`,
      `${readFileSync(join(policiesFolder, 'registers/cyber-tier.yaml'), 'utf8')}  - ${who}\n`,
    )
    renameSync(`${register}.new`, register)
  }, 50)
  t.teardown(() => clearInterval(noise))
  let wasOverdue = false
  await until(() => {
    wasOverdue ||= /a newer state has been waiting for 1 s/.test(source.status().detail) && !source.status().ok
    return (source.status().serial ?? 0) > 1 || /rejected/.test(source.status().detail)
  })
  t.match(source.status().detail, /^serial 2/)
  t.equal(wasOverdue, true, 'while its compiler ran')
  clearInterval(noise)
  await until(() => source.status().ok)
})

t.test('a link that comes or goes is a change of the tree', async (t) => {
  const folder = folderOf(t)
  cpSync(policiesFolder, folder, { recursive: true })
  const source = await openPolicySource({
    source: 'directory',
    path: folder,
    memory: null,
    clock: { now: () => Date.parse('2026-06-20T12:00:00Z') },
    quietMs: 20,
    onEvent: () => {},
  })
  t.teardown(() => source.close())
  symlinkSync('.', join(folder, 'loop'))
  await until(() => !source.status().ok)
  t.match(source.status().detail, /loop:1:1: is a link and is not read/)
  unlinkSync(join(folder, 'loop'))
  await until(() => source.status().ok)
})
