// L2, L5: what people, tools and full disks do to the file while it is open. Everything is noticed within a second or so.
import { execFileSync } from 'node:child_process'
import {
  appendFileSync,
  chmodSync,
  copyFileSync,
  mkdirSync,
  renameSync,
  rmSync,
  truncateSync,
  writeFileSync,
} from 'node:fs'
import { join } from 'node:path'
import t from 'tap'
import { queryLog, verifyLog } from '../../src/decision-log/index.ts'
import { decision, fill, idOf, outcome, site, siteIn, until } from './sample.ts'

for (const [what, tamper] of [
  ['rm', (file: string) => rmSync(file)],
  ['mv', (file: string) => renameSync(file, `${file}.1`)],
  ['mv and a new file, as logrotate does', (file: string) => (renameSync(file, `${file}.1`), writeFileSync(file, ''))],
  [': >', (file: string) => truncateSync(file, 0)],
  ['cp over it', (file: string) => (copyFileSync(file, `${file}.1`), rmSync(file), copyFileSync(`${file}.1`, file))],
  ['cutting its tail', (file: string) => truncateSync(file, 100)],
  ['>> by somebody else', (file: string) => appendFileSync(file, 'x\n')],
  ['mv of the whole log', (file: string) => renameSync(join(file, '../..'), join(file, '../../../moved'))],
] as const) {
  t.test(`${what} while it is open: noticed, refused, told once`, async (t) => {
    const place = site(t)
    const log = await place.open()
    await fill(log, 5)
    tamper(join(place.log, 'seg', '0000000000000000.ndjson'))
    await until(() => place.poisoned.length > 0, 3_000)
    await t.rejects(log.append(decision(9)), { code: 'log_unavailable', why: 'poisoned' })
    t.match(log.status(), { ok: false, state: 'poisoned' })
    t.equal(place.poisoned.length, 1)
    await log.close()
  })
}

for (const [what, tamper] of [
  ['rm', (file: string) => rmSync(file)],
  ['cutting its tail', (file: string) => truncateSync(file, 100)],
  ['>>', (file: string) => appendFileSync(file, 'x\n')],
] as const) {
  t.test(`${what} of the file ahead while it is open: noticed, refused`, async (t) => {
    const place = site(t)
    const log = await place.open()
    await fill(log, 5)
    tamper(join(place.log, 'ahead'))
    await until(() => place.poisoned.length > 0, 3_000)
    t.match(place.poisoned[0]?.message, /ahead/)
    await t.rejects(log.append(decision(9)), { code: 'log_unavailable', why: 'poisoned' })
    await log.close()
  })
}

t.test('chmod takes nothing from a file that is open', async (t) => {
  const place = site(t)
  const log = await place.open()
  chmodSync(join(place.log, 'seg', '0000000000000000.ndjson'), 0)
  await fill(log, 5)
  await log.close()
  chmodSync(join(place.log, 'seg', '0000000000000000.ndjson'), 0o600)
  t.match(await verifyLog({ directory: place.path, key: place.publicKey }), { intact: true })
})

const noRoot = process.getuid?.() === 0 ? false : 'only root may mount a small disk'
t.test('a real disk that is full: refused, and on again when there is room', { skip: noRoot }, async (t) => {
  const { directory } = site(t)
  const mount = join(directory, 'small')
  mkdirSync(mount)
  try {
    execFileSync('mount', ['-t', 'tmpfs', '-o', 'size=3m', 'tmpfs', mount], { stdio: 'ignore' })
  } catch {
    t.pass('this machine does not let root mount a tmpfs')
    return
  }
  t.teardown(() => execFileSync('umount', ['-l', mount]))
  const place = siteIn(mount)
  const log = await place.open()
  writeFileSync(join(mount, 'ballast'), Buffer.alloc(1_700_000))
  const kept: string[] = []
  const refused: string[] = []
  for (let n = 0; n < 2_000 && refused.length < 20; n++) {
    const result = await Promise.allSettled([log.append(decision(n))])
    ;(result[0].status === 'fulfilled' ? kept : refused).push(idOf(n))
  }
  t.equal(refused.length, 20)
  t.match(log.status(), { ok: false, state: 'full' })
  t.equal(place.poisoned.length, 0)
  rmSync(join(mount, 'ballast'))
  await until(() => log.status().ok)
  await log.append(decision(5_000))
  await log.append(outcome(5_000))
  await log.close()
  const present = new Set<unknown>()
  for await (const { record } of queryLog({ directory: place.path })) present.add(record['id'])
  t.same(
    kept.filter((id) => !present.has(id)),
    [],
  )
  t.match((await verifyLog({ directory: place.path, key: place.publicKey })).summary, /^intact/)
})
