// L1, L3: a power cut takes whatever was not synced, page by page. Each cut is staged on a copy of the files of a log that is being written
// to: of the newest segment pages behind its last sync are gone, of the write under way ahead of it some arrived and some did not.
import { cpSync, fstatSync, readdirSync, readFileSync, rmSync, statSync, truncateSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import t, { type Test } from 'tap'
import { aheadBytes } from '../../src/decision-log/ahead.ts'
import { type Disk, kernelDisk } from '../../src/decision-log/durable.ts'
import { type DecisionLog, queryLog, verifyLog } from '../../src/decision-log/index.ts'
import { decision, fill, idOf, outcome, pause, type Site, site, siteIn, until } from './sample.ts'

t.setTimeout(300_000)

const pageBytes = 4_096

/** Numbers from 0 to 1 that come again with the same seed. */
function dice(seed: number): () => number {
  let state = seed
  return () => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0
    return state / 2 ** 32
  }
}

interface StagedDisk extends Disk {
  /** Bytes of a file, by its inode, that no power cut takes. */
  readonly synced: ReadonlyMap<number, number>
  /** The write ahead that nobody was told of yet, and what stood there before. */
  readonly underWay: () => { readonly position: number; readonly before: Buffer } | undefined
  /** Called while a write ahead is under way. */
  onWrite: () => void
}

function stagedDisk(place: Site, syncMs: () => number): StagedDisk {
  const synced = new Map<number, number>()
  let underWay: ReturnType<StagedDisk['underWay']>
  const disk: StagedDisk = {
    ...kernelDisk,
    synced,
    underWay: () => underWay,
    onWrite: () => {},
    async writeThrough(fd, data, offset, length, position) {
      const before = Buffer.from(readFileSync(aheadOf(place)).subarray(position, position + length))
      const written = await kernelDisk.writeThrough(fd, data, offset, length, position)
      underWay = { position, before }
      disk.onWrite()
      underWay = undefined
      return written
    },
    async sync(fd) {
      const { ino, size } = fstatSync(fd)
      await pause(syncMs())
      await kernelDisk.sync(fd)
      synced.set(ino, Math.max(size, synced.get(ino) ?? 0))
    },
    async cut(fd, length) {
      await kernelDisk.cut(fd, length)
      synced.set(fstatSync(fd).ino, length)
    },
  }
  return disk
}

const segmentsOf = ({ log }: Site): string[] =>
  readdirSync(join(log, 'seg'))
    .toSorted()
    .map((name) => join(log, 'seg', name))

const aheadOf = ({ log }: Site): string => join(log, 'ahead')

/** What a power cut at this instant leaves, at another place. */
function cutPower(t: { teardown(fn: () => void): void }, place: Site, disk: StagedDisk, random: () => number): Site {
  const { directory } = site(t)
  cpSync(place.directory, directory, { recursive: true, filter: (path) => !path.endsWith('.tmp') })
  const left = siteIn(directory)
  for (const [i, file] of segmentsOf(place).entries()) {
    const synced = disk.synced.get(statSync(file).ino) ?? 0
    const copy = segmentsOf(left)[i] ?? ''
    const bytes = readFileSync(copy)
    for (let page = synced - (synced % pageBytes); page < bytes.length; page += pageBytes)
      if (random() < 0.5) bytes.fill(0, Math.max(page, synced), Math.min(bytes.length, page + pageBytes))
    const end = random() < 0.5 ? bytes.length : synced + Math.floor(random() * (bytes.length - synced))
    writeFileSync(copy, bytes.subarray(0, end))
  }
  const { position = 0, before = Buffer.alloc(0) } = disk.underWay() ?? {}
  const ahead = readFileSync(aheadOf(left))
  for (let at = position; at < position + before.length; at += pageBytes - (at % pageBytes))
    if (random() < 0.5)
      before.copy(ahead, at, at - position, Math.min(before.length, at - position + pageBytes - (at % pageBytes)))
  writeFileSync(aheadOf(left), ahead)
  return left
}

async function idsIn(place: Site): Promise<ReadonlySet<unknown>> {
  const found = await Array.fromAsync(queryLog({ directory: place.path, kinds: ['decision', 'outcome'] }))
  return new Set(found.map(({ record }) => `${record.k} ${String(record['id'])}`))
}

/** Opens what a cut has left, and holds it against what was acknowledged. Gives the lines that were put back. */
async function recovered(t: Test, left: Site, acknowledged: readonly string[]): Promise<number> {
  const log = await left.open()
  await fill(log, 3)
  await log.close()
  const present = await idsIn(left)
  const lost = acknowledged.filter((id) => !present.has(id))
  if (lost.length > 0) t.fail(`${lost.length} of ${acknowledged.length} are lost`, { lost: lost.slice(0, 3) })
  const report = await verifyLog({ directory: left.path, key: left.publicKey })
  if (!report.intact) t.fail(report.summary)
  const events = await Array.fromAsync(queryLog({ directory: left.path, kinds: ['log.recovered'] }))
  const about = events.at(-1)?.record['about'] as { readonly restored?: number } | undefined
  return about?.restored ?? 0
}

for (const [what, seed, segmentBytes, syncMs] of [
  ['segments shorter than a lap', 1, 700_000, 20],
  ['laps shorter than a segment, and a sync slower than a lap', 2, 10_000_000, 800],
] as const) {
  t.test(`cuts at any instant, ${what}: nothing is lost that was acknowledged (seed ${seed})`, async (t) => {
    const random = dice(seed)
    const place = site(t)
    const disk = stagedDisk(place, () => syncMs * random())
    const log = await place.open({ disk, segmentBytes })
    const acknowledged: string[] = []
    const cuts: { readonly left: Site; readonly told: readonly string[] }[] = []
    disk.onWrite = () => {
      if (random() < 0.1) cuts.push({ left: cutPower(t, place, disk, random), told: [...acknowledged] })
    }
    let next = 0
    const say = async (log: DecisionLog): Promise<void> => {
      const n = next++
      // Long enough that a lap is over soon.
      await log.append(decision(n, { detail: 'x'.repeat(Math.floor(random() * 20_000)) }))
      acknowledged.push(`decision ${idOf(n)}`)
      if (random() < 0.3) await pause(Math.floor(random() * 5))
      if (random() < 0.2) return
      await log.append(outcome(n))
      acknowledged.push(`outcome ${idOf(n)}`)
    }
    for (let written = 0; written < 3 * aheadBytes; written = next * 10_000)
      await Promise.all(Array.from({ length: 1 + Math.floor(random() * 6) }, () => say(log)))
    await log.close()
    t.same(place.poisoned, [])
    disk.onWrite = () => {}
    t.ok(
      segmentsOf(place).length > (segmentBytes < aheadBytes ? 2 : 0) && cuts.length > 5,
      `${segmentsOf(place).length} segments, ${cuts.length} cuts`,
    )
    let restored = 0
    for (const { left, told } of cuts) restored += await recovered(t, left, told)
    t.ok(restored > 0, `${restored} lines were put back`)
  })
}

t.test('what was signed for is on disk in its segment', async (t) => {
  const place = site(t)
  const disk = stagedDisk(place, () => 0)
  const log = await place.open({ disk })
  t.teardown(() => log.close())
  await fill(log, 30)
  await until(() => log.status().covered === log.status().size)
  const signed = log.status().size
  await fill(log, 10)
  const left = cutPower(t, place, disk, () => 0)
  const { logs } = await verifyLog({ directory: left.path, key: left.publicKey })
  t.match(logs, [{ intact: true, checkpointSize: signed, lastGood: signed - 1 }])
})

t.test('with nothing of it on disk but its name, a segment is filled again', async (t) => {
  const place = site(t)
  const log = await place.open({ segmentBytes: 10_000 })
  t.teardown(() => log.close())
  await fill(log, 20)
  const { directory } = site(t)
  cpSync(place.directory, directory, { recursive: true })
  const left = siteIn(directory)
  const newest = segmentsOf(left).at(-1) ?? ''
  const [first] = readFileSync(newest, 'utf8').split('\n')
  t.match(first, /"k":"log.sealed"/)
  const acknowledged = [...(await idsIn(left))] as string[]
  truncateSync(newest, 0)
  // Signed over what is now gone: by its own promise no power cut takes that.
  for (const name of ['checkpoint', 'checkpoints']) rmSync(join(left.log, name))
  t.ok((await recovered(t, left, acknowledged)) > 0)
  t.equal(readFileSync(newest, 'utf8').split('\n')[0], first)
})

t.test(
  'of a group that is not whole ahead nothing is put back: a line may begin as one record and end as another',
  async (t) => {
    const place = site(t)
    const log = await place.open()
    t.teardown(() => log.close())
    await fill(log, 5)
    const [segment = ''] = segmentsOf(place)
    const before = statSync(segment).size
    await Promise.all([log.append(decision(50)), log.append(decision(51))])
    for (const damage of [
      (group: string) => group.replace('person_restricted', 'person_permitted_'),
      (group: string) => group.replace(/.*"k":"commit".*\n$/, (commit) => '\n'.repeat(commit.length)),
    ]) {
      const { directory } = site(t)
      cpSync(place.directory, directory, { recursive: true })
      const left = siteIn(directory)
      const group = readFileSync(segment).subarray(before).toString()
      truncateSync(segmentsOf(left)[0] ?? '', before)
      const ahead = readFileSync(aheadOf(left), 'utf8')
      t.ok(ahead.includes(group))
      writeFileSync(
        aheadOf(left),
        ahead.replace(group, () => damage(group)),
      )
      t.equal(await recovered(t, left, []), 0)
      const ids = await idsIn(left)
      t.notOk(ids.has(`decision ${idOf(50)}`) || ids.has(`decision ${idOf(51)}`))
    }
  },
)

t.test('damage to an older segment is refused, though its lines are ahead too', async (t) => {
  const place = site(t)
  const log = await place.open({ segmentBytes: 9_000 })
  t.teardown(() => log.close())
  for (let n = 0; segmentsOf(place).length < 4; n++) await log.append(decision(n))
  const { directory } = site(t)
  cpSync(place.directory, directory, { recursive: true })
  const left = siteIn(directory)
  for (const name of ['checkpoint', 'checkpoints']) rmSync(join(left.log, name), { force: true })
  const damaged = segmentsOf(left)[2] ?? ''
  const bytes = readFileSync(damaged)
  bytes[10] = (bytes[10] ?? 0) ^ 1
  writeFileSync(damaged, bytes)
  await t.rejects(left.open(), { code: 'log_damaged' })
})

t.test('an empty first segment is not filled with the lines of another log', async (t) => {
  const [place, other] = [site(t), site(t)]
  const log = await other.open({ origin: 'acme/portcullis/test/gw-2/0' })
  await fill(log, 5)
  await log.close()
  const failing: Disk = { ...kernelDisk, write: () => Promise.reject(Object.assign(new Error('EIO'), { code: 'EIO' })) }
  await t.rejects(place.open({ disk: failing }))
  t.equal(statSync(segmentsOf(place)[0] ?? '').size, 0)
  cpSync(join(other.path, 'acme~portcullis~test~gw-2~0', 'ahead'), aheadOf(place))
  const again = await place.open()
  await again.close()
  t.strictSame(await idsIn(place), new Set())
  t.match(await verifyLog({ directory: place.path, key: place.publicKey }), { intact: true })
})

t.test('after a fault no call reaches the disk any more, whichever was under way', async (t) => {
  for (const failing of ['write', 'writeThrough', 'sync'] as const) {
    const place = site(t)
    let [armed, broken] = [false, false]
    const after: string[] = []
    const disk = { ...kernelDisk } as Record<keyof Disk, (...all: never[]) => Promise<unknown>>
    for (const name of ['write', 'writeThrough', 'sync', 'cut'] as const) {
      const works = kernelDisk[name] as (...all: never[]) => Promise<unknown>
      disk[name] = async (...all) => {
        if (broken) after.push(name)
        if (armed && name === failing) {
          broken = true
          throw Object.assign(new Error('EIO'), { code: 'EIO' })
        }
        // Whatever began before the fault is over after it.
        if (armed && name !== failing) await pause(20)
        return works(...all)
      }
    }
    const log = await place.open({ disk: disk as unknown as Disk, segmentBytes: 400_000 })
    armed = true
    const long = 'x'.repeat(15_000)
    const told = await Promise.allSettled(
      Array.from({ length: 200 }, (_, n) => log.append(decision(n, { detail: long }))),
    )
    t.ok(told.some(({ status }) => status === 'rejected'))
    await log.close()
    // The other half of the same group may have left together with it.
    t.strictSame(
      after.filter((name) => name !== 'writeThrough' || failing !== 'write'),
      [],
      failing,
    )
    t.equal(place.poisoned.length, 1)
  }
})

t.test('what is ahead of another log, older, or no line at all, adds nothing', async (t) => {
  const [place, other] = [site(t), site(t)]
  for (const { open } of [place, other]) {
    const log = await open()
    await fill(log, 5)
    await log.close()
  }
  const older = readFileSync(aheadOf(place))
  const again = await place.open()
  await fill(again, 5)
  await again.close()
  const before = readFileSync(segmentsOf(place)[0] ?? '')
  for (const ahead of [
    older,
    readFileSync(aheadOf(other)),
    Buffer.alloc(aheadBytes),
    Buffer.from('{}\n[]\n1\n"\n'),
    null,
  ]) {
    const { directory } = site(t)
    cpSync(place.directory, directory, { recursive: true })
    const left = siteIn(directory)
    if (ahead === null) rmSync(aheadOf(left))
    else writeFileSync(aheadOf(left), ahead)
    const log = await left.open()
    await log.close()
    t.strictSame(readFileSync(segmentsOf(left)[0] ?? '').subarray(0, before.length), before)
    t.equal(statSync(aheadOf(left)).size, aheadBytes)
    t.match(await verifyLog({ directory: left.path, key: left.publicKey }), { intact: true })
  }
})
