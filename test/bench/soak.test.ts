// The soak: that it would notice what it looks for, and that its command runs.
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { fileURLToPath } from 'node:url'
import t from 'tap'
import { type Bar, verdictOn } from '../../bench/bars.ts'
import { reliabilityPage } from '../../bench/faults/page.ts'
import { withSection } from '../../bench/page.ts'
import { faultsOfAccounts } from '../../bench/soak/account.ts'
import { flatness, slope } from '../../bench/soak/flat.ts'
import { askedIn, bodyOf, closed, earlyLength, mayBeTold } from '../../bench/soak/mix.ts'
import { barsOfSoak } from '../../bench/soak/section.ts'
import { lineOf } from '../../bench/soak/told.ts'

t.setTimeout(600_000)
const root = fileURLToPath(new URL('../..', import.meta.url))

const samples = (value: (minute: number) => number) =>
  Array.from({ length: 600 }, (_, second) => ({ minute: second / 60, value: value(second / 60) }))
const missed = (bars: readonly Bar[]): readonly string[] =>
  bars.filter((bar) => verdictOn(bar) === 'below the floor').map(({ of }) => of)

t.test('what stays where it was is flat, also where a collection gives back now and then', async (t) => {
  t.strictSame(
    missed(
      flatness(
        'memory',
        samples(() => 200),
        1,
      ),
    ),
    [],
  )
  t.strictSame(
    missed(
      flatness(
        'memory',
        samples((minute) => 200 + (minute % 0.5) * 30),
        1,
      ),
    ),
    [],
  )
  t.strictSame(
    missed(
      flatness(
        'memory',
        samples((minute) => (minute < 1.5 ? minute * 150 : 225)),
        1,
      ),
    ),
    [],
    'warming up',
  )
})

t.test('a leak is none that is flat, be it ever so slow, and neither is a step', async (t) => {
  t.equal(
    missed(
      flatness(
        'memory',
        samples((minute) => 200 + 4 * minute),
        1,
      ),
    ).length,
    2,
  )
  t.equal(
    missed(
      flatness(
        'memory',
        samples((minute) => (minute < 6 ? 200 : 250)),
        1,
      ),
    ).length,
    2,
  )
  // Both ends agree, the middle does not: the line alone sees it.
  const bent = samples((minute) => (minute < 3.2 || minute > 8.8 ? 200 : 140 + 30 * (minute - 3.2)))
  t.match(missed(flatness('memory', bent, 1)), [/least squares/])
  t.strictSame(
    missed(
      flatness(
        'descriptors',
        samples((minute) => 10 + minute),
        32,
      ),
    ),
    [],
    'a few connections are none',
  )
  t.equal(missed(flatness('memory', [], 1)).length, 2, 'what was not measured')
})

t.test('the line of least squares has the slope of a line', async (t) => {
  t.ok(Math.abs(slope(samples((minute) => 7 - 3 * minute)) + 3) < 1e-9)
})

const numbers = (kind: string): readonly number[] =>
  Array.from({ length: 400 }, (_, number) => number).filter((number) => askedIn(number).kind === kind)

t.test('the mix has every kind, and lengths by which those are known that leave early', async (t) => {
  for (const kind of ['chat', 'stream', 'refused', 'stranger', 'leaves a stream', 'leaves early'])
    t.ok(numbers(kind).length > 0, kind)
  const early = new Set(numbers('leaves early').map((number) => bodyOf(number).length))
  t.equal(early.size, numbers('leaves early').length)
  for (const number of numbers('leaves early')) t.equal(bodyOf(number).length, earlyLength(number))
  for (const number of [...numbers('chat'), ...numbers('stream')]) t.notOk(early.has(bodyOf(number).length))
  for (const kind of ['chat', 'stream'])
    t.ok(
      numbers(kind).some((number) => askedIn(number).model === closed) &&
        numbers(kind).some((number) => askedIn(number).model !== closed),
      kind,
    )
  t.ok(mayBeTold({ kind: 'chat', model: 'open-1' }, '403 model_suspended'))
  t.notOk(mayBeTold({ kind: 'chat', model: 'fable-5' }, '403 model_suspended'), 'this one is never closed')
  t.notOk(mayBeTold({ kind: 'refused', model: 'fable-5' }, '200'))
})

const [chat = 0] = numbers('chat')
const [refused = 0] = numbers('refused')
const [stranger = 0, another = 0] = numbers('stranger')
const [early = 0] = numbers('leaves early')
const decided = (id: string, effect: 'permit' | 'deny', length = 877) => ({ id, at: 1, length, effect })
const right = {
  forwarded: [{ user: `${chat}` }, { user: `${early}` }],
  told: [
    { number: chat, id: 'a', says: '200' },
    { number: refused, id: 'b', says: '403 person_restricted' },
    { number: stranger, id: 'c', says: '401 token_invalid' },
    { number: another, id: 'c', says: '401 token_invalid' },
    { number: early, id: '', says: 'left' },
  ],
  records: {
    decisions: [decided('a', 'permit'), decided('b', 'deny'), decided('e', 'permit', earlyLength(early) ?? 0)],
    outcomes: new Map([
      ['a', 1],
      ['b', 1],
      ['e', 1],
    ]),
    refusals: new Map([['c', 2]]),
  },
}
/** The accounts that agree, but for this. */
const but = (other: Partial<(typeof right)['records']>) =>
  faultsOfAccounts({ ...right, records: { ...right.records, ...other } })
const { decisions, outcomes } = right.records

t.test('accounts that agree have no fault', async (t) => {
  t.strictSame(faultsOfAccounts(right), [])
})

t.test('a record that is lost is found', async (t) => {
  const without = (id: string) => decisions.filter((one) => one.id !== id)
  t.match(
    but({ decisions: without('a') }).join(),
    /without a recorded permit.*1 ids that clients were told have no record/,
  )
  t.match(but({ decisions: without('b') }).join(), /1 ids that clients were told have no record/)
  t.match(but({ decisions: without('e') }).join(), /1 requests were forwarded without a recorded permit/)
  t.match(but({ outcomes: new Map([...outcomes].slice(1)) }).join(), /1 of 3 decisions have no outcome/)
  t.match(but({ refusals: new Map() }).join(), /1 ids that clients were told have no record/)
  t.match(but({ refusals: new Map([['c', 1]]) }).join(), /or one that counts others/)
})

t.test('a record that is there twice, or that nobody caused, is found', async (t) => {
  t.match(but({ decisions: [...decisions, decided('a', 'permit')] }).join(), /1 decisions are recorded twice/)
  t.match(
    but({ decisions: [...decisions, decided('x', 'deny')] }).join(),
    /1 decisions are of no request that was sent/,
  )
  t.match(but({ outcomes: new Map([...outcomes, ['a', 2]]) }).join(), /1 decisions have more than one outcome/)
  t.match(but({ outcomes: new Map([...outcomes, ['x', 1]]) }).join(), /1 outcomes are of no decision/)
  t.match(
    but({ refusals: new Map([...right.records.refusals, ['d', 1]]) }).join(),
    /1 records of refusals are of nobody/,
  )
  const again = [...decisions, decided('f', 'permit', earlyLength(early) ?? 0)]
  t.match(but({ decisions: again }).join(), /1 requests were decided more than once/)
})

t.test('what was forwarded twice, served against its record, or told against the mix is found', async (t) => {
  const { forwarded, told } = right
  const found = (other: Partial<typeof right>): string => faultsOfAccounts({ ...right, ...other }).join()
  t.match(found({ forwarded: [...forwarded, { user: `${chat}` }] }), /1 requests were forwarded more often/)
  t.match(found({ forwarded: forwarded.slice(1) }), /1 answers came from nobody/)
  t.match(but({ decisions: [decided('a', 'deny'), ...decisions.slice(1)] }).join(), /1 answers were served against/)
  t.match(but({ decisions: decisions.map((one) => ({ ...one, effect: 'permit' as const })) }).join(), /1 refusals are/)
  const odd = [{ number: chat, id: 'a', says: '502 upstream_unavailable' }, ...told.slice(1)]
  t.match(found({ told: odd }), /1 clients were told `502 upstream_unavailable`, which asked for `chat`/)
})

t.test('a soak too short to say anything of memory is judged by its records alone', async (t) => {
  const soaked = { minutes: 0.5, memory: [], descriptors: [], left: 0, heldBack: 0, sent: 10 }
  t.strictSame(missed(barsOfSoak({ ...soaked, faults: [] } as never)), [])
  t.equal(missed(barsOfSoak({ ...soaked, faults: ['one'] } as never)).length, 1)
  t.ok(missed(barsOfSoak({ ...soaked, minutes: 1, faults: [] } as never)).length >= 4)
  const late = {
    minutes: 1,
    memory: samples(() => 1),
    descriptors: samples(() => 1),
    faults: [],
    heldBack: 1,
    sent: 10,
  }
  t.match(missed(barsOfSoak(late as never)), [/^descriptors more than before/, /^not sent/])
})

t.test('the fault matrix and the soak leave each other’s section of the page alone', async (t) => {
  const both = withSection(withSection(reliabilityPage.head, 'matrix', 'm'), 'soak', 's')
  t.equal(withSection(withSection(both, 'soak', 'new'), 'soak', 's'), both)
  t.match(withSection(both, 'matrix', 'new'), /\ns\n/)
})

/** Without the test runner's loaders, which the gate would inherit. */
async function soak(...args: readonly string[]): Promise<{ readonly code: number; readonly out: string }> {
  const command = ['-u', 'NODE_OPTIONS', '-u', 'REDIS_URL', process.execPath, 'bench/soak/main.ts', ...args]
  const child = spawn('env', command, { cwd: root, stdio: ['ignore', 'pipe', 'pipe'] })
  let out = ''
  for (const stream of [child.stdout, child.stderr]) stream.on('data', (chunk: Buffer) => (out += chunk.toString()))
  const [code] = (await once(child, 'close')) as [number]
  return { code, out }
}

t.test('the command runs, and its accounts agree', async (t) => {
  const { code, out } = await soak('--minutes', '0.1')
  t.equal(code, 0, out)
  t.match(out, /records lost, there twice, or at odds, kinds \| 0\.00/)
})

t.test('it says what it does, and refuses what is no time', async (t) => {
  t.match(await soak('--help'), { code: 0, out: /^npm run soak/ })
  t.match(await soak('--minutes', 'ten'), { code: 1, out: /give a number above 0/ })
})

t.test('what a client was told is one line', async (t) => {
  t.equal(lineOf({ number: 1, id: 'a', says: 'ended' }), '1\ta\tended\n')
})
