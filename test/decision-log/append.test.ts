import { constants, readdirSync, readFileSync, readlinkSync, statSync } from 'node:fs'
import { join } from 'node:path'
import t from 'tap'
import { type Disk, kernelDisk } from '../../src/decision-log/durable.ts'
import { type FoundRecord, queryLog, verifyLog } from '../../src/decision-log/index.ts'
import { limits } from '../../src/limits.ts'
import { processLimits } from '../../src/process-limits.ts'
import { decision, fill, idOf, outcome, pause, type Site, site, until } from './sample.ts'

async function found(place: Site, ...kinds: string[]): Promise<FoundRecord[]> {
  return Array.fromAsync(queryLog({ directory: place.path, kinds }))
}

const errno = (code: string) => Object.assign(new Error(code), { code })

t.test('what was acknowledged is in synced storage, and one sync serves many records', async (t) => {
  const place = site(t)
  let syncs = 0
  let outstanding = 0
  let most = 0
  const disk: Disk = {
    ...kernelDisk,
    async writeThrough(...all) {
      syncs += 1
      outstanding += 1
      most = Math.max(most, outstanding)
      const written = await kernelDisk.writeThrough(...all)
      await pause(1)
      outstanding -= 1
      return written
    },
  }
  const log = await place.open({ disk })
  syncs = 0
  await Promise.all(Array.from({ length: 1_000 }, (_, n) => log.append(decision(n))))
  t.equal(most, 1, 'exactly one sync is outstanding')
  t.ok(syncs <= 5, `${syncs} syncs for 1000 records`)
  const lines = await found(place, 'decision')
  t.same(
    lines.map(({ record }) => record['id']),
    Array.from({ length: 1_000 }, (_, n) => idOf(n)),
    'in the order of the calls, readable before the log is closed',
  )
  await log.close()
})

t.test(
  'the file ahead is written to in no other way than to the disk',
  { skip: process.platform !== 'linux' },
  async (t) => {
    const place = site(t)
    const log = await place.open()
    const files = readdirSync('/proc/self/fd').filter((fd) => pathOf(fd) === join(place.log, 'ahead'))
    t.equal(files.length, 1)
    for (const fd of files) {
      const flags = /^flags:\s+(?<octal>\d+)$/m.exec(readFileSync(`/proc/self/fdinfo/${fd}`, 'utf8'))?.groups?.['octal']
      t.ok(Number.parseInt(flags ?? '0', 8) & constants.O_DSYNC)
    }
    await log.close()
  },
)

/** One of them may be gone by now: the listing of the folder itself. */
function pathOf(fd: string): string {
  try {
    return readlinkSync(`/proc/self/fd/${fd}`)
  } catch {
    return ''
  }
}

for (const name of ['write', 'writeThrough'] as const) {
  t.test(`an acknowledgement never comes before its ${name}`, async (t) => {
    const place = site(t)
    const gate = Promise.withResolvers<void>()
    let hold = false
    const disk: Disk = {
      ...kernelDisk,
      async [name](...all: Parameters<Disk['write']>) {
        if (hold) await gate.promise
        return kernelDisk[name](...all)
      },
    }
    const log = await place.open({ disk })
    hold = true
    let told = false
    const appended = log.append(decision(1)).then(() => {
      told = true
    })
    await pause(50)
    t.equal(told, false)
    hold = false
    gate.resolve()
    await appended
    t.equal(told, true)
    await log.close()
  })
}

t.test(
  'an outcome, which nobody waits for, shares the sync of the next decision, or has one of its own soon',
  async (t) => {
    const place = site(t)
    let syncs = 0
    const disk: Disk = {
      ...kernelDisk,
      writeThrough(...all) {
        syncs += 1
        return kernelDisk.writeThrough(...all)
      },
    }
    const log = await place.open({ disk })
    await log.append(decision(1))
    syncs = 0
    const rode = log.append(outcome(1))
    await log.append(decision(2))
    await rode
    t.equal(syncs, 1, 'one sync for both')
    await log.append(outcome(2))
    t.equal(syncs, 2, 'nobody came: by itself')
    await log.append(decision(3))
    const last = log.append(outcome(3))
    await log.close()
    await last
    const kinds = (await found(place, 'decision', 'outcome')).map(({ record }) => record['k'])
    t.same(kinds, ['decision', 'outcome', 'decision', 'outcome', 'decision', 'outcome'], 'in the order of the calls')
    t.match((await verifyLog({ directory: place.path, key: place.publicKey })).summary, /^intact/)
  },
)

t.test('of more outcomes than fit a group, those behind do not wait anew', async (t) => {
  const place = site(t)
  const log = await place.open()
  const amount = limits.commitRecords * 3 + 1
  await Promise.all(Array.from({ length: amount }, (_, n) => log.append(decision(n))))
  const { setTimeout } = globalThis
  let waits = 0
  const counting = (act: () => void, ms?: number): NodeJS.Timeout => {
    if (ms === processLimits.outcomeRideMs) waits += 1
    return setTimeout(act, ms)
  }
  t.teardown(() => Object.assign(globalThis, { setTimeout }))
  Object.assign(globalThis, { setTimeout: counting })
  await Promise.all(Array.from({ length: amount }, (_, n) => log.append(outcome(n))))
  Object.assign(globalThis, { setTimeout })
  t.ok(waits <= 2, `the first waited, and at most the last: ${waits}`)
  t.equal((await found(place, 'outcome')).length, amount)
  await log.close()
})

t.test('a short write is continued where it ended', async (t) => {
  const place = site(t)
  const disk: Disk = {
    ...kernelDisk,
    write: (fd, data, offset, length, position) => kernelDisk.write(fd, data, offset, Math.min(length, 700), position),
    writeThrough: (fd, data, offset, length, position) =>
      kernelDisk.writeThrough(fd, data, offset, Math.min(length, 600), position),
  }
  const log = await place.open({ disk })
  await fill(log, 20)
  await log.close()
  t.match((await verifyLog({ directory: place.path, key: place.publicKey })).summary, /^intact/)
})

const reject = (code: string) => async () => Promise.reject(errno(code))
for (const [what, failing] of [
  ['a failed write', { write: reject('EIO') }],
  ['a failed write ahead', { writeThrough: reject('EIO') }],
  ['no room, and then a failed cut', { write: reject('ENOSPC'), cut: reject('EIO') }],
] as const) {
  t.test(`${what} poisons the log, and is not tried again`, async (t) => {
    const place = site(t)
    const failed: string[] = []
    let broken = false
    const once: Disk = { ...kernelDisk }
    for (const [name, fail] of Object.entries(failing)) {
      const works = kernelDisk[name as 'write'] as (...all: unknown[]) => Promise<unknown>
      Object.assign(once, {
        [name]: (...all: unknown[]) => {
          if (!broken || failed.includes(name)) return works(...all)
          failed.push(name)
          return fail()
        },
      })
    }
    const log = await place.open({ disk: once })
    await log.append(decision(0))
    broken = true
    const results = await Promise.allSettled([log.append(decision(1)), log.append(decision(2))])
    for (const result of results)
      t.match(result, { status: 'rejected', reason: { code: 'log_unavailable', why: 'poisoned' } })
    await t.rejects(log.append(decision(3)), { code: 'log_unavailable' }, 'though the disk would work again')
    t.strictSame(failed, Object.keys(failing))
    t.equal(place.poisoned.length, 1, 'told once')
    t.match(log.status(), { ok: false, state: 'poisoned', refused: 3 })
    await log.close()

    const again = await place.open()
    const ids = (await found(place, 'decision')).map(({ record }) => record['id'])
    t.ok(ids.includes(idOf(0)), 'what was acknowledged is there')
    await again.close()
    t.match((await verifyLog({ directory: place.path, key: place.publicKey })).summary, /^intact/)
  })
}

for (const code of ['EIO', 'ENOSPC'])
  t.test(`a sync of the segment that fails with ${code} poisons the log, and is not tried again`, async (t) => {
    const place = site(t)
    let syncs = 0
    const disk: Disk = {
      ...kernelDisk,
      sync: () => {
        syncs += 1
        return Promise.reject(errno(code))
      },
    }
    await t.rejects(place.open({ disk }), { cause: { code } }, 'at the first checkpoint')
    t.match(place.poisoned, [{ cause: { code } }])
    t.equal(syncs, 1)
    const again = await place.open()
    t.equal((await found(place, 'log.opened')).length, 2)
    await again.close()
    t.match((await verifyLog({ directory: place.path, key: place.publicKey })).summary, /^intact/)
  })

t.test('a group that is longer than there is room ahead is synced where it stands', async (t) => {
  const place = site(t)
  const syncs: number[] = []
  const ahead: number[] = []
  const disk: Disk = {
    ...kernelDisk,
    writeThrough: (...all) => {
      ahead.push(all[3])
      return kernelDisk.writeThrough(...all)
    },
    sync: (fd) => {
      syncs.push(fd)
      return kernelDisk.sync(fd)
    },
  }
  const log = await place.open({ disk })
  const [before, syncsBefore] = [ahead.length, syncs.length]
  await Promise.all(Array.from({ length: 60 }, (_, n) => log.append(decision(n, { detail: 'x'.repeat(15_000) }))))
  t.strictSame(ahead.slice(before), [])
  t.ok(syncs.length > syncsBefore)
  await log.append(decision(60))
  t.equal(ahead.length, before + 1)
  await log.close()
  t.equal((await found(place, 'decision')).length, 61)
})

t.test('a slow disk: the caller is refused in time, and what landed late is closed as refused', async (t) => {
  const place = site(t)
  let delay = 0
  const disk: Disk = {
    ...kernelDisk,
    async write(...all) {
      await pause(delay)
      return kernelDisk.write(...all)
    },
  }
  const log = await place.open({ disk, appendTimeoutMs: 60 })
  delay = 300
  const started = performance.now()
  const written = log.append(decision(1))
  await pause(20)
  const waiting = log.append(decision(2))
  await t.rejects(written, { code: 'log_unavailable', why: 'slow' })
  await t.rejects(waiting, { code: 'log_unavailable', why: 'slow' })
  t.ok(performance.now() - started < 250, 'both were told before the disk answered')
  delay = 0
  await until(() => log.status().waiting === 0 && log.status().open === 0)
  await log.append(decision(3))
  await log.append(outcome(3))
  await log.close()

  t.same(
    (await found(place, 'decision')).map(({ record }) => record['id']),
    [idOf(1), idOf(3)],
    'what was not on its way to the disk was taken back',
  )
  const [late] = await found(place, 'outcome')
  t.match(late?.record, { id: idOf(1), ending: 'refused', reason: 'log_unavailable' })
  const [recovered] = await found(place, 'log.recovered')
  t.match(recovered?.record, { about: { refused: 2 } }, 'the refusals are on record')
})

t.test('an outcome waits as long as it must: a slow disk and a full one lose none', async (t) => {
  const place = site(t)
  let [delay, full] = [0, false]
  const disk: Disk = {
    ...kernelDisk,
    async write(...all) {
      if (full) throw errno('ENOSPC')
      await pause(delay)
      return kernelDisk.write(...all)
    },
  }
  const log = await place.open({ disk, appendTimeoutMs: 60 })
  for (const n of [1, 2, 3, 4]) await log.append(decision(n))
  delay = 300
  await log.append(outcome(1))
  delay = 0
  full = true
  const waiting = [log.append(outcome(2))]
  await t.rejects(log.append(decision(5)), { code: 'log_unavailable', why: 'no_space' })
  await until(() => log.status().state === 'full')
  waiting.push(log.append(outcome(3)))
  full = false
  await until(() => log.status().ok)
  await Promise.all(waiting)
  full = true
  const late = log.append(outcome(4))
  await until(() => log.status().state === 'full')
  await Promise.all([
    t.rejects(late, { code: 'log_unavailable', why: 'closed' }, 'there is no room before the end'),
    log.close(),
  ])

  const ids = (await found(place, 'outcome')).map(({ record }) => record['id'])
  t.same(ids, [idOf(1), idOf(2), idOf(3)])
  full = false
  const again = await place.open()
  t.match((await found(place, 'outcome')).at(-1)?.record, { id: idOf(4), ending: 'unknown_crash' })
  await again.close()
  t.match((await verifyLog({ directory: place.path, key: place.publicKey })).summary, /^intact/)
})

t.test('what was written, and then could not be stored for want of room, is written anew', async (t) => {
  const place = site(t)
  let full = false
  const disk: Disk = {
    ...kernelDisk,
    async write(...all) {
      const written = await kernelDisk.write(...all)
      if (full) throw errno('ENOSPC')
      return written
    },
  }
  const log = await place.open({ disk })
  await log.append(decision(1))
  full = true
  const waiting = log.append(outcome(1))
  await t.rejects(log.append(decision(2)), { code: 'log_unavailable', why: 'no_space' })
  full = false
  await until(() => log.status().ok)
  await waiting
  await log.append(decision(3))
  await log.close()
  const kept = (await found(place, 'decision', 'outcome')).map(({ record }) => [record.k, record['id']])
  t.strictSame(kept.slice(0, 3), [
    ['decision', idOf(1)],
    ['outcome', idOf(1)],
    ['decision', idOf(3)],
  ])
  t.match((await verifyLog({ directory: place.path, key: place.publicKey })).summary, /^intact/)
})

t.test('nothing is written after the end, whatever was tried at it', async (t) => {
  const place = site(t)
  let [full, writes] = [false, 0]
  let probe: PromiseWithResolvers<void> | undefined
  const disk: Disk = {
    ...kernelDisk,
    async write(...all) {
      writes += 1
      if (!full) return kernelDisk.write(...all)
      if (log.status().state === 'probing') {
        probe = Promise.withResolvers()
        await probe.promise
      }
      throw errno('ENOSPC')
    },
  }
  const log = await place.open({ disk })
  full = true
  await t.rejects(log.append(decision(1)), { code: 'log_unavailable', why: 'no_space' })
  await until(() => probe !== undefined)
  const closed = log.close()
  probe?.resolve()
  await closed
  const before = writes
  await pause(limits.diskProbeMs + 200)
  t.equal(writes, before)
  t.equal(place.poisoned.length, 0)
  await t.rejects(log.append(decision(2)), { code: 'log_unavailable', why: 'closed' })
})

t.test('a full disk is left alone between two probes, whatever outcomes come', async (t) => {
  const place = site(t)
  let [full, tries] = [false, 0]
  const disk: Disk = {
    ...kernelDisk,
    write: (fd, data, offset, length, position) => {
      if (!full) return kernelDisk.write(fd, data, offset, length, position)
      tries += 1
      return Promise.reject(errno('ENOSPC'))
    },
  }
  const log = await place.open({ disk })
  for (const n of [1, 2, 3, 4, 5, 6, 7, 8]) await log.append(decision(n))
  full = true
  const waiting = [log.append(outcome(1))]
  await until(() => log.status().state === 'full')
  const [before, startedAt] = [tries, performance.now()]
  for (const n of [2, 3, 4, 5, 6, 7, 8]) {
    waiting.push(log.append(outcome(n)))
    await pause(10)
  }
  const probes = Math.ceil((performance.now() - startedAt) / limits.diskProbeMs)
  t.ok(tries - before <= probes, `${tries - before} tries`)
  full = false
  await until(() => log.status().ok)
  await Promise.all(waiting)
  await log.close()
})

t.test('more records than may wait are refused at once, none is lost or kept in memory', async (t) => {
  const place = site(t)
  const gate = Promise.withResolvers<void>()
  let hold = false
  const disk: Disk = {
    ...kernelDisk,
    async write(...all) {
      if (hold) await gate.promise
      return kernelDisk.write(...all)
    },
  }
  const log = await place.open({ disk, appendTimeoutMs: 60_000 })
  hold = true
  const first = log.append(decision(0))
  await pause(20)
  const count = limits.appendQueueRecords + 500
  const results = Array.from({ length: count }, (_, n) => log.append(decision(n + 1)))
  const settled = Promise.allSettled(results)
  await pause(20)
  t.ok(log.status().waiting <= limits.appendQueueRecords + 1)
  hold = false
  gate.resolve()
  await first
  const refused = (await settled).filter(({ status }) => status === 'rejected')
  t.ok(refused.length >= 500)
  t.match(refused[0], { reason: { why: 'queue_full' } })
  t.equal(log.status().refused, refused.length)
  await log.close()
  t.equal((await found(place, 'decision')).length, 1 + count - refused.length)
  const recovered = await found(place, 'log.recovered')
  const counted = recovered.map(({ record }) => (record['about'] as { refused: number }).refused)
  t.equal(
    counted.reduce((sum, n) => sum + n, 0),
    refused.length,
    'each refusal is counted once',
  )
})

t.test('a full disk refuses, and the log goes on by itself when there is room', async (t) => {
  const place = site(t)
  let full = false
  const disk: Disk = {
    ...kernelDisk,
    async write(fd, data, offset, length, position) {
      if (!full) return kernelDisk.write(fd, data, offset, length, position)
      // As a real disk does: some of it fits.
      if (offset === 0 && length > 100) return kernelDisk.write(fd, data, offset, 100, position)
      throw errno('ENOSPC')
    },
  }
  const log = await place.open({ disk })
  await log.append(decision(0))
  full = true
  await t.rejects(log.append(decision(1)), { code: 'log_unavailable', why: 'no_space' })
  await t.rejects(log.append(decision(2)), { code: 'log_unavailable', why: 'no_space' })
  t.match(log.status(), { ok: false, state: 'full' })
  t.equal(place.poisoned.length, 0)
  full = false
  await until(() => log.status().ok)
  await log.append(decision(3))
  await log.close()
  t.same(
    (await found(place, 'decision')).map(({ record }) => record['id']),
    [idOf(0), idOf(3)],
  )
  t.match((await found(place, 'log.recovered'))[0]?.record, { about: { refused: 2 } })
  t.match((await verifyLog({ directory: place.path, key: place.publicKey })).summary, /^intact/)
})

t.test('a record that may not be one is refused, and the next one is taken', async (t) => {
  const place = site(t)
  const log = await place.open()
  await t.rejects(log.append({ ...decision(1), detail: undefined } as never), {
    code: 'log_unavailable',
    why: 'record_fault',
  })
  await log.append(decision(2))
  await log.close()
})

t.test('a record that is too long loses no field: what was cut is named by length and keyed digest', async (t) => {
  const place = site(t)
  const log = await place.open()
  const long = 'é'.repeat(200_000)
  await log.append(decision(1, { detail: long }))
  const many = Array.from({ length: 3_000 }, () => decision(1).determinations[0] as never)
  await log.append(decision(2, { determinations: many }))
  await log.append(decision(3))
  await log.close()
  const [one, two, three] = await found(place, 'decision')
  t.ok([one, two, three].every((line) => Buffer.byteLength(line?.line ?? '') <= limits.recordBytes))
  t.match(one?.record, { id: idOf(1), reason: 'person_restricted', detail: { $trunc: { len: 400_000 } } })
  t.equal(
    (one?.record['detail'] as { $trunc: { hmac: string } } | undefined)?.$trunc.hmac,
    log.pseudonym('$trunc', long),
    'whoever has the value can show that it is the one',
  )
  t.match(two?.record, { id: idOf(2), effect: 'deny', determinations: { $trunc: {} } })
  t.match(three?.record, { determinations: [{ directive: 'R1' }] })
})

t.test('segments follow each other: sealed, read-only, each able to begin a recovery', async (t) => {
  const place = site(t)
  const log = await place.open({ segmentBytes: 20_000 })
  await log.append(decision(9_999))
  await fill(log, 100)
  await log.close()
  const sealed = await found(place, 'log.sealed')
  t.ok(sealed.length >= 4, `${sealed.length} seals`)
  const modes = sealed.map(({ record }) => {
    const { segment } = record['about'] as { segment: string }
    return statSync(`${place.log}/seg/${segment}`).mode & 0o777
  })
  t.ok(modes.every((mode) => mode === 0o400))
  const again = await place.open()
  t.match((await found(place, 'outcome')).at(-1)?.record, { id: idOf(9_999), ending: 'unknown_crash' })
  await again.close()
  t.match((await verifyLog({ directory: place.path, key: place.publicKey })).summary, /^intact/)
})

t.test('one log has one writer, in this process and beside it', async (t) => {
  const place = site(t)
  const log = await place.open()
  await t.rejects(place.open(), { code: 'log_locked' })
  const other = await place.open({ origin: 'acme/portcullis/test/gw-1/1' })
  await other.close()
  await log.close()
  const again = await place.open()
  await again.close()
  await t.rejects(again.append(decision(1)), { code: 'log_unavailable', why: 'closed' })
})

t.test('pseudonyms are keyed, the same in every log of the site, and tell fields and tenants apart', async (t) => {
  const place = site(t)
  const log = await place.open()
  const other = await place.open({ origin: 'acme/portcullis/test/gw-1/1' })
  const pseudonym = log.pseudonym('subject', 'alice', 'https://a.example')
  t.match(pseudonym, /^hk1:[A-Za-z0-9_-]{22}$/)
  t.equal(other.pseudonym('subject', 'alice', 'https://a.example'), pseudonym)
  for (const [field, value, tenant] of [
    ['subject', 'alice', 'https://b.example'],
    ['session', 'alice', 'https://a.example'],
    ['subject', 'alic', 'https://a.example'],
    ['subject', 'https://a.example', 'alice'],
  ] as const)
    t.not(log.pseudonym(field, value, tenant), pseudonym)
  t.not((await site(t).open()).pseudonym('subject', 'alice', 'https://a.example'), pseudonym)
  await log.close()
  await other.close()
})

t.test('the secrets are readable by the owner alone', async (t) => {
  const place = site(t)
  const log = await place.open()
  await log.close()
  for (const secret of [place.keyFile, `${place.path}/hk1.key`]) t.equal(statSync(secret).mode & 0o777, 0o600)
})
