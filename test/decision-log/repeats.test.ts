// What a log writes only once, and how it comes back whole.
import { mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { isDeepStrictEqual } from 'node:util'
import fc from 'fast-check'
import t, { type Test } from 'tap'
import { kernelDisk } from '../../src/decision-log/durable.ts'
import { commitLine, finish, genesisPrev, layOut, leafOf } from '../../src/decision-log/entry.ts'
import { type FoundRecord, queryLog, verifyLog } from '../../src/decision-log/index.ts'
import { blockOf, repeating, repeatsIn } from '../../src/decision-log/repeats.ts'
import { ChainWalk } from '../../src/decision-log/verify-chain.ts'
import { limits } from '../../src/limits.ts'
import type { DecisionRecord } from '../../src/vocabulary/record.ts'
import { decision, fill, type Site, site } from './sample.ts'

const found = (place: Site): Promise<FoundRecord[]> => Array.fromAsync(queryLog({ directory: place.path }))

/** Lines of all segments, with the first number of their segment. */
function linesOf(place: Site): { readonly firstSeq: number; readonly seq: number; readonly text: string }[] {
  const folder = join(place.log, 'seg')
  return readdirSync(folder)
    .toSorted()
    .flatMap((name) => {
      const firstSeq = Number(name.slice(0, 16))
      const texts = readFileSync(join(folder, name), 'utf8').split('\n').slice(0, -1)
      return texts.map((text, index) => ({ firstSeq, seq: firstSeq + index, text }))
    })
}

/** By what nobody shares with the writer: every repeat names an earlier line of its own block that has the field itself. */
function checkRepeats(t: Test, place: Site): number {
  const lines = linesOf(place)
  const bySeq = new Map(lines.map((line) => [line.seq, line]))
  let count = 0
  for (const { firstSeq, seq, text } of lines) {
    for (const [field, value] of Object.entries(JSON.parse(text) as Record<string, unknown>)) {
      const named = (value as { as?: unknown } | null)?.as
      if (typeof named !== 'number') continue
      count += 1
      const source = bySeq.get(named)
      const standing = source === undefined ? undefined : JSON.parse(source.text)[field]
      const sound =
        named < seq &&
        source?.firstSeq === firstSeq &&
        Math.floor((named - firstSeq) / 4_096) === Math.floor((seq - firstSeq) / 4_096) &&
        standing !== undefined &&
        standing?.as === undefined
      if (!sound) t.fail(`${field} of ${seq} names ${named}`)
    }
  }
  return count
}

t.test('what stands in a line before is named, and is read as if it stood here', async (t) => {
  const place = site(t)
  const log = await place.open()
  const records = [1, 2, 3, 4].map((n) => decision(n, n === 3 ? { settings: `sha256:${'cd'.repeat(32)}` } : {}))
  for (const record of records) await log.append(record)
  await log.close()
  const read = await found(place)
  t.same(
    read.map(({ record: { v: _, seq: __, prev: ___, ...record } }) => record),
    records,
  )
  const [first, second, third] = read
  t.same(repeatsIn(first?.line ?? ''), [])
  t.same(
    new Set(repeatsIn(second?.line ?? '').map(({ field }) => field)),
    new Set(['determinations', 'models', 'policy', 'settings', 'subject']),
  )
  t.match(third?.line, /"settings":"sha256:cd/)
  t.ok(Buffer.byteLength(second?.line ?? '') < 700)
  t.ok(checkRepeats(t, place) > 0)
  t.match((await verifyLog({ directory: place.path, key: place.publicKey })).summary, /^intact/)
})

t.test('a question finds what a line only repeats', async (t) => {
  const place = site(t)
  const log = await place.open()
  for (let n = 0; n < 5; n += 1) await log.append(decision(n))
  await log.append(decision(5, { subject: null, models: [], determinations: [] }))
  await log.close()
  for (const asked of [
    { model: 'fable-5' },
    { model: 'fable-latest' },
    { directive: 'R1' },
    { subject: 'hk1:subject' },
  ]) {
    t.equal((await Array.fromAsync(queryLog({ directory: place.path, ...asked }))).length, 5, JSON.stringify(asked))
  }
  t.equal((await Array.fromAsync(queryLog({ directory: place.path, model: 'nova-1' }))).length, 0)
})

t.test('whatever is appended, over segments, blocks, restarts and full disks, comes back', async (t) => {
  const few = fc.integer({ min: 0, max: 2 })
  const drawn = fc.record({ subject: few, settings: few, policy: few, reopen: fc.nat(40), full: fc.nat(40) })
  await fc.assert(
    fc.asyncProperty(fc.array(drawn, { minLength: 1, maxLength: 60 }), async (draws) => {
      const place = site(t)
      let isFull = false
      const disk = {
        ...kernelDisk,
        write: (...[fd, ...rest]: Parameters<typeof kernelDisk.write>) =>
          isFull ? Promise.reject(Object.assign(new Error('full'), { code: 'ENOSPC' })) : kernelDisk.write(fd, ...rest),
      }
      const open = () => place.open({ segmentBytes: 6_000, disk })
      let log = await open()
      const kept: DecisionRecord[] = []
      for (const [n, { subject, settings, policy, reopen, full }] of draws.entries()) {
        const whole = decision(n)
        const record = decision(n, {
          subject: whole.subject && { ...whole.subject, subject: `hk1:${'s'.repeat(20)}${subject}` },
          settings: `sha256:${String(settings).repeat(64)}`,
          policy: whole.policy && { ...whole.policy, serial: policy },
        })
        if (full === 0) {
          // The next group is lost; what it would have said stands nowhere.
          isFull = true
          await log.append(record).catch(() => {})
          isFull = false
          await log.close()
          log = await open()
          continue
        }
        await log.append(record)
        kept.push(record)
        if (reopen === 0) {
          await log.close()
          log = await open()
        }
      }
      await log.close()
      const read = (await found(place)).map(({ record: { v: _, seq: __, prev: ___, ...record } }) => record)
      checkRepeats(t, place)
      const { intact } = await verifyLog({ directory: place.path, key: place.publicKey })
      return intact && isDeepStrictEqual(read, kept)
    }),
    { seed: 11, numRuns: 15 },
  )
})

t.test('no repeat leaves its block', async (t) => {
  const place = site(t)
  const log = await place.open()
  await fill(log, 1.25 * limits.repeatLines, 256)
  await log.close()
  t.ok(checkRepeats(t, place) > limits.repeatLines)
  const standing = linesOf(place).filter(({ text }) => /"policy":\{"digest"/.test(text))
  t.ok(new Set(standing.map(({ seq }) => blockOf(seq, 0))).size >= 3, 'each block has them anew')
})

t.test('a repeat that leads nowhere is a fault of the log, though the chain holds', async (t) => {
  const place = site(t)
  const folder = join(place.directory, 'seg')
  mkdirSync(folder)
  const path = join(folder, '0000000000000000.ndjson')
  const walk = async (...as: readonly number[]): Promise<string | undefined> => {
    let prev = genesisPrev
    const lines: string[] = []
    const add = (line: string): void => {
      lines.push(line)
      prev = leafOf(line)
    }
    add(finish(layOut({ k: 'note', policy: 'this is no decision, though it is long enough' }), 0, prev))
    add(finish(layOut(decision(1)), 1, prev))
    for (const at of as) {
      const written = (one: { field: string; text: string }) => (one.field === 'policy' ? `{"as":${at}}` : one.text)
      add(finish(layOut(decision(2)), lines.length, prev, written))
    }
    add(commitLine(lines.length, prev))
    writeFileSync(path, `${lines.join('\n')}\n`)
    const segment = { path, name: '0000000000000000.ndjson', firstSeq: 0 }
    return (await new ChainWalk('o', { expected: [], history: undefined }, () => {}).over([segment])).fault
  }
  t.equal(await walk(1), undefined)
  t.match(await walk(0), /line 3: its `policy` is to be found in record 0, which does not have it/)
  t.match(await walk(2), /line 3: .*record 2/, 'itself')
  t.match(await walk(9), /line 3: .*record 9/, 'a later one')
  t.match(await walk(1, 2), /line 4: .*record 2/, 'one that only repeats it')
})

t.test('text that only looks like a repeat is none', async (t) => {
  const place = site(t)
  const log = await place.open()
  const detail = '"policy":{"as":0} and "subject":{"as":1}'
  await log.append(decision(1, { detail }))
  await log.close()
  const [one] = await found(place)
  t.same(repeatsIn(one?.line ?? ''), [])
  t.equal(one?.record['detail'], detail)
  t.ok(repeating.has('policy'))
})
