// The journal after a crash, and after somebody's hand: what was acknowledged is there, half a line is dropped, damage ends the start.
import { appendFile, mkdtemp, readFile, rm, stat, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import t, { type Test } from 'tap'
import { limits } from '../../src/limits.ts'
import { openStoredObjects, type StoredObjects } from '../../src/stored-objects/index.ts'
import type { StoredName } from '../../src/vocabulary/stored-object.ts'

const clock = { now: () => 1_000 }
const maker = { issuer: 'https://id.example', subject: 'alice', organization: null }
const nameOf = (id: string): StoredName => ({ dialect: 'openai', kind: 'response', id, maker })
const object = { upstream: 'one', models: [], purpose: null, decision: 'd', parents: [], digest: null, madeAt: 1_000 }

async function prepared(t: Test): Promise<{ path: string; open(): Promise<StoredObjects> }> {
  const folder = await mkdtemp(join(tmpdir(), 'portcullis-journal-'))
  t.teardown(() => rm(folder, { recursive: true, force: true }))
  const path = join(folder, 'stored.ndjson')
  return { path, open: () => openStoredObjects({ path, redis: null, clock, onState: () => {} }) }
}

t.test('cut at every byte, the journal has every whole line before the cut and nothing else', async (t) => {
  const { path, open } = await prepared(t)
  const stored = await open()
  await stored.keep([{ name: nameOf('a'), object }])
  const first = (await stat(path)).size
  await stored.keep([{ name: nameOf('b'), object }])
  await stored.close()
  const whole = await readFile(path)
  for (let cut = 0; cut <= whole.length; cut++) {
    await writeFile(path, whole.subarray(0, cut))
    const again = await open()
    // A line whose last byte is the only one that is missing was written whole.
    t.equal((await again.find(nameOf('a'))) !== undefined, cut >= first - 1, `a, cut at ${cut}`)
    t.equal((await again.find(nameOf('b'))) !== undefined, cut >= whole.length - 1, `b, cut at ${cut}`)
    await again.close()
    if (cut % 50 !== 7) continue
    const next = await open()
    await next.keep([{ name: nameOf('c'), object }])
    await next.close()
    const last = await open()
    t.ok(await last.find(nameOf('c')), 'what is written behind the cut is read')
    await last.close()
  }
})

t.test('damage before the last line ends the start with a sentence that says what to do', async (t) => {
  const { path, open } = await prepared(t)
  const stored = await open()
  await stored.keep([{ name: nameOf('a'), object }])
  await stored.keep([{ name: nameOf('b'), object }])
  await stored.close()
  const text = await readFile(path, 'utf8')
  for (const damaged of [text.replace('"upstream":"one"', '"upstream":"two"'), `x${text}`, `\n${text}`]) {
    await writeFile(path, damaged)
    await t.rejects(open(), /is damaged in line 1; put it back from a copy, or move it away/)
  }
})

t.test('the journal is written anew before it grows without end, and loses nothing', async (t) => {
  const { path, open } = await prepared(t)
  const stored = await open()
  await stored.keep([{ name: nameOf('first'), object }])
  const one = (await stat(path)).size
  for (let at = 0; at < limits.storedCompactLines + 1_000; at += 500) {
    await Promise.all(Array.from({ length: 500 }, () => stored.keep([{ name: nameOf('same'), object }])))
  }
  await stored.close()
  t.ok((await stat(path)).size < one * limits.storedCompactLines, 'shorter than all that was written')
  await appendFile(path, '')
  const again = await open()
  t.ok(await again.find(nameOf('first')))
  t.ok(await again.find(nameOf('same')))
  t.equal((await readFile(path, 'utf8')).split('\n').length, 3)
  await again.close()
})
