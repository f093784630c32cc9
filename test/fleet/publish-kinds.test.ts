// Where nobody signs, bundles may change from one for everything to two and back: no count begins anew below what gates have followed.
import { join } from 'node:path'
import t from 'tap'
import { startFleet, until } from '../support/fleet.ts'

t.setTimeout(600_000)

t.test('what the gates would not follow is not published', async (t) => {
  const fleet = await startFleet(t)
  await fleet.control()
  t.equal((await fleet.publish(fleet.build(5))).code, 0)
  const gate = await fleet.gate('one')
  const follows = (serial: number): Promise<void> =>
    until(`it follows ${serial}`, async () => {
      const { gates } = await fleet.status()
      return gates.some((one) => one.serial === serial && one.standing === 'enforced')
    })
  await follows(5)
  const pair = (serial: number): readonly [string, string] => {
    const registers = join(fleet.folder, `${serial}.registers`)
    return [fleet.build(serial, '--registers', registers), registers]
  }
  const lower = await fleet.publish(...pair(3))
  t.equal(lower.code, 2)
  t.match(lower.err, /serial_not_higher.*serial 3 is older than one that was in force, which had 5/)
  const higher = await fleet.publish(...pair(6))
  t.equal(higher.code, 0, higher.err)
  await follows(6)
  const whole = await fleet.publish(fleet.build(7))
  t.equal(whole.code, 2)
  t.match(whole.err, /serial_not_higher.*no registers bundle/)
  t.equal((await fleet.status()).policy?.serial, 6)
  t.equal(await gate.ask('open-1'), '200')
})
