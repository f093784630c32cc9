// The register of revocations: in force before anything is waited for, kept over restarts, lifted by two, forgotten when it reaches
// nothing, and a journal that stays small and never goes back.
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import t, { type Test } from 'tap'
import {
  nameOfRevoked,
  type Officer,
  openRevocations,
  type Revocation,
  type RevocationEvent,
  type Revocations,
} from '../../src/directives/index.ts'
import { limits } from '../../src/limits.ts'
import type { Revoked } from '../../src/vocabulary/revocation.ts'

const issuer = 'https://id.example'
const ada: Officer = { issuer, subject: 'ada' }
const bob: Officer = { issuer, subject: 'bob' }
const unkept = { code: 'revocation_unkept' }
const noon = 1_781_956_800_000
const dayMs = 86_400_000
const alice: Revoked = { kind: 'subject', issuer, subject: 'alice', issuedUntil: null }
const session = (name: string, issuedUntil: number | null = noon): Revoked => ({
  kind: 'session',
  issuer,
  session: name,
  issuedUntil,
})

interface Desk {
  readonly path: string
  readonly clock: { at: number; now(): number }
  readonly events: RevocationEvent[]
  readonly applied: (readonly Revocation[])[]
  readonly forgotten: string[]
  readonly faults: unknown[]
  /** What `record` and `apply` do besides. */
  recording: () => Promise<void>
  applying: () => void
  open(lookMs?: number): Promise<Revocations>
}

function desk(t: Test): Desk {
  const folder = mkdtempSync(join(tmpdir(), 'portcullis-revocations-'))
  const opened: Revocations[] = []
  t.teardown(async () => {
    for (const one of opened) await one.close()
    rmSync(folder, { recursive: true, force: true })
  })
  const path = join(folder, 'revocations.ndjson')
  let ids = 0
  const made: Desk = {
    path,
    clock: {
      at: noon,
      now() {
        return this.at
      },
    },
    events: [],
    applied: [],
    forgotten: [],
    faults: [],
    recording: async () => {},
    applying: () => {},
    open: async (lookMs) => {
      const revocations = await openRevocations({
        path,
        clock: made.clock,
        newId: () => `id-${++ids}`,
        apply: (standing) => {
          made.applying()
          made.applied.push(standing)
          return Promise.resolve(3)
        },
        record: async (event) => {
          await made.recording()
          made.events.push(event)
        },
        onForgotten: ({ id }) => made.forgotten.push(id),
        onFault: (error) => made.faults.push(error),
        most: 50,
        ...(lookMs === undefined ? {} : { lookMs }),
      })
      opened.push(revocations)
      return revocations
    },
  }
  return made
}

/** @throws Error where no other may stand */
function begin(revocations: Revocations, of: Revoked, by = ada) {
  const begun = revocations.begin({ of, why: 'case 7', by })
  if (begun === 'full') throw new Error('full')
  return begun
}

const names = (revocations: Revocations): readonly string[] => revocations.standing().map(({ of }) => nameOfRevoked(of))
const lines = ({ path }: Desk): readonly string[] => readFileSync(path, 'utf8').trimEnd().split('\n')

t.test('what is revoked is so before anything is waited for, and over a restart', async (t) => {
  const at = desk(t)
  const revocations = await at.open()
  t.strictSame([existsSync(at.path), names(revocations), revocations.epoch()], [false, [], 0])
  const begun = begin(revocations, alice)
  t.match(at.applied, [[{ id: 'id-1', of: alice }]], 'in force when `begin` returns')
  t.equal(await begun.cut, 3)
  t.match(begun, { isNew: true, standing: { id: 'id-1', by: ada, since: noon, lift: null } })
  await begun.written
  t.match(at.events, [{ kind: 'begun', cut: 3, by: ada, why: 'case 7' }])
  const all: readonly Revoked[] = [
    { kind: 'token', issuer, jti: 'j' },
    { kind: 'token-content', digest: 'd' },
    session('s'),
    { kind: 'organization', issuer, organization: 'org-q', issuedUntil: null },
    { kind: 'grant', grant: 'g' },
  ]
  for (const of of all) await begin(revocations, of).written
  const again = await at.open()
  t.strictSame(again.standing(), revocations.standing())
  t.strictSame([again.epoch(), revocations.epoch()], [6, 6])
  for (const of of [alice, ...all]) {
    const known = begin(again, { ...of }, bob)
    t.notOk(known.isNew, of.kind)
    t.equal(await known.cut, 0)
  }
  t.match(begin(again, session('s', noon + 1)), { isNew: true }, 'until later is another one')
})

t.test('two different officers lift, and nothing before both words are kept', async (t) => {
  const at = desk(t)
  const revocations = await at.open()
  await begin(revocations, alice).written
  const lift = (by: Officer) => revocations.askLift({ id: 'id-1', why: 'mistake', by })
  t.match(await lift(ada), { kind: 'asked' })
  t.match(await lift(ada), { kind: 'same-officer' })
  breakDisk(at)
  await t.rejects(lift(bob), unkept)
  t.strictSame(names(revocations).length, 1)
  mendDisk(at)
  const restarted = await at.open()
  t.match(restarted.standing(), [{ lift: { by: ada } }], 'a restart forgets no word')
  t.match(await restarted.askLift({ id: 'id-1', why: 'mistake', by: bob }), { kind: 'lifted' })
  t.strictSame([names(restarted), at.applied.at(-1)], [[], []])
  t.strictSame(names(await at.open()), [])
  t.match(await restarted.askLift({ id: 'id-1', why: 'x', by: ada }), { kind: 'unknown' })
})

t.test('a disk that cannot keep it leaves it in force here, and whoever asked is told', async (t) => {
  const at = desk(t)
  const revocations = await at.open()
  breakDisk(at)
  await t.rejects(begin(revocations, alice).written, unkept)
  t.strictSame(names(revocations).length, 1)
  t.match(revocations.status(), { ok: false, detail: /1 revocation in force; a restart would forget some of it/ })
  mendDisk(at)
  await begin(revocations, session('s')).written
  t.match(revocations.status(), { ok: true, detail: '2 revocations in force' })
  t.strictSame(names(await at.open()), names(revocations))
})

t.test('what cannot be put in force does not stand', async (t) => {
  const at = desk(t)
  const revocations = await at.open()
  at.applying = () => {
    throw new Error('no')
  }
  t.throws(() => begin(revocations, alice), /no/)
  t.strictSame([names(revocations), revocations.epoch(), existsSync(at.path)], [[], 0, false])
})

t.test('many at once are all kept, in few writes', async (t) => {
  const at = desk(t)
  const revocations = await at.open()
  const all = Array.from({ length: 50 }, (_, index) => begin(revocations, session(`s-${index}`)))
  await Promise.all(all.map(({ written }) => written))
  t.strictSame(names(await at.open()), names(revocations))
})

t.test(
  'it is forgotten when no token that it reaches lives, after many looks, on record; the rest stands',
  async (t) => {
    const at = desk(t)
    const first = await at.open(1)
    const future = session('future', noon + dayMs)
    await begin(first, { kind: 'token', issuer, jti: 'j' }).written
    await begin(first, session('old', noon - dayMs)).written
    await begin(first, future).written
    await begin(first, alice).written
    await begin(first, { kind: 'grant', grant: 'g' }).written
    at.clock.at += limits.revocationKeptMs - 1
    await sleep(5 * limits.revocationLooks)
    t.strictSame(at.forgotten, [], 'not a millisecond early')
    at.clock.at += 1
    while (at.forgotten.length < 2) await sleep(5)
    await sleep(10)
    t.strictSame(at.forgotten, ['id-1', 'id-2'])
    t.match(at.applied.at(-1), [{ of: future }, { of: alice }, { of: { kind: 'grant' } }])
    t.equal(first.epoch(), 7, 'forgetting is an act')
    await first.close()
    const again = await at.open()
    t.strictSame(names(again), names(first))
    t.equal(again.epoch(), 7)
    t.strictSame(at.faults, [])
  },
)

t.test('a clock that stands ahead for a while forgets nothing', async (t) => {
  const at = desk(t)
  const revocations = await at.open(1)
  await begin(revocations, session('s')).written
  let looks = 0
  const until = async (count: number): Promise<void> => {
    const isDone = (): boolean => looks >= count
    while (!isDone()) await sleep(1)
  }
  const { now } = at.clock
  at.clock.now = function () {
    looks += 1
    return now.call(this)
  }
  for (let turn = 1; turn <= 3; turn++) {
    at.clock.at = noon + 10 * dayMs
    await until(looks + limits.revocationLooks - 10)
    at.clock.at = noon
    await until(looks + 3)
  }
  t.strictSame([at.forgotten, names(revocations).length], [[], 1])
})

t.test('as many as may stand, and no more; what stands already is no more', async (t) => {
  const at = desk(t)
  const revocations = await at.open()
  const all = Array.from({ length: 50 }, (_, index) => begin(revocations, session(`s-${index}`)))
  await Promise.all(all.map(({ written }) => written))
  t.equal(revocations.begin({ of: session('one-more'), why: 'x', by: ada }), 'full')
  t.match(revocations.begin({ of: session('s-7'), why: 'x', by: ada }), { isNew: false })
  t.match(revocations.status(), { ok: true })
  t.equal((await at.open()).standing().length, 50)
})

t.test('the journal leaves out what says nothing of what stands, and its epoch goes on', async (t) => {
  const at = desk(t)
  let revocations = await at.open()
  await begin(revocations, alice).written
  await revocations.askLift({ id: 'id-1', why: 'x', by: ada })
  let acts = 2
  let longest = 0
  for (let turn = 0; turn < 60; turn++) {
    const { standing, written } = begin(revocations, session(`s-${turn}`))
    await written
    for (const by of [ada, bob]) await revocations.askLift({ id: standing.id, why: 'x', by })
    acts += 3
    longest = Math.max(longest, lines(at).length)
    t.equal(revocations.epoch(), acts)
    if (turn % 20 === 0) revocations = await at.open()
    t.equal(revocations.epoch(), acts, 'also over a restart')
    t.match(revocations.standing(), [{ of: alice, lift: { by: ada } }])
  }
  t.ok(longest > 90 && longest < 120, `${longest} lines at most`)
  t.equal((await at.open()).epoch(), acts)
})

t.test('a damaged journal fails closed, and one sentence says what to do', async (t) => {
  const at = desk(t)
  const revocations = await at.open()
  await begin(revocations, alice).written
  await begin(revocations, session('s')).written
  const whole = readFileSync(at.path, 'utf8')
  const [first = '', second = ''] = whole.split('\n')
  const damages: Readonly<Record<string, string>> = {
    'cut short': whole.slice(0, -10),
    'a line missing': `${second}\n`,
    'a line twice': `${first}\n${first}\n`,
    'another name': whole.replace('alice', 'alien'),
    'for good no more': whole.replace('"issuedUntil":null', '"issuedUntil":1'),
    'a journal of suspensions': whole.replace('portcullis-revocations/1', 'portcullis-suspensions/1'),
  }
  for (const [what, text] of Object.entries(damages)) {
    writeFileSync(at.path, text)
    await t.rejects(
      at.open(),
      {
        message: /^the journal of revocations `.*`.*, so that nobody can say what is revoked; put it back from a copy/,
      },
      what,
    )
  }
  writeFileSync(at.path, whole)
  t.strictSame(names(await at.open()), names(revocations), 'put back, it starts')
})

/** A folder where the draft of the journal should be: root may write anywhere, but not into that. */
function breakDisk({ path }: Desk): void {
  mkdirSync(`${path}.tmp`)
}

function mendDisk({ path }: Desk): void {
  rmSync(`${path}.tmp`, { recursive: true })
}
