// Licensed amounts in a fleet of real processes: what control hands out to one gate no other gate spends, whoever is killed meanwhile.
import t from 'tap'
import { type RunningGate, startFleet, until } from '../support/fleet.ts'
import { license } from '../support/license.ts'
import { meteredApi } from '../support/metered-api.ts'

t.setTimeout(900_000)

/** The model API uses one of them for each answer. */
const total = 20

/** Whom the directive shuts out, and the license lets in. */
const who = 'foreign-national'

t.test('two gates spend one amount, whoever is killed', async (t) => {
  const fleet = await startFleet(t, { lease: '120s' })
  await license(fleet, who, total)
  const api = await meteredApi(t)
  api.usage = 1
  const upstreams = `[{ name: stand-in, dialect: openai, url: "${api.url}", models: [fable-5, open-1] }]`
  const ask = (gate: RunningGate): Promise<string> => gate.ask('fable-5', who)

  const control = await fleet.control()
  const published = await fleet.publish(fleet.build(1))
  t.equal(published.code, 0, published.err)
  const [one, two] = [await fleet.gate('one', { upstreams }), await fleet.gate('two', { upstreams })]
  for (const gate of [one, two])
    await until('it enforces the directive', async () => (await gate.ask('open-1')) === '200')

  // It states no limit: all of it is reserved, and what was not used is at hand in this gate.
  t.equal(await ask(one), '200')
  t.match((await fleet.status()).amounts, [{ grant: 'license-of-autumn', handed_out: total, of: total }])
  t.equal(await ask(two), '403 grant_exhausted')
  // What the first did not need for a while is the second's to have.
  await until('something is left for the other gate', async () => (await ask(two)) === '200')

  await control.end('SIGKILL')
  // Whoever has something at hand goes on with it; who has nothing cannot say whether there is more.
  const answers = [await ask(one), await ask(two)]
  t.ok(
    answers.every((answer) => ['200', '503 evaluation_failed'].includes(answer)),
    answers.join(),
  )
  await one.end('SIGKILL')
  await fleet.control()
  const again = await fleet.gate('one', { upstreams })
  await until('the amount is used up', async () => {
    const said = [await ask(again), await ask(two)]
    return said.every((answer) => answer === '403 grant_exhausted')
  })
  const { length: spent } = api.seen.filter(({ model }) => model === 'fable-5')
  t.ok(spent > 2, `${spent} were forwarded`)
  t.ok(spent <= total, `${spent} answers of one token each are within ${total}`)
})
