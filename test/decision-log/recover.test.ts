import {
  appendFileSync,
  cpSync,
  existsSync,
  readdirSync,
  readFileSync,
  rmSync,
  truncateSync,
  writeFileSync,
} from 'node:fs'
import { join } from 'node:path'
import t from 'tap'
import { unlessForbidden } from '../../src/decision-log/directory.ts'
import { type LogOptions, queryLog, verifyLog } from '../../src/decision-log/index.ts'
import { decision, fill, idOf, outcome, type Site, site, siteIn } from './sample.ts'

/** The files as a crash at this instant would leave them, at another place. */
function crashed(t: { teardown(fn: () => void): void }, place: Site): Site {
  const { directory } = site(t)
  cpSync(place.directory, directory, { recursive: true })
  return siteIn(directory)
}

/** The same, with nothing of it ahead: what is missing then had reached neither place, or was taken from both. */
function crashedWithoutAhead(t: { teardown(fn: () => void): void }, place: Site): Site {
  const left = crashed(t, place)
  rmSync(join(left.log, 'ahead'))
  return left
}

async function runningLog(t: { teardown(fn: () => unknown): void }, over: Partial<LogOptions> = {}) {
  const place = site(t)
  const log = await place.open(over)
  t.teardown(() => log.close())
  return { place, log }
}

function lastSegment({ log }: Site): string {
  return join(log, 'seg', readdirSync(join(log, 'seg')).toSorted().at(-1) ?? '')
}

async function kinds(place: Site, kind: string) {
  const found = await Array.fromAsync(queryLog({ directory: place.path, kinds: [kind] }))
  return found.map(({ record }) => record)
}

const verified = async (place: Site) => (await verifyLog({ directory: place.path, key: place.publicKey })).summary

t.test('a crash with open decisions: they are closed as unknown, once', async (t) => {
  const { place, log } = await runningLog(t)
  await fill(log, 20)
  await log.append(decision(100))
  await log.append(decision(101))
  const after = crashed(t, place)
  const again = await after.open()
  const ended = (await kinds(after, 'outcome')).filter(({ ending }) => ending === 'unknown_crash')
  t.same(
    ended.map(({ id }) => id),
    [idOf(100), idOf(101)],
  )
  t.match(await kinds(after, 'log.recovered'), [{ about: { open: 2, tornBytes: 0, adopted: 0 } }])
  t.equal(again.status().open, 0)
  await again.close()
  const third = await after.open()
  await third.close()
  t.equal((await kinds(after, 'outcome')).length, 22)
  t.equal((await kinds(after, 'log.recovered')).length, 1, 'a clean end needs no recovery')
  t.match(await verified(after), /^intact/)
})

t.test('a torn tail, at every length: what was acknowledged is kept, the rest is set aside by digest', async (t) => {
  const { place, log } = await runningLog(t)
  await fill(log, 5)
  const before = readFileSync(lastSegment(place))
  await Promise.all([log.append(decision(50)), log.append(decision(51))])
  // One copy for all lengths, at once: a checkpoint that the log signs a second later would cover the tail.
  const still = crashed(t, place)
  const group = readFileSync(lastSegment(still)).subarray(before.length)
  const lengths = [1, 2, 100, group.indexOf(0x0a), group.indexOf(0x0a) + 1, group.indexOf(0x0a) + 2, group.length - 1]
  for (const length of lengths) {
    const after = crashedWithoutAhead(t, still)
    truncateSync(lastSegment(after), before.length + length)
    const torn = Buffer.from(group.subarray(0, length))
    const lines = torn.toString().split('\n').length - 1
    const again = await after.open()
    await again.append(decision(60))
    await again.append(outcome(60))
    await again.close()
    t.equal((await kinds(after, 'outcome')).length, 5 + lines + 1, `cut after ${length} bytes`)
    const [recovered] = await kinds(after, 'log.recovered')
    const kept = torn.lastIndexOf(0x0a) + 1
    t.match(recovered, { about: { adopted: lines, tornBytes: length - kept } })
    if (length > kept) {
      const [name = ''] = readdirSync(join(after.log, 'torn'))
      t.same(readFileSync(join(after.log, 'torn', name)), torn.subarray(kept))
    }
    t.match(await verified(after), /^intact/)
  }
})

t.test('pages of the last group in any order: the hole and what follows it are set aside', async (t) => {
  const { place, log } = await runningLog(t)
  await fill(log, 5)
  const start = readFileSync(lastSegment(place)).length
  await Promise.all([log.append(decision(50)), log.append(decision(51)), log.append(decision(52))])
  const after = crashedWithoutAhead(t, place)
  const bytes = readFileSync(lastSegment(after))
  bytes.fill(0, start + 300, start + 600)
  writeFileSync(lastSegment(after), bytes)
  const again = await after.open()
  await again.close()
  t.match(await kinds(after, 'log.recovered'), [{ about: { tornBytes: bytes.length - start } }])
  t.equal((await kinds(after, 'decision')).length, 5)
  t.match(await verified(after), /^intact/)
})

t.test('damage in the middle is refused, and nothing is changed', async (t) => {
  const { place, log } = await runningLog(t)
  const start = readFileSync(lastSegment(place)).length
  await fill(log, 50)
  for (const [what, uncovered] of [
    ['covered', false],
    ['not covered yet', true],
  ] as const) {
    const after = crashed(t, place)
    if (uncovered) for (const name of ['checkpoint', 'checkpoints']) rmSync(join(after.log, name), { force: true })
    const bytes = readFileSync(lastSegment(after))
    bytes[start + 40] = (bytes[start + 40] ?? 0) ^ 1
    writeFileSync(lastSegment(after), bytes)
    const message =
      /keep `[^`]+~gw-1~0` as it is for whoever audits it; put it back from a copy, or let `log\.path` name a new/
    await t.rejects(after.open(), { code: 'log_damaged', message }, what)
    t.same(readFileSync(lastSegment(after)), bytes)
  }
})

t.test('a log that is shorter than what was signed is refused', async (t) => {
  const place = site(t)
  const log = await place.open()
  await fill(log, 50)
  await log.close()
  const cut = crashedWithoutAhead(t, place)
  const bytes = readFileSync(lastSegment(cut))
  truncateSync(lastSegment(cut), bytes.lastIndexOf(0x0a, bytes.length - 2) + 1)
  await t.rejects(cut.open(), { code: 'log_damaged' }, 'one line less')
  const emptied = crashedWithoutAhead(t, place)
  rmSync(lastSegment(emptied))
  await t.rejects(emptied.open(), { code: 'log_damaged' }, 'no records at all')
  const unregistered = crashed(t, place)
  rmSync(join(unregistered.path, 'roster'), { recursive: true })
  await t.rejects(unregistered.open(), { code: 'log_damaged' }, 'no registration')
  const otherKey = crashed(t, place)
  rmSync(otherKey.keyFile)
  const publicKey = readFileSync(otherKey.publicKey, 'utf8')
  await t.rejects(otherKey.open(), { code: 'log_damaged', message: /log-key\.pem` is missing.*put it back/ })
  t.notOk(existsSync(otherKey.keyFile), 'a lost key is not made anew')
  t.equal(readFileSync(otherKey.publicKey, 'utf8'), publicKey)
  cpSync(join(crashed(t, place).directory, 'log-key.pem'), otherKey.keyFile)
  await (await otherKey.open()).close()
})

t.test('a lost key of the pseudonyms is not replaced while any log has records that were made with it', async (t) => {
  const place = site(t)
  const log = await place.open()
  await fill(log, 1)
  await log.close()
  const key = join(place.path, 'hk1.key')
  rmSync(key)
  for (const over of [{}, { origin: 'acme/portcullis/test/gw-2/0', keyFile: join(place.directory, 'second.pem') }])
    await t.rejects(place.open(over), { code: 'log_damaged', message: /hk1\.key` is missing.*put it back/ })
  t.notOk(existsSync(key))
})

t.test('a directory that cannot be made is refused at once', async (t) => {
  const place = site(t)
  writeFileSync(join(place.directory, 'file'), '')
  for (const path of ['/proc/portcullis/log', '/proc/self/log', join(place.directory, 'file', 'log')])
    await t.rejects(place.open({ path }), Error, path)
  const deep = join(place.directory, 'a', 'b', 'log')
  await (await place.open({ path: deep })).close()
})

t.test('an older copy of the log alone, put back, is refused: the registration is ahead of it', async (t) => {
  const place = site(t)
  const first = await place.open()
  await fill(first, 10)
  await first.close()
  const older = crashed(t, place)
  const second = await place.open()
  await fill(second, 10)
  await second.close()
  rmSync(place.log, { recursive: true })
  cpSync(older.log, place.log, { recursive: true })
  await t.rejects(place.open(), { code: 'log_damaged' })
})

t.test('a crash between the old segment and the first group of the new one', async (t) => {
  const { place, log } = await runningLog(t, { segmentBytes: 10_000 })
  await fill(log, 20)
  const { size } = log.status()
  const name = `${String(size).padStart(16, '0')}.ndjson`
  for (const left of ['', '{"about":{"front']) {
    const after = crashed(t, place)
    writeFileSync(join(after.log, 'seg', name), left)
    const again = await after.open()
    await fill(again, 5)
    await again.close()
    t.equal((await kinds(after, 'decision')).length, 25)
    t.match(await verified(after), /^intact/)
  }
})

t.test('a history that a power cut left torn is cut back to its last whole note', async (t) => {
  const { place, log } = await runningLog(t)
  await fill(log, 5)
  for (const garbage of ['"acme/portcul', '\0\0\0\0\n', '{}\n\0\0\n"']) {
    const after = crashed(t, place)
    appendFileSync(join(after.log, 'checkpoints'), garbage)
    const again = await after.open()
    await again.close()
    t.match(await verified(after), /^intact/)
  }
})

t.test('a crash before anything was written', async (t) => {
  const { place } = await runningLog(t)
  const after = crashed(t, place)
  rmSync(after.log, { recursive: true })
  rmSync(join(after.path, 'roster'), { recursive: true })
  const again = await after.open()
  await fill(again, 1)
  await again.close()
  t.match(await verified(after), /^intact/)
})

t.test('where nobody may write, the start says who must be able to', async (t) => {
  const of = (also: object): unknown => unlessForbidden(Object.assign(new Error('it failed'), also), '/var/log/p')
  const said = 'it failed: the account that runs this must be able to write `/var/log/p`, where its log lies'
  for (const code of ['EACCES', 'EROFS', 'EPERM']) t.match(of({ code }), { message: said })
  const locking = { code: 'ERR_SQLITE_ERROR' }
  for (const errcode of [8, 14]) t.match(of({ ...locking, errcode }), { message: said })
  for (const other of [{ ...locking, errcode: 5 }, { code: 'ENOSPC' }]) t.match(of(other), { message: 'it failed' })
})
