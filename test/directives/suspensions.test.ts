// What is suspended here: two officers to lift, the journal over restarts, and what happens when the disk says no.
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import t, { type Test } from 'tap'
import {
  type Officer,
  openSuspensions,
  type Standing,
  type SuspensionEvent,
  type Suspensions,
  startReminders,
} from '../../src/directives/index.ts'
import type { ClosedModel } from '../../src/directives/suspension-entry.ts'

const issuer = 'https://id.example'
const ada: Officer = { issuer, subject: 'ada' }
const bob: Officer = { issuer, subject: 'bob' }
const unkept = { code: 'suspension_unkept' }
type Lifted = Awaited<ReturnType<Suspensions['askLift']>>

const dayMs = 86_400_000
const fable = {
  of: { kind: 'family', family: 'fable-5' },
  models: [{ id: 'fable-5', names: [], servedAs: [] }],
  why: 'case 112',
} as const

interface Desk {
  readonly path: string
  readonly clock: { at: number; now(): number }
  readonly events: SuspensionEvent[]
  readonly applied: (readonly Standing[])[]
  readonly faults: unknown[]
  /** What `record` does. */
  recording: () => Promise<void>
  open(): Promise<Suspensions>
}

function desk(t: Test): Desk {
  const folder = mkdtempSync(join(tmpdir(), 'portcullis-suspensions-'))
  t.teardown(() => rmSync(folder, { recursive: true, force: true }))
  const path = join(folder, 'suspensions.ndjson')
  const clock = {
    at: 1_781_956_800_000,
    now() {
      return this.at
    },
  }
  let ids = 0
  const made: Desk = {
    path,
    clock,
    events: [],
    applied: [],
    faults: [],
    recording: async () => {},
    open: () =>
      openSuspensions({
        path,
        clock,
        newId: () => `id-${++ids}`,
        apply: (standing) => {
          made.applied.push(standing)
          return Promise.resolve(3)
        },
        record: async (event) => {
          await made.recording()
          made.events.push(event)
        },
        onFault: (error) => made.faults.push(error),
      }),
  }
  return made
}

const named = (suspensions: Suspensions): readonly string[] => suspensions.standing().map(({ name }) => name)

t.test('what an officer closes is closed before anything is waited for, and stays so over a restart', async (t) => {
  const at = desk(t)
  const suspensions = await at.open()
  t.strictSame([existsSync(at.path), named(suspensions)], [false, []])
  const begun = suspensions.begin({ ...fable, by: ada })
  t.match(at.applied, [[{ id: 'id-1', name: 'family:fable-5' }]], 'in force when `begin` returns')
  t.equal(await begun.cut, 3)
  t.match(begun, { isNew: true, standing: { id: 'id-1', by: ada, since: at.clock.at, lift: null } })
  await begun.written
  t.match(at.events, [{ kind: 'begun', cut: 3, by: ada, why: 'case 112' }])
  const again = await at.open()
  t.strictSame(again.standing(), suspensions.standing())
  const second = again.begin({ ...fable, why: 'heard of it too', by: bob })
  t.match(second, { isNew: false, standing: { id: 'id-1', why: 'case 112' } })
  await second.written
  await suspensions.begin({ ...fable, of: { kind: 'model', model: 'fable-5' }, by: bob }).written
  t.strictSame(named(await at.open()), ['family:fable-5', 'model:fable-5'], 'a model is not its family')
})

t.test('two different officers lift, within a day, also with a restart between them', async (t) => {
  const at = desk(t)
  const first = await at.open()
  await first.begin({ ...fable, by: ada }).written
  t.match(await first.askLift({ id: 'id-1', why: 'a', by: ada }), { kind: 'asked', standing: { lift: { by: ada } } })
  t.match(await first.askLift({ id: 'id-1', why: 'b', by: ada }), { kind: 'same-officer' })
  const other = await at.open()
  t.match(
    await other.askLift({ id: 'id-1', why: 'b', by: { ...ada } }),
    { kind: 'same-officer' },
    'a restart forgets no officer',
  )
  at.clock.at += dayMs
  t.match(await other.askLift({ id: 'id-1', why: 'c', by: bob }), { kind: 'asked' }, 'the word of ada has expired')
  at.clock.at += dayMs - 1
  t.match(await other.askLift({ id: 'id-1', why: 'd', by: bob }), { kind: 'same-officer' })
  t.strictSame(named(other), ['family:fable-5'])
  const sameName = { issuer: 'https://other.example', subject: 'bob' }
  t.match(
    await other.askLift({ id: 'id-1', why: 'e', by: sameName }),
    { kind: 'lifted' },
    'an officer is issuer and subject',
  )
  t.strictSame([named(other), at.applied.at(-1)], [[], []])
  t.strictSame(named(await at.open()), [])
  t.strictSame(
    at.events.map(({ kind, why }) => [kind, why]),
    [
      ['begun', 'case 112'],
      ['lift-asked', 'a'],
      ['lift-asked', 'c'],
      ['lift-asked', 'e'],
      ['lifted', 'e'],
    ],
  )
  t.match(await other.askLift({ id: 'id-1', why: 'f', by: ada }), { kind: 'unknown' })
})

t.test('two words at the same moment are two words, one of each officer', async (t) => {
  const at = desk(t)
  const suspensions = await at.open()
  await suspensions.begin({ ...fable, by: ada }).written
  const ask = (by: Officer) => suspensions.askLift({ id: 'id-1', why: 'x', by })
  const kinds = (await Promise.all([ask(ada), ask(ada), ask(ada)])).map(({ kind }) => kind)
  t.strictSame(kinds, ['asked', 'same-officer', 'same-officer'])
  t.strictSame(
    (await Promise.all([ask(bob), ask(bob)])).map(({ kind }) => kind),
    ['lifted', 'unknown'],
  )
  await suspensions.close()
  t.strictSame(named(await at.open()), [])
})

t.test('nothing opens before both words are on record and a restart would agree', async (t) => {
  const at = desk(t)
  const suspensions = await at.open()
  await suspensions.begin({ ...fable, by: ada }).written
  await suspensions.askLift({ id: 'id-1', why: 'a', by: ada })
  at.recording = async () => Promise.reject(new Error('no log'))
  await t.rejects(suspensions.askLift({ id: 'id-1', why: 'b', by: bob }), /no log/)
  t.strictSame(named(suspensions), ['family:fable-5'])
  t.strictSame(named(await at.open()), ['family:fable-5'])
  at.recording = async () => {}
  breakDisk(at)
  await t.rejects(suspensions.askLift({ id: 'id-1', why: 'b', by: bob }), unkept)
  t.strictSame(named(suspensions), ['family:fable-5'])
  mendDisk(at)
  t.match(await suspensions.askLift({ id: 'id-1', why: 'b', by: bob }), { kind: 'lifted' })
  t.strictSame(named(await at.open()), [])
})

t.test('a disk that cannot keep it leaves it closed here, and whoever closed it is told', async (t) => {
  const at = desk(t)
  const suspensions = await at.open()
  breakDisk(at)
  const begun = suspensions.begin({ ...fable, by: ada })
  await t.rejects(begun.written, unkept)
  t.strictSame(named(suspensions), ['family:fable-5'])
  t.match(suspensions.status(), { ok: false, detail: /suspended for everyone: family:fable-5; a restart would open/ })
  await t.rejects(suspensions.begin({ ...fable, by: bob }).written, unkept, 'not kept yet')
  await t.rejects(suspensions.writeAgain(), unkept)
  mendDisk(at)
  await suspensions.writeAgain()
  t.match(suspensions.status(), { ok: true })
  t.strictSame(named(await at.open()), ['family:fable-5'])
})

t.test(
  'who says what was said before is answered when the first word is on record, and records it where that failed',
  async (t) => {
    const at = desk(t)
    const suspensions = await at.open()
    const { promise, resolve } = Promise.withResolvers<void>()
    at.recording = () => promise
    const first = suspensions.begin({ ...fable, by: ada })
    const second = suspensions.begin({ ...fable, by: bob })
    let answered = 0
    for (const { written } of [first, second]) void written.then(() => answered++)
    await sleep(50)
    t.equal(answered, 0)
    resolve()
    await Promise.all([first.written, second.written])
    t.equal(at.events.length, 1)

    at.recording = async () => Promise.reject(new Error('no log'))
    const all = { ...fable, of: { kind: 'all' } } as const
    for (const by of [ada, bob]) await t.rejects(suspensions.begin({ ...all, by }).written, /no log/)
    at.recording = async () => {}
    await Promise.all([bob, ada].map((by) => suspensions.begin({ ...all, by }).written))
    t.match(
      at.events.slice(1),
      [{ kind: 'begun', standing: { name: 'all' }, by: ada, cut: 3 }],
      'once, with the first word',
    )
    t.equal(at.events.length, 2)
  },
)

t.test('what could not be recorded is recorded before a word that lifts it', async (t) => {
  const at = desk(t)
  const suspensions = await at.open()
  at.recording = async () => Promise.reject(new Error('no log'))
  await t.rejects(suspensions.begin({ ...fable, by: ada }).written, /no log/)
  await t.rejects(suspensions.askLift({ id: 'id-1', why: 'a', by: ada }), /no log/)
  at.recording = async () => {}
  await suspensions.askLift({ id: 'id-1', why: 'a', by: ada })
  t.same(
    at.events.map(({ kind }) => kind),
    ['begun', 'lift-asked'],
  )
})

const writtenOf = async (lift: Lifted): Promise<void> => {
  if (lift.kind === 'lifted') await lift.written
}

t.test('a lifting that holds and is not on record says so, and is recorded when it is asked for again', async (t) => {
  const at = desk(t)
  const suspensions = await at.open()
  await suspensions.begin({ ...fable, by: ada }).written
  await suspensions.askLift({ id: 'id-1', why: 'a', by: ada })
  at.recording = async () => {
    if (named(suspensions).length === 0) throw new Error('no log')
  }
  const lift = (by: Officer) => suspensions.askLift({ id: 'id-1', why: 'b', by })
  for (const by of [bob, ada]) {
    const lifted = await lift(by)
    t.match(lifted, { kind: 'lifted', standing: { name: 'family:fable-5' } })
    await t.rejects(writtenOf(lifted), /no log/)
  }
  t.strictSame(named(await at.open()), [])
  at.recording = async () => {}
  const lifted = await lift(ada)
  await writtenOf(lifted)
  t.match(at.events.at(-1), { kind: 'lifted', by: bob, why: 'b' })
  t.match(await lift(ada), { kind: 'unknown' })
})

t.test('what is suspended again while it is being lifted stays closed', async (t) => {
  const at = desk(t)
  const suspensions = await at.open()
  await suspensions.begin({ ...fable, by: ada }).written
  await suspensions.askLift({ id: 'id-1', why: 'a', by: ada })
  const begun: { id: string; isNew: boolean; written: Promise<void> }[] = []
  const lifting = suspensions.askLift({ id: 'id-1', why: 'b', by: bob })
  // At every turn of the lifting somebody closes it.
  const over = lifting.then(() => 'over')
  do {
    const { standing, isNew, written } = suspensions.begin({ ...fable, by: ada })
    suspensions.reach('id-1', [{ id: `model-${begun.length}`, names: [], servedAs: [] }])
    begun.push({ id: standing.id, isNew, written })
  } while ((await Promise.race([over, sleep(0)])) !== 'over')
  t.match(await lifting, { kind: 'lifted', standing: { id: 'id-1' } })
  await Promise.all(begun.map(({ written }) => written))
  t.ok(
    begun.some(({ id }) => id !== 'id-1'),
    'somebody came in between',
  )
  t.strictSame(named(suspensions), ['family:fable-5'])
  t.notMatch(suspensions.standing(), [{ id: 'id-1' }])
  t.strictSame((await at.open()).standing(), suspensions.standing(), 'and the journal can be read')
})

t.test('models that a newer catalogue adds are remembered', async (t) => {
  const at = desk(t)
  const suspensions = await at.open()
  await suspensions.begin({ ...fable, by: ada }).written
  const [five, mini] = ['five', 'mini'].map((name) => ({ id: `fable-5-${name}`, names: [name], servedAs: [] }))
  suspensions.reach('id-1', [five, mini] as ClosedModel[])
  suspensions.reach('id-9', [{ id: 'nothing', names: [], servedAs: [] }])
  await suspensions.close()
  t.match((await at.open()).standing(), [{ models: [five, mini] }])
  t.strictSame(at.faults, [])
})

t.test('a damaged journal fails closed: nothing starts, and one sentence says what to do', async (t) => {
  const at = desk(t)
  const suspensions = await at.open()
  await suspensions.begin({ ...fable, by: ada }).written
  await suspensions.begin({ ...fable, of: { kind: 'all' }, by: ada }).written
  await suspensions.askLift({ id: 'id-1', why: 'a', by: ada })
  const whole = readFileSync(at.path, 'utf8')
  const lines = whole.trimEnd().split('\n')
  t.equal(lines.length, 3)
  const [first = '', second = '', third = ''] = lines
  const damages: Readonly<Record<string, string | Buffer>> = {
    'the last line cut short': whole.slice(0, -10),
    'the last line end missing': whole.slice(0, -1),
    'a line missing': `${first}\n${third}\n`,
    'the first line missing': `${second}\n${third}\n`,
    'lines in another order': `${second}\n${first}\n${third}\n`,
    'a line twice': `${first}\n${first}\n`,
    'a letter changed': whole.replace('fable-5', 'fable-6'),
    'an officer changed': whole.replace('"subject":"ada"', '"subject":"eve"'),
    'a blank added': whole.replace('{', '{ '),
    'a member added': whole.replace('"act"', '"note":"","act"'),
    'an empty line': `\n${whole}`,
    'no text': Buffer.from([0xff, 0xfe, 0x0a]),
    zeros: Buffer.alloc(512),
    'a line of zeros at the end': Buffer.concat([Buffer.from(whole), Buffer.alloc(64)]),
    'another file': 'hello\n',
  }
  for (const [what, text] of Object.entries(damages)) {
    writeFileSync(at.path, text)
    const error = await at.open().catch((error: unknown) => error)
    t.match(
      error,
      {
        message:
          /^the journal of suspensions `.*`.*, so that nobody can say what is closed; put it back from a copy, or/,
      },
      what,
    )
    t.notMatch(String(error), '\n', what)
  }
  rmSync(at.path)
  mkdirSync(at.path)
  await t.rejects(at.open(), /cannot be read/, 'a folder in its place')
  rmSync(at.path, { recursive: true })
  writeFileSync(at.path, whole)
  t.strictSame(named(await at.open()), ['family:fable-5', 'all'], 'put back, it starts')
})

t.test('a suspension reminds of itself at the start and then every day, until it is lifted', async (t) => {
  const at = desk(t)
  const suspensions = await at.open()
  await suspensions.begin({ ...fable, by: ada }).written
  at.clock.at += 5_000
  const told: string[] = []
  let looks = 0
  const now = (): number => {
    looks += 1
    return at.clock.at
  }
  /** Whoever reminds has looked once more at least, from beginning to end. */
  const looked = async (): Promise<void> => {
    const enough = looks + 2
    const isDone = (): boolean => looks >= enough
    while (!isDone()) await sleep(1)
  }
  const reminders = startReminders({
    suspensions,
    clock: { now },
    lookMs: 5,
    onFault: (error) => at.faults.push(error),
    remind: ({ name }, ageMs) => told.push(`${name} ${ageMs}`),
  })
  t.teardown(() => reminders.close())
  t.strictSame(told, ['family:fable-5 5000'])
  at.clock.at += dayMs - 1
  await suspensions.begin({ ...fable, of: { kind: 'all' }, by: ada }).written
  await looked()
  t.equal(told.length, 1)
  at.clock.at += 1
  await looked()
  t.strictSame(told.slice(1), [`family:fable-5 ${dayMs + 5_000}`], 'once, and not of what began just now')
  for (const by of [ada, bob]) await suspensions.askLift({ id: 'id-1', why: 'over', by })
  at.clock.at += dayMs
  await looked()
  t.strictSame(told.slice(2), [`all ${dayMs + 1}`])
  t.strictSame(at.faults, [])
})

/** A folder where the draft of the journal should be: root may write anywhere, but not into that. */
function breakDisk({ path }: Desk): void {
  mkdirSync(`${path}.tmp`)
}

function mendDisk({ path }: Desk): void {
  rmSync(`${path}.tmp`, { recursive: true })
}
