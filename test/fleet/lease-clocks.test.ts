// The lease by two clocks: whichever says that it is over is believed.
import t from 'tap'
import { createLease } from '../../src/fleet/index.ts'

function clocks() {
  let [wall, ticks] = [1_000_000, 5_000]
  const lease = createLease({ clock: { now: () => wall }, monotonic: () => ticks, leaseMs: 60_000 })
  const pass = (ms: number, of: { wall?: false; ticks?: false } = {}): void => {
    if (of.wall !== false) wall += ms
    if (of.ticks !== false) ticks += ms
  }
  return { lease, pass, now: () => wall }
}

t.test('it never began, lasts until the statement ends, and no longer than itself', async (t) => {
  const { lease, pass, now } = clocks()
  t.notOk(lease.isFresh())
  t.equal(lease.until(), null)
  lease.extend(now() + 10_000)
  pass(9_999)
  t.ok(lease.isFresh())
  pass(1)
  t.notOk(lease.isFresh())
  lease.extend(now() + 3_600_000)
  pass(59_999)
  t.equal(lease.leftMs(), 1)
  t.ok(lease.isFresh())
  pass(1)
  t.notOk(lease.isFresh())
})

t.test('an older statement makes it no shorter', async (t) => {
  const { lease, pass, now } = clocks()
  lease.extend(now() + 50_000)
  lease.extend(now() + 10_000)
  pass(49_999)
  t.ok(lease.isFresh())
})

t.test('a wall clock that is set back makes it no longer', async (t) => {
  const { lease, pass, now } = clocks()
  lease.extend(now() + 60_000)
  pass(-3_600_000, { ticks: false })
  pass(59_999)
  t.ok(lease.isFresh())
  pass(1)
  t.notOk(lease.isFresh())
})

t.test('nor does a sleep that the monotonic clock did not count', async (t) => {
  const { lease, pass, now } = clocks()
  lease.extend(now() + 60_000)
  pass(60_000, { ticks: false })
  t.notOk(lease.isFresh())
})
