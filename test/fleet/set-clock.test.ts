// The wall clock of a real process is set while it serves: of control, and of a gate that has an answer open.
import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import t from 'tap'
import { type Fleet, type Running, startFleet, until } from '../support/fleet.ts'
import { openStream, outcomeOf, revocationsRoute, untilServed } from '../support/revoking.ts'

t.setTimeout(300_000)

const hour = 3_600_000

async function settable(fleet: Fleet): Promise<{ file: string; set(process: Running, byMs: number): Promise<void> }> {
  const file = join(fleet.folder, 'clock')
  await writeFile(file, '0')
  return {
    file,
    set: async ({ child }, byMs) => {
      await writeFile(file, String(byMs))
      child.kill('SIGUSR2')
    },
  }
}

t.test('control whose clock was set signs nothing before it stands, and then all that was said', async (t) => {
  const fleet = await startFleet(t, { lease: '60s' })
  const clock = await settable(fleet)
  const control = await fleet.control({ clock: clock.file })
  t.equal((await fleet.publish(fleet.build(1))).code, 0)
  const gate = await fleet.gate('one')
  const token = await fleet.provider.mint({ sub: 'ann', sub_type: 'person', sid: 's-ann' })
  await until('it is served', async () => (await gate.send('open-1', token)) === '200')
  const newer = fleet.build(2)

  await clock.set(control, hour)
  await until('the step is seen', async () => control.output().includes('"msg":"clock.step"'))
  const ready = await fetch(`${fleet.url}/readyz`)
  t.equal(ready.status, 503)
  t.match(await ready.text(), /"clock","ok":false,"detail":"set forth by (3600|3599\.9)\d*(\.\d+)? s just now"/)
  const published = await fleet.publish(newer)
  t.equal(published.code, 1)
  t.match(published.err, /clock of control was set just now/)
  const { status } = await fleet.call('operator', revocationsRoute, { kind: 'session', id: 's-ann', why: 'test' })
  t.equal(status, 201, 'what closes is taken at any time')
  // Before it would have believed itself.
  await clock.set(control, 0)
  await until('it has come to the gate', async () => (await gate.send('open-1', token)) === '401 session_revoked')
  t.equal((await fetch(`${fleet.url}/readyz`)).status, 200)
  t.notMatch(gate.output(), /"why":"ahead"/, 'no statement of another time was signed')
  t.equal((await fleet.publish(newer)).code, 0)
})

t.test('a gate whose clock is set back ends an open answer when the time of its directive has come', async (t) => {
  const fleet = await startFleet(t, { lease: '300s' })
  const clock = await settable(fleet)
  await fleet.control()
  const effective = Date.now() + 45_000
  await fleet.restrict(effective)
  t.equal((await fleet.publish(fleet.build(1))).code, 0)
  const gate = await fleet.gate('one', {}, clock.file)
  await fleet.modelApi.set({ chunks: 100_000, chunkDelayMs: 20 })
  await until('it is served', async () => (await gate.ask('open-1')) === '200')
  const stream = await openStream({ gateway: gate }, await fleet.provider.token('foreign-national'), 'fable-5')
  await untilServed(stream)
  t.ok(Date.now() < effective, 'the machine was fast enough for this test')
  await clock.set(gate, -hour)
  await until('the step is seen', async () => gate.output().includes('"msg":"clock.step"'))
  const text = await stream.ended
  t.match(text, /"error":/)
  t.ok(Date.now() >= effective - 1_000, 'not before')
  t.match(await outcomeOf(gate, stream.id), { ending: 'cut', reason: 'person_restricted' })
})
