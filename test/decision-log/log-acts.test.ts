// Acts of officers as an auditor finds them: by who acted, whom it was about, which model, and the id that the officer's command printed.
import { spawnSync } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import t from 'tap'
import { type DecisionLog, kindsThatHave, kindsToAsk } from '../../src/decision-log/index.ts'
import { type EventKind, type Events, eventRecord } from '../../src/vocabulary/event.ts'
import { recordKinds, recordWords } from '../../src/vocabulary/record-words.ts'
import { decision, fill, idOf, outcome, type Site, site } from './sample.ts'

const main = fileURLToPath(new URL('../../src/main.ts', import.meta.url))

function log(place: Site, ...args: string[]) {
  const { status, stdout, stderr } = spawnSync(process.execPath, [main, 'log', ...args], {
    cwd: place.directory,
    encoding: 'utf8',
  })
  return { code: status, out: stdout, err: stderr }
}

const issuer = 'https://id.example.com'
const officer = 'hk1:officer'
const second = 'hk1:second'
const digest = `sha256:${'cd'.repeat(32)}`
const suspension = idOf(900)
const revocation = idOf(901)
let instant = Date.UTC(2026, 5, 20, 13)

const append = <Kind extends EventKind>(open: DecisionLog, k: Kind, about: Events[Kind]): Promise<void> => {
  instant += 1_000
  return open.append(eventRecord(k, new Date(instant).toISOString(), about))
}

const since = '2026-06-20T13:00:00.000Z'
const closes = { id: suspension, of: 'model:fable-5', models: ['fable-5'], more: 0, since, why: 'leak', issuer }
const shuts = {
  id: revocation,
  kind: 'subject',
  of: 'hk1:mallory',
  ofIssuer: issuer,
  issuedUntil: null,
  since,
} as const

/** What two officers do at a control, of which nobody there can count what it cuts. */
async function act(open: DecisionLog): Promise<void> {
  await append(open, 'policy.published', {
    issuer,
    subject: officer,
    policy_serial: 1,
    policy_digest: digest,
    registers_serial: null,
    registers_digest: null,
    ended: 'in_force',
    codes: [],
    serial: 1,
    digest,
  })
  await append(open, 'suspension.begun', { ...closes, subject: officer, suspensions: digest, cut: null })
  await append(open, 'suspension.reminded', {
    id: suspension,
    of: 'model:fable-5',
    models: ['fable-5'],
    more: 0,
    since,
    why: 'leak',
    ageS: 5,
  })
  await append(open, 'suspension.lift_asked', { ...closes, subject: officer, suspensions: digest })
  await append(open, 'suspension.lifted', { ...closes, subject: second, suspensions: null, cut: null })
  await append(open, 'revocation.begun', {
    ...shuts,
    why: 'left',
    issuer,
    subject: officer,
    revocations: digest,
    cut: 3,
  })
  await append(open, 'revocation.forgotten', { ...shuts, revocations: null })
  await append(open, 'query', { decision: idOf(1), found: true, issuer, subject: second, roles: ['auditor'] })
}

/** A fleet's control: acts, and no decision. */
async function control(t: { teardown(fn: () => void): void }): Promise<Site> {
  const place = site(t)
  const open = await place.open()
  await act(open)
  await open.close()
  return place
}

/** A gate alone: decisions of before, and acts. */
async function gate(t: { teardown(fn: () => void): void }): Promise<Site> {
  const place = site(t)
  const open = await place.open()
  await fill(open, 2)
  await act(open)
  await open.append(decision(2, { askedBy: { issuer, subject: 'hk1:pep', roles: ['decider'] } }))
  await open.append({ ...outcome(2), servedModel: 'fable-5-20260601' })
  await open.close()
  return place
}

const kindsIn = (text: string): readonly string[] =>
  text
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => (JSON.parse(line) as { k: string }).k)

const asked =
  (place: Site) =>
  (...args: string[]) => {
    const said = log(place, 'query', place.path, '--format', 'json', ...args)
    if (said.code !== 0) throw new Error(said.err)
    return kindsIn(said.out)
  }

t.test('query: who acted, and whom it was about, is found beside who asked', async (t) => {
  const ask = asked(await gate(t))
  const acts = ['policy.published', 'suspension.begun', 'suspension.lift_asked', 'revocation.begun']
  t.same(ask('--subject', officer), acts)
  t.same(ask('--subject', officer, '--kind', 'suspension.begun'), ['suspension.begun'])
  t.same(ask('--subject', second), ['suspension.lifted', 'query'])
  t.same(ask('--subject', 'hk1:mallory'), ['revocation.begun', 'revocation.forgotten'])
  t.same(ask('--subject', 'hk1:pep'), ['decision'], 'who asked about others')
  t.same(ask('--subject', 'hk1:subject'), ['decision', 'decision', 'decision'])
  t.same(ask('--subject', officer, '--limit', '1'), ['revocation.begun'])
})

t.test('query: a model is found where it was asked for and where it was closed', async (t) => {
  const ask = asked(await gate(t))
  const acts = ['suspension.begun', 'suspension.lift_asked', 'suspension.lifted']
  t.same(ask('--model', 'fable-5').toSorted(), ['decision', 'decision', 'decision', ...acts].toSorted())
  t.same(ask('--model', 'fable-5', '--kind', 'suspension.begun'), ['suspension.begun'])
  t.same(ask('--model', 'fable-5', '--kind', 'suspension.reminded'), ['suspension.reminded'], 'for who asks for it')
  t.same(ask('--model', 'fable-5-20260601', '--kind', 'outcome'), ['outcome'], 'as the model API calls it')
  t.same(ask('--model', 'fable-5', '--subject', officer), ['suspension.begun', 'suspension.lift_asked'])
  t.same(ask('--model', 'fable-5', '--effect', 'deny'), ['decision', 'decision', 'decision'], 'acts have no effect')
  t.same(ask(), ['decision', 'decision', 'decision'], 'by default decisions')
})

t.test('query: no answer says more than was looked at', async (t) => {
  const place = await gate(t)
  const said = (...args: string[]) => log(place, 'query', place.path, ...args).out
  t.match(said('--subject', 'hk1:nobody'), /no such record has the subject .*: there is .*`hk1:mallory`, `hk1:officer`/)
  t.match(said('--model', 'x', '--kind', 'suspension.begun'), /no such record has the model `x`: there is `fable-5`\n/)
  const narrow = said('--subject', officer, '--effect', 'deny')
  t.match(narrow, /^nothing matches\nno such record has the subject/)
  t.match(narrow, /acts of officers were not looked at: they have no `--effect`; ask without it\n$/)
  const empty = await control(t)
  const none = log(empty, 'query', empty.path, '--model', 'fable-5', '--kind', 'decision', 'outcome').out
  t.match(none, /no such record has the model `fable-5`: no `decision` and no `outcome` here has one at all;/)
  t.match(none, /; other kinds that have one: `suspension\.begun`, .*\n$/)
  const bare = site(t)
  await (await bare.open()).close()
  const all = log(bare, 'query', bare.path, '--subject', officer).out
  t.match(all, /: no `decision`, no `policy\.published`, .* and no `query` here has one at all\n$/)
})

t.test('query: a suspension that names not all that it closed is not taken for one that did not', async (t) => {
  const place = site(t)
  const open = await place.open()
  const all = { ...closes, of: 'all', more: 7, subject: officer, suspensions: digest, cut: 0 }
  await append(open, 'suspension.begun', all)
  await open.close()
  t.equal(
    log(place, 'query', place.path, '--model', 'nova-1').out,
    'nothing matches\nno such record has the model `nova-1`: there is `fable-5`\n1 record of a suspension closed more models than it names: `about.of` says which\n',
  )
})

t.test('query: a condition that no asked kind can meet is refused, with the kinds that can', async (t) => {
  const place = await gate(t)
  t.match(log(place, 'query', place.path, '--kind', 'log.opened', 'suspension.begun', '--effect', 'deny'), {
    code: 1,
    out: '',
    err: 'no `log.opened` and no `suspension.begun` has an effect: `--effect` asks `decision`\n',
  })
  t.match(log(place, 'query', place.path, '--kind', 'revocation.begun', '--directive', 'R1'), { code: 1 })
  const both = ['--kind', 'policy.published', 'outcome', '--subject', officer, '--model', 'fable-5']
  t.match(log(place, 'query', place.path, ...both), { code: 1, err: /none of .* has all of `--model` and `--subject`/ })
  t.match(log(place, 'query', place.path, '--kind', 'revocation.begun', 'decision', '--directive', 'R1'), { code: 0 })
})

t.test('query: a kind whose words speak of a pseudonym or a model can be asked for it', (t) => {
  const kindsWith = (wanted: RegExp) =>
    recordKinds.filter((k) =>
      Object.entries(recordWords[k].fields).some(([path, words]) => wanted.test([path, ...words].join(' '))),
    )
  // Refusals have the pseudonym of an address alone.
  const persons = kindsWith(/pseudonym/).filter((k) => k !== 'refusals')
  t.same(kindsThatHave('subject'), persons)
  t.same(kindsThatHave('model'), kindsWith(/^(?:models|servedModel) /))
  t.same(kindsToAsk(['subject', 'effect']), ['decision'])
  t.end()
})

t.test('query: a log without decisions says what else it has', async (t) => {
  const place = await control(t)
  t.equal(
    log(place, 'query', place.path).out,
    'no decision matches: there is none; `--kind` asks other records: `log.closed`, `log.opened`, `policy.published`, `query`, `revocation.begun`, `revocation.forgotten`, `suspension.begun`, `suspension.lift_asked`, `suspension.lifted`, `suspension.reminded`\n',
  )
  t.match(log(place, 'query', place.path, '--effect', 'deny').out, /^no decision matches: there is none; `--kind` asks/)
  const early = log(place, 'query', place.path, '--until', '2026-06-20T12:30:00Z').out
  t.equal(
    early,
    'no decision matches: there is none at that time; `--kind` asks other records: `log.closed`, `log.opened`\n',
  )
  t.equal(log(place, 'query', place.path, '--until', '2020-06-20T12:30:00Z').out, 'nothing matches\n')
  t.equal(log(place, 'query', place.path, '--format', 'json').out, '', 'scripts get records alone')
})

t.test('query: what control cannot know is called not known', async (t) => {
  const place = await gate(t)
  const { out } = log(place, 'query', place.path, '--kind', 'suspension.lifted', 'revocation.begun')
  t.match(out, /^ {2}cut +not known$/m)
  t.match(out, /^ {2}cut +3$/m)
  t.match(out, /^ {2}suspensions +none$/m)
})

t.test('show: the id of an act finds every record of it', async (t) => {
  for (const place of [await control(t), await gate(t)]) {
    const human = log(place, 'show', suspension, place.path)
    t.equal(human.code, 0, human.err)
    const kinds = human.out.split('\n').flatMap((line) => /Z +([a-z]+\.[a-z_]+)$/.exec(line)?.[1] ?? [])
    t.same(kinds, ['suspension.begun', 'suspension.reminded', 'suspension.lift_asked', 'suspension.lifted'])
    t.match(human.out, /^ {2}record +line \d+ of acme\/portcullis\/test\/gw-1\/0, covered by a checkpoint/m)
    t.match(human.out, /^ {2}cut +not known$/m)
    t.match(JSON.parse(log(place, 'show', revocation, place.path, '--format', 'json').out), {
      acts: [
        { covered: true, record: { k: 'revocation.begun', about: { id: revocation, cut: 3 } } },
        { covered: true, record: { k: 'revocation.forgotten' } },
      ],
    })
    t.same(kindsIn(log(place, 'show', revocation, place.path, '--format', 'plain').out), [
      'revocation.begun',
      'revocation.forgotten',
    ])
    t.match(log(place, 'show', idOf(77), place.path), {
      code: 1,
      out: '',
      err: /no log under .* has a record `.*`, of a decision or of an act of an officer; .*control/,
    })
    t.match(log(place, 'show', revocation, place.path, '--policy', '.'), { code: 1, err: /without --policy/ })
  }
})
