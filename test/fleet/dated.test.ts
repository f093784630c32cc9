// A directive that is dated in the future takes effect in every gate at its instant, whenever it was published.
import { setTimeout as sleep } from 'node:timers/promises'
import t from 'tap'
import { startFleet, until } from '../support/fleet.ts'
import { decisions } from '../support/gate.ts'

t.setTimeout(900_000)

t.test('two gates change their answer at the same instant', async (t) => {
  const fleet = await startFleet(t)
  await fleet.control()
  const started = Date.now()
  t.equal((await fleet.publish(fleet.build(1))).code, 0)
  const gates = [await fleet.gate('one'), await fleet.gate('two')]
  const asked = (answer: string): Promise<unknown> =>
    Promise.all(
      gates.map((gate) => until(answer, async () => (await gate.ask('fable-5', 'foreign-national')) === answer)),
    )
  await asked('200')
  // All of that took longer than the one publication that follows: what is dated so far ahead is known everywhere in time.
  const effective = Date.now() + 10_000 + 2 * (Date.now() - started)
  await fleet.restrict(effective)
  t.equal((await fleet.publish(fleet.build(2))).code, 0)
  const { digest } = (await fleet.status()).policy ?? {}
  await until('both enforce it', async () => (await fleet.status()).gates.every(({ serial }) => serial === 2))
  t.ok(Date.now() < effective, 'before its instant')
  await asked('200')
  await sleep(effective - Date.now() - 500)
  await asked('403 person_restricted')
  // The first may have been permitted a moment before its instant, and cut before it was answered: the next is denied.
  await asked('403 person_restricted')
  for (const { log } of gates) {
    const all = (await decisions({ log })).filter(({ policy }) => policy?.digest === digest)
    t.equal(new Set(all.map(({ effect }) => effect)).size, 2, 'a permit and a denial under it are on record')
    // Prohibitions begin earlier by the uncertainty of the clock.
    const isWrong = ({ effect, at }: (typeof all)[number]): boolean =>
      effect === 'permit' ? Date.parse(at) >= effective : Date.parse(at) < effective - 250
    t.strictSame(all.filter(isWrong), [])
  }
})
