// A clock that is set, beside one that only grows.
import t from 'tap'
import { watchClock } from '../../src/gateway/clock-watch.ts'

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
