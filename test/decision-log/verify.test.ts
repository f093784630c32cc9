import { generateKeyPairSync } from 'node:crypto'
import {
  appendFileSync,
  cpSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs'
import { join } from 'node:path'
import t from 'tap'
import { commitLine, finish, genesisPrev, layOut, leafOf } from '../../src/decision-log/entry.ts'
import { verifyLog } from '../../src/decision-log/index.ts'
import { decision, fill, logName, origin, pause, type Site, site, siteIn, until } from './sample.ts'

async function closedSite(t: { teardown(fn: () => void): void }, pairs = 20): Promise<Site> {
  const place = site(t)
  const log = await place.open()
  await fill(log, pairs)
  await log.close()
  return place
}

function copyOf(t: { teardown(fn: () => void): void }, place: Site): Site {
  const { directory } = site(t)
  cpSync(place.directory, directory, { recursive: true })
  return siteIn(directory)
}

const verified = (place: Site, checkpoints: string[] = []) =>
  verifyLog({ directory: place.path, key: place.publicKey, checkpoints })

t.test('an unchanged log passes, and the report says how far the proof reaches', async (t) => {
  const place = await closedSite(t)
  const report = await verified(place)
  t.match(report, {
    intact: true,
    faults: [],
    notes: [/without a checkpoint from elsewhere/],
    logs: [{ origin, intact: true, records: 42, covered: 42, uncovered: 0 }],
  })
  t.equal(report.logs[0]?.lastGood, (report.logs[0]?.checkpointSize ?? 0) - 1)
})

t.test('what is absent is a fault: checkpoint, history, registration, key, log, everything', async (t) => {
  const place = await closedSite(t)
  for (const [what, remove] of [
    ['checkpoint', (copy: Site) => rmSync(join(copy.log, 'checkpoint'))],
    ['history', (copy: Site) => rmSync(join(copy.log, 'checkpoints'))],
    ['history, emptied', (copy: Site) => writeFileSync(join(copy.log, 'checkpoints'), '')],
    ['registration', (copy: Site) => rmSync(join(copy.path, 'roster', `${logName}.note`))],
    ['roster', (copy: Site) => rmSync(join(copy.path, 'roster'), { recursive: true })],
    ['log', (copy: Site) => rmSync(copy.log, { recursive: true })],
    ['segments', (copy: Site) => rmSync(join(copy.log, 'seg'), { recursive: true })],
    ['records', (copy: Site) => rmSync(join(copy.log, 'seg', '0000000000000000.ndjson'))],
    [
      'all logs',
      (copy: Site) => {
        rmSync(copy.path, { recursive: true })
        mkdirSync(copy.path)
      },
    ],
  ] as const) {
    const copy = copyOf(t, place)
    remove(copy)
    t.equal((await verified(copy)).intact, false, `without ${what}`)
  }
  const keyless = copyOf(t, place)
  rmSync(join(keyless.path, 'roster', `${logName}.vkey`))
  t.equal((await verifyLog({ directory: keyless.path })).intact, false, 'no key anywhere')
  await t.rejects(verifyLog({ directory: place.path, key: join(place.directory, 'no-such.pub') }))
  await t.rejects(verifyLog({ directory: join(place.directory, 'nowhere'), key: place.publicKey }))
  await t.rejects(verifyLog({ directory: place.log, key: place.publicKey }), /directory above/)
})

t.test('another key is a fault; the right one may come in any form', async (t) => {
  const place = await closedSite(t)
  const other = join(place.directory, 'other.pub')
  writeFileSync(other, generateKeyPairSync('ed25519').publicKey.export({ format: 'pem', type: 'spki' }))
  t.match(await verifyLog({ directory: place.path, key: other }), { intact: false })
  const vkey = join(place.path, 'roster', `${logName}.vkey`)
  for (const key of [place.publicKey, place.keyFile, vkey])
    t.match(await verifyLog({ directory: place.path, key }), { intact: true })
  const foreign = join(place.directory, 'foreign.vkey')
  writeFileSync(foreign, 'PeterNeumann+c74f20a3+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW\n')
  t.match(await verifyLog({ directory: place.path, key: foreign }), { intact: false, logs: [{ faults: [/no key/] }] })
  const report = await verifyLog({ directory: place.path })
  t.match(
    report,
    { intact: true, notes: [/--key/] },
    'the key of the directory itself proves less, and the report says so',
  )
})

t.test(
  'a log cut back to an older checkpoint contradicts its history, its registration, and any checkpoint kept elsewhere',
  async (t) => {
    const place = site(t)
    const first = await place.open()
    await fill(first, 10)
    await first.close()
    const older = copyOf(t, place)
    const second = await place.open()
    await fill(second, 10)
    await second.close()
    const kept = join(place.directory, 'kept.checkpoint')
    cpSync(join(place.log, 'checkpoint'), kept)
    const segment = (site: Site) => join(site.log, 'seg', '0000000000000000.ndjson')

    const records = copyOf(t, place)
    cpSync(segment(older), segment(records))
    cpSync(join(older.log, 'checkpoint'), join(records.log, 'checkpoint'))
    t.match(await verified(records), { intact: false, logs: [{ faults: [/ends behind .* registration/] }] })
    cpSync(join(older.path, 'roster'), join(records.path, 'roster'), { recursive: true })
    t.match(await verified(records), { intact: false, logs: [{ faults: [/its history has one over/] }] })

    const log = copyOf(t, place)
    rmSync(log.log, { recursive: true })
    cpSync(older.log, log.log, { recursive: true })
    t.match(await verified(log), { intact: false, logs: [{ faults: [/registration/] }] })

    t.match(await verified(older), { intact: true }, 'the whole directory put back passes by itself')
    t.match(await verified(older, [kept]), { intact: false, logs: [{ faults: [/kept\.checkpoint/] }] })
    t.match(await verified(place, [kept, join(older.log, 'checkpoint')]), { intact: true })
  },
)

t.test(
  'a log that grows renews its registration, so that an older copy of the log alone is seen to be older',
  async (t) => {
    const place = site(t)
    const log = await place.open({ rosterMs: 0 })
    const note = join(place.path, 'roster', `${logName}.note`)
    const registeredAtEnd = () => readFileSync(note, 'utf8').split('\n')[1] === String(log.status().size)
    await fill(log, 5)
    await until(registeredAtEnd)
    const older = copyOf(t, place)
    await fill(log, 5)
    await until(registeredAtEnd)
    const running = copyOf(t, place)
    rmSync(running.log, { recursive: true })
    cpSync(older.log, running.log, { recursive: true })
    t.match(await verified(running), { intact: false, logs: [{ faults: [/registration/] }] })
    await log.close()
  },
)

t.test(
  'only a checkpoint from elsewhere tells the newest state from an older one, and the report says so',
  async (t) => {
    const place = await closedSite(t)
    t.match((await verified(place)).notes, [/without a checkpoint from elsewhere/])
    const kept = join(place.directory, 'kept.checkpoint')
    cpSync(join(place.log, 'checkpoint'), kept)
    t.same((await verified(place, [kept])).notes, [])
  },
)

t.test('a checkpoint kept elsewhere binds whichever log it names', async (t) => {
  const place = await closedSite(t)
  const stranger = site(t)
  const log = await stranger.open({ origin: 'acme/portcullis/test/gw-9/0', keyFile: place.keyFile })
  await log.close()
  const note = join(stranger.path, 'acme~portcullis~test~gw-9~0', 'checkpoint')
  t.match(await verified(place, [note]), { intact: false, logs: [{ intact: true }, { origin: /gw-9/, intact: false }] })
  const garbage = join(place.directory, 'garbage')
  writeFileSync(garbage, 'nothing\n')
  t.match(await verified(place, [garbage]), { intact: false, faults: [/no checkpoint/] })
})

t.test('one of several logs removed with its registration is missed: the others name it', async (t) => {
  const place = site(t)
  for (const worker of ['0', '1', '2']) {
    const log = await place.open({ origin: `acme/portcullis/test/gw-1/${worker}` })
    await fill(log, 3)
    await log.close()
  }
  t.match(await verified(place), { intact: true, logs: { length: 3 } })
  const second = 'acme~portcullis~test~gw-1~1'
  rmSync(join(place.path, second), { recursive: true })
  for (const end of ['note', 'vkey']) rmSync(join(place.path, 'roster', `${second}.${end}`))
  t.match(await verified(place), { intact: false, faults: [/gw-1\/1` is gone/] })
})

t.test('a log of one origin does not pass under the name of another', async (t) => {
  const place = await closedSite(t)
  const name = 'acme~portcullis~test~gw-2~0'
  cpSync(place.log, join(place.path, name), { recursive: true })
  for (const end of ['note', 'vkey'])
    cpSync(join(place.path, 'roster', `${logName}.${end}`), join(place.path, 'roster', `${name}.${end}`))
  t.match(await verified(place), { intact: false })
})

t.test('a rewritten log with a perfect chain has another root', async (t) => {
  const place = await closedSite(t)
  const file = join(place.log, 'seg', '0000000000000000.ndjson')
  const lines = readFileSync(file, 'utf8').split('\n').slice(0, -1)
  let prev = genesisPrev
  const forged = lines.map((line, seq) => {
    const { v: _v, seq: _seq, prev: _prev, ...record } = JSON.parse(line) as Record<string, unknown>
    if (record['id'] !== undefined) record['reason'] = 'permitted'
    const text = record['k'] === 'commit' ? commitLine(seq, prev) : finish(layOut(record), seq, prev)
    prev = leafOf(text)
    return text
  })
  writeFileSync(file, `${forged.join('\n')}\n`)
  t.match(await verified(place), { intact: false, logs: [{ faults: [/signed over other records/] }] })
})

t.test('a log that is being written to passes again and again, and says what is not covered yet', async (t) => {
  const place = site(t)
  const log = await place.open({ segmentBytes: 200_000 })
  const stop = new AbortController()
  const writer = (async () => {
    // At a pace: a writer that outruns the verifier would double the log with each round.
    for (let n = 0; !stop.signal.aborted; n += 20) {
      await Promise.all(Array.from({ length: 20 }, (_, i) => log.append(decision(n + i))))
      await pause(5)
    }
  })()
  for (let round = 0; round < 30; round++) {
    const report = await verified(place)
    if (!report.intact) t.fail(report.summary)
    await pause(10)
  }
  stop.abort()
  await writer
  t.ok(readdirSync(join(place.log, 'seg')).length > 1)
  t.ok(existsSync(join(place.log, 'checkpoint')))
  await log.close()
  t.match(await verified(place), { intact: true, logs: [{ uncovered: 0 }] })
})

t.test('half a line behind the last commit is being written; a whole line that does not chain is not', async (t) => {
  const place = await closedSite(t)
  const file = join(place.log, 'seg', '0000000000000000.ndjson')
  appendFileSync(file, '{"k":"decis')
  t.match(await verified(place), { intact: true, logs: [{ tailBytes: 11 }] })
  appendFileSync(file, 'ion"}\n')
  t.match(await verified(place), { intact: false })
})

t.test('a segment taken out of the middle is missed', async (t) => {
  const place = site(t)
  const log = await place.open({ segmentBytes: 10_000 })
  await fill(log, 50)
  await log.close()
  const names = readdirSync(join(place.log, 'seg')).toSorted()
  t.ok(names.length > 3)
  for (const name of names) {
    const copy = copyOf(t, place)
    rmSync(join(copy.log, 'seg', name))
    t.match(await verified(copy), { intact: false }, name)
  }
})
