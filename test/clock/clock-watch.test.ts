// A clock that is set, beside one that only grows.
import t from 'tap'
import { watchClock } from '../../src/clock/index.ts'

function watched(t: { teardown(run: () => void): void }) {
  let [wall, ticks] = [1_000_000, 5_000]
  const steps: number[] = []
  const watch = watchClock({
    clock: { now: () => wall },
    monotonic: () => ticks,
    onStep: (byMs) => steps.push(byMs),
  })
  t.teardown(() => watch.close())
  const pass = (ms: number): void => {
    wall += ms
    ticks += ms
  }
  return { watch, steps, pass, set: (byMs: number) => (wall += byMs) }
}

t.test('time that passes is no step, however long nobody looked', async (t) => {
  const { watch, steps, pass } = watched(t)
  pass(86_400_000)
  t.ok(watch.isStable())
  t.same(steps, [])
})

t.test('two seconds are none, and more are one, either way; then it must stand for a while', async (t) => {
  for (const way of [1, -1]) {
    const { watch, steps, pass, set } = watched(t)
    set(way * 2_000)
    t.ok(watch.isStable())
    set(way)
    t.notOk(watch.isStable())
    t.same(steps, [way * 2_001], 'what came little by little counts together')
    t.match(watch.status(), { ok: false, detail: way < 0 ? /^set back by 2\.001 s/ : /^set forth by 2\.001 s/ })
    pass(4_999)
    t.notOk(watch.isStable())
    set(-way * 5_000)
    t.notOk(watch.isStable(), 'set again')
    pass(4_999)
    t.notOk(watch.isStable(), 'it stands anew from then on')
    pass(1)
    t.ok(watch.isStable())
    t.equal(steps.length, 2)
  }
})

t.test('a clock that is set on purpose is not watched', async (t) => {
  let wall = 0
  const watch = watchClock({ clock: { now: () => wall }, monotonic: null, onStep: () => t.fail('no step') })
  wall = 1_000_000
  t.ok(watch.isStable())
  t.ok(watch.status().ok)
  watch.close()
})

t.test('an anchored instant goes on by what has passed, unless the wall clock is further', async (t) => {
  const { watch, pass, set } = watched(t)
  const anchor = watch.anchor(1_000_000)
  pass(10)
  t.equal(watch.since(anchor), 1_000_010)
  set(-3_600_000)
  t.equal(watch.since(anchor), 1_000_010)
  pass(5)
  t.equal(watch.since(anchor), 1_000_015)
  set(7_200_000)
  t.equal(watch.since(anchor), 4_600_015, 'a sleep that only the wall clock counted')
  const unwatched = watchClock({ clock: { now: () => 7 }, monotonic: null, onStep: () => {} })
  t.equal(unwatched.since(unwatched.anchor(1_000_000)), 7)
})

t.test('a process that was kept from running between its two looks sees no step', async (t) => {
  let [wall, ticks, stallMs] = [1_000_000, 5_000, 0]
  const watch = watchClock({
    clock: { now: () => wall },
    monotonic: () => {
      const seen = ticks
      ;[wall, ticks, stallMs] = [wall + stallMs, ticks + stallMs, 0]
      return seen
    },
    onStep: () => t.fail('no step'),
  })
  t.teardown(() => watch.close())
  stallMs = 60_000
  t.ok(watch.isStable())
  t.ok(watch.isStable())
})
