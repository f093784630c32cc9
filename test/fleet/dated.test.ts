// A directive that is dated in the future takes effect in every gate at its instant, whenever it was published.
import t from 'tap'
import { startFleet, until } from '../support/fleet.ts'
import { decisions } from '../support/gate.ts'

t.setTimeout(600_000)

t.test('two gates change their answer at the same instant', async (t) => {
  const fleet = await startFleet(t)
  await fleet.control()
  const effective = Date.now() + 45_000
  await fleet.restrict(effective)
  t.equal((await fleet.publish(fleet.build(1))).code, 0)
  const gates = [await fleet.gate('one'), await fleet.gate('two')]
  await Promise.all(
    gates.map((gate) =>
      until('it is refused', async () => (await gate.ask('fable-5', 'foreign-national')) === '403 person_restricted'),
    ),
  )
  for (const { log } of gates) {
    const all = (await decisions({ log })).filter(({ policy }) => policy !== null)
    t.ok(all.length > 0)
    // Prohibitions begin earlier by the uncertainty of the clock.
    const isWrong = ({ effect, at }: (typeof all)[number]): boolean =>
      effect === 'permit' ? Date.parse(at) >= effective : Date.parse(at) < effective - 250
    t.strictSame(all.filter(isWrong), [])
  }
})
