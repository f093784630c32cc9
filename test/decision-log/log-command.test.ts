// The auditor's commands as a terminal sees them.
import { spawnSync } from 'node:child_process'
import { readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import t from 'tap'
import type { DecisionRecord } from '../../src/vocabulary/record.ts'
import { decision, fill, idOf, outcome, type Site, site } from './sample.ts'

const main = fileURLToPath(new URL('../../src/main.ts', import.meta.url))

interface Said {
  readonly code: number | null
  readonly out: string
  readonly err: string
}

function log(place: Site, ...args: string[]): Said {
  const { status, stdout, stderr } = spawnSync(process.execPath, [main, 'log', ...args], {
    cwd: place.directory,
    encoding: 'utf8',
  })
  return { code: status, out: stdout, err: stderr }
}

const lines = (text: string) => text.split('\n').filter((line) => line !== '')
const idsIn = (text: string) => lines(text).map((line) => (JSON.parse(line) as { id: string }).id)

async function filled(t: { teardown(fn: () => void): void }): Promise<Site> {
  const place = site(t)
  const open = await place.open()
  const alice = open.pseudonym('subject', 'alice', 'https://id.example.com')
  await fill(open, 3)
  const permit: Partial<DecisionRecord> = { effect: 'permit', basis: 'permit', reason: 'permitted' }
  await open.append(decision(100, permit))
  await open.append({ ...outcome(100), ending: 'completed', servedModel: 'fable-5\u202e\x1b[31m' })
  const subject = { ...decision(0).subject, subject: alice } as DecisionRecord['subject']
  await open.append(decision(101, { subject, detail: 'x\x1b[2J\r\ny\u2028' }))
  await open.close()
  return place
}

t.test('query: every filter narrows, json is one record per line', async (t) => {
  const place = await filled(t)
  const ids = (...args: string[]) => {
    const said = log(place, 'query', place.path, '--format', 'json', ...args)
    t.equal(said.code, 0, said.err)
    return idsIn(said.out)
  }
  const every = [0, 1, 2, 100, 101].map(idOf)
  t.same(ids(), every)
  t.same(ids('--effect', 'permit'), [idOf(100)])
  t.same(ids('--reason', 'person_restricted', '--limit', '2'), [idOf(2), idOf(101)], 'the newest two')
  t.same(ids('--basis', 'permit'), [idOf(100)])
  t.same(ids('--model', 'fable-5'), every)
  t.same(ids('--model', 'fable-latest'), every, 'as asked, too')
  t.same(ids('--model', 'fable'), [])
  t.same(ids('--directive', 'R1'), every)
  t.same(ids('--directive', 'R'), [])
  t.same(ids('--since', '2026-06-20T12:00:00.002Z'), every.slice(2))
  t.same(ids('--until', '2026-06-20T14:00:00.002+02:00'), every.slice(0, 2))
  t.same(ids('--kind', 'outcome'), every.slice(0, 4))
  const pseudonym = log(place, 'hash', 'alice', '--issuer', 'https://id.example.com', '--log', place.path).out.trim()
  t.same(ids('--subject', pseudonym), [idOf(101)], 'found by the pseudonym that log hash gives')
})

t.test('query: for people a table, for scripts tabs, and nothing that a terminal obeys', async (t) => {
  const place = await filled(t)
  const human = log(place, 'query', place.path)
  t.match(human.out, /^at +effect +reason/)
  t.match(human.out, /5 records\n$/)
  const plain = log(place, 'query', '--log', place.path, '--format', 'plain', '--kind', 'decision', 'outcome')
  t.ok(lines(plain.out).every((line) => line.split('\t').length === 9))
  for (const { out } of [
    human,
    plain,
    log(place, 'show', idOf(100), place.path),
    log(place, 'show', idOf(101), place.path),
  ])
    t.notMatch(out, /[^\P{Cc}\n\t]|[\u2028\u202e]/u)
  t.match(log(place, 'query', place.path, '--reason', 'timeout').out, /nothing matches/)
})

t.test('query: where nothing matches a name, those that occur are told', async (t) => {
  const place = await filled(t)
  const said = (...args: string[]) => log(place, 'query', place.path, ...args).out
  t.equal(
    said('--model', 'fabel-5'),
    'nothing matches\nno such record has the model `fabel-5`: there is `fable-5`, `fable-latest`\n',
  )
  t.match(said('--directive', 'R2'), /^nothing matches\nno such record has the directive `R2`: there is `R1`\n$/)
  t.match(said('--subject', 'alice'), /no such record has the subject `alice` \(pseudonyms, .*\): there is `/)
  t.equal(said('--model', 'fable-5', '--reason', 'timeout'), 'nothing matches\n', 'the name is right')
  t.equal(said('--kind', 'outcome', '--model', 'x').split('\n').length, 3)
})

t.test('query: what is no decision is told a fact to a line', async (t) => {
  const place = await filled(t)
  const { out } = log(place, 'query', place.path, '--kind', 'log.opened')
  t.match(out, /^\S+Z +log\.opened\n(?: {2}\S* +\S.*\n)+/m)
  t.ok(lines(out).every((line) => line.length < 200))
})

t.test('the place of the log is read, whatever else is wrong in the settings', async (t) => {
  const place = await filled(t)
  const settings = join(place.directory, 'portcullis.yaml')
  writeFileSync(settings, `issuers: wrong\nnonsense: \${NO_SUCH_SECRET}\nlog:\n  path: ${place.path}\n`)
  t.match(log(place, 'query'), { code: 0, out: /5 records\n$/ })
  t.match(log(place, 'show', idOf(1)), { code: 0 })
  t.match(log(place, 'verify', '--key', place.publicKey), { code: 0 })
  for (const [text, err] of [
    ['listen: {}\n', /portcullis\.yaml: says no `log\.path`/],
    ['log: [\n', /portcullis\.yaml:/],
    ['log: { path: "${NO_SUCH_FOLDER}" }\n', /`log\.path`: the environment has no `NO_SUCH_FOLDER`/],
  ] as const) {
    writeFileSync(settings, text)
    t.match(log(place, 'query'), { code: 1, err: /^say where the log is: --log DIR/ })
    t.match(log(place, 'query'), { err })
  }
})

t.test('query: what-ifs are left out unless they are asked for', async (t) => {
  const place = site(t)
  const open = await place.open()
  await open.append(decision(1))
  const asked = decision(2)
  await open.append({
    ...asked,
    decidedFor: '2026-06-12T21:20:59.000Z',
    askedBy: { issuer: 'https://id.example.com', subject: 'hk1:auditor', roles: ['auditor'] },
    request: { ...asked.request, via: 'what-if' },
  })
  await open.close()
  const human = log(place, 'query', place.path).out
  t.match(human, idOf(1))
  t.notMatch(human, idOf(2))
  t.match(human, /1 record; --what-if shows 1 more/)
  t.match(log(place, 'query', place.path, '--what-if').out, / what-if +019782f4.*000002\n/)
  t.equal(lines(log(place, 'query', place.path, '--format', 'json').out).length, 1)
  const shown = log(place, 'show', idOf(2), place.path).out
  t.match(shown, /what-if +decided for 2026-06-12T21:20:59\.000Z/)
  t.match(shown, /asked by +hk1:auditor of https:\/\/id\.example\.com, auditor/)
})

t.test('a planted record of any shape is shown inert, and hides no other', async (t) => {
  const place = await filled(t)
  const head = '"k":"decision","prev":"x","seq":9,"v":1'
  const deep = `${'['.repeat(20_000)}${']'.repeat(20_000)}`
  const planted = [
    `{"id":"odd-0","models":[null,7,"x"],"at":7,"subject":"s","request":null,${head}}`,
    `{"id":"odd-1","at":{"toString":1,"valueOf":1},"effect":{"toString":1},"models":${deep},${head}}`,
    `{"id":"odd-2","determinations":[{"limbs":[{"predicates":[{"evidence":[{"verifiedAt":1e300}]}]}]}],${head}}`,
    `{"id":"odd-3","determinations":[null,[${deep}]],"origin":"forged","detail":"\u009b31m\u202e",${head}}`,
    `{"id":"odd-4","about":[${deep}],"k":"de\\tci\\u001b[1m","prev":"x","seq":9,"v":1}`,
  ]
  const segment = join(place.log, 'seg', '0000000000000000.ndjson')
  const commit = '{"k":"commit","n":1,"prev":"x","seq":0,"v":1}'
  writeFileSync(segment, `${readFileSync(segment, 'utf8')}${planted.join('\n')}\n${commit}\n`)
  for (const format of ['human', 'plain', 'json']) {
    const { code, out } = log(place, 'query', place.path, '--format', format)
    t.equal(code, 0, format)
    for (const id of [idOf(1), 'odd-0', 'odd-1', 'odd-2', 'odd-3']) t.ok(out.includes(id), `${format} ${id}`)
    t.notMatch(out, /[^\P{Cc}\n\t]|[\u2028\u202e]/u)
    if (format === 'json') t.notOk(lines(out).some((line) => JSON.parse(line).origin === 'forged'))
    for (const n of format === 'human' ? [0, 1, 2, 3, 4] : [3]) {
      const shown = log(place, 'show', `odd-${n}`, place.path, '--format', format)
      t.equal(shown.code, 0, `${format} odd-${n}: ${shown.err.slice(0, 200)}`)
      t.ok(shown.out.includes(`odd-${n}`))
      t.notMatch(shown.out, /[^\P{Cc}\n\t]|[\u2028\u202e]/u)
    }
  }
})

t.test('show: the decision down to its evidence, and what became of it', async (t) => {
  const place = await filled(t)
  const { out, code } = log(place, 'show', idOf(1), '--log', place.path)
  t.equal(code, 0)
  for (const part of [
    idOf(1),
    'deny: person_restricted (prohibited)',
    'person hk1:subject of https://id.example.com',
    '/model: fable-latest → fable-5',
    'Not permitted (person_restricted): under R1 version 1 the limb `persons` matches: the subject is a',
    '✗ R1 version 1 prohibits this',
    '✗ limb `persons` matches: person_restricted',
    'the subject is a foreign person as the directive defines it',
    'verified, as of 2026-06-20T12:00:00Z',
    'a token of https://id.example.com',
    'against the party’s own interest',
    'the caller is told `access_restricted` alone',
    'no instant that is known today changes the answer',
    'serial 12, unsigned',
    'refused, status 403',
    'covered by a checkpoint',
  ])
    t.ok(out.includes(part), part)
  t.match(log(place, 'show', idOf(101), place.path).out, /outcome +unknown_crash|outcome +none yet/)
  t.match(JSON.parse(log(place, 'show', idOf(1), place.path, '--format', 'json').out), {
    covered: true,
    decision: { id: idOf(1) },
    outcomes: [{ ending: 'refused' }],
    explanation: { format: 'portcullis-explanation/1', quoted: false, decisive: { directive: 'R1', limb: 'persons' } },
  })
  t.match(log(place, 'show', idOf(77), place.path), { code: 1, out: '', err: /no log .* has a record/ })
})

t.test('verify: 0 when intact, 3 when not, 1 when it could not look', async (t) => {
  const place = await filled(t)
  t.match(log(place, 'verify', place.path, '--key', place.publicKey), { code: 0, out: /^The log is intact\./ })
  t.match(JSON.parse(log(place, 'verify', place.path, '--format', 'json').out), {
    intact: true,
    notes: [/--key/, /--checkpoint/],
  })
  t.equal(log(place, 'verify', join(place.directory, 'nowhere')).code, 1)
  t.equal(log(place, 'verify', place.path, '--key', join(place.directory, 'nowhere')).code, 1)
  t.match(log(place, 'verify'), { code: 1, err: /--log DIR/ })
  const segment = join(place.log, 'seg', '0000000000000000.ndjson')
  writeFileSync(segment, readFileSync(segment, 'utf8').replace('person_restricted', 'permitted_under_g'))
  t.match(log(place, 'verify', place.path, '--key', place.publicKey), { code: 3, out: /NOT INTACT[^]*line 4/ })
  rmSync(place.log, { recursive: true })
  t.match(log(place, 'verify', place.path, '--key', place.publicKey, '--format', 'plain'), {
    code: 3,
    out: /^not intact/,
  })
})

t.test('usage: help begins with examples, bad values are named', async (t) => {
  const place = site(t)
  for (const command of [[], ['query'], ['show'], ['verify'], ['hash']])
    t.match(log(place, ...command, '--help'), { code: 0, out: /^Examples:\n {2}portcullis log[^]*\nExit codes: 0 / })
  t.match(log(place, 'query', '--since', 'yesterday'), { code: 1, err: /an instant is like/ })
  t.match(log(place, 'query', '--reason', 'because'), { code: 1, err: /table of reasons/ })
  t.match(log(place, 'hash', 'alice', '--log', '.'), { code: 1, err: /--issuer/ })
})
