// The fault matrix: that it would notice what it looks for, and that its command runs.
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { fileURLToPath } from 'node:url'
import t from 'tap'
import { faultsOf } from '../../bench/faults/judge.ts'
import { recovery, tally } from '../../bench/faults/recovery.ts'
import { rows } from '../../bench/faults/rows.ts'

t.setTimeout(900_000)
const root = fileURLToPath(new URL('../..', import.meta.url))

const permit = (id: string, length: number) => ({ id, length, at: 1, effect: 'permit' })
const sent = (length: number) => ({ length, at: 2, model: 'open-1' })

t.test('what was forwarded without a permit, twice, or has not one outcome, is found', async (t) => {
  const decisions = [permit('a', 10), permit('b', 11), { ...permit('c', 12), effect: 'deny' }]
  const outcomes = new Map([
    ['a', 1],
    ['b', 1],
    ['c', 1],
  ])
  const all = { decisions, outcomes }
  t.strictSame(faultsOf([sent(10), sent(11)], all), [])
  t.strictSame(faultsOf([sent(10)], all), [], 'a permit may have led to nothing')
  t.match(faultsOf([sent(12)], all), [/1 requests were forwarded without a recorded permit/])
  t.match(faultsOf([sent(99)], all), [/without a recorded permit/])
  t.match(faultsOf([sent(10), sent(10)], all), [/1 requests were forwarded more often/])
  t.match(faultsOf([], { decisions, outcomes: new Map([['a', 2]]) }), [
    /2 of 3 decisions have no/,
    /1 decisions have more/,
  ])
  t.match(faultsOf([], { decisions: [...decisions, permit('a', 10)], outcomes }), [/recorded twice/])
})

t.test('a service is normal again at the first good answer after the last other one, once it stays so', async (t) => {
  const told = (says: string, at: number, sentAt = at - 1) =>
    ({ gate: 'one', model: 'open-1', stream: false, sentAt, at, says, lastByteAt: 0 }) as const
  const of = { gate: 'one', model: 'open-1', from: 100, now: 5_000 } as const
  const good = [310, 320, 330, 340, 350].map((at) => told('200', at))
  t.match(recovery([told('no answer', 290), ...good], of), { isNormal: true, ms: 210 })
  t.match(recovery([told('no answer', 345), ...good], { ...of, now: 400 }), { isNormal: false })
  t.match(recovery([...good, told('503 overloaded', 360)], of), { isNormal: false, last: '503 overloaded' })
  t.match(recovery([told('no answer', 400, 99), ...good], of), { isNormal: true, ms: 210 }, 'asked before the end')
  t.match(recovery([], of), { isNormal: false })
  t.strictSame([...tally([told('200', 1), told('x', 5), told('x', 6)], 2, 9)], [['x', 2]])
})

t.test('rows have names of their own', async (t) => {
  t.equal(new Set(rows.map(({ name }) => name)).size, rows.length)
})

/** Without the test runner's loaders, which the gates would inherit. */
async function faults(...args: readonly string[]): Promise<{ readonly code: number; readonly out: string }> {
  const command = ['-u', 'NODE_OPTIONS', '-u', 'REDIS_URL', process.execPath, 'bench/faults/main.ts', ...args]
  const child = spawn('env', command, { cwd: root, stdio: ['ignore', 'pipe', 'pipe'] })
  let out = ''
  for (const stream of [child.stdout, child.stderr]) stream.on('data', (chunk: Buffer) => (out += chunk.toString()))
  const [code] = (await once(child, 'close')) as [number]
  return { code, out }
}

t.test('the command runs its rows', async (t) => {
  const { code, out } = await faults('gate-kill', 'redis-kill')
  t.equal(code, 0, out)
  t.match(out, /gate-kill: holds; \d+ forwarded, \d+ permits/)
  t.match(out, /redis-kill: holds/)
})

t.test('it says what rows there are, and refuses what is none', async (t) => {
  t.match(await faults('--rows'), { code: 0, out: /^gate-kill +kill -9 of one gate/m })
  t.match(await faults('--help'), { code: 0, out: /^npm run faults/ })
  t.match(await faults('nonsense'), { code: 1, out: /no row `nonsense`/ })
})
