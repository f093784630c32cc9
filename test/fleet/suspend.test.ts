// `suspend` and `resume` at control reach every gate, without a build, and are known to a gate that starts without control.
import t from 'tap'
import { startFleet, until } from '../support/fleet.ts'

t.setTimeout(600_000)
const route = '/v1/policy/suspensions'

t.test('one officer closes it in every gate, two open it again', async (t) => {
  // Without Redis: control alone.
  const fleet = await startFleet(t, { lease: '4s' })
  const control = await fleet.control()
  t.equal((await fleet.publish(fleet.build(1))).code, 0)
  const [one, two] = [await fleet.gate('one'), await fleet.gate('two')]
  for (const gate of [one, two]) await until('it is served', async () => (await gate.ask('open-1')) === '200')

  const begun = await fleet.call('compliance', route, { of: 'open-1', why: 'test' })
  t.equal(begun.status, 201)
  for (const gate of [one, two]) {
    await until('it is closed', async () => (await gate.ask('open-1')) === '403 model_suspended')
    t.equal(await gate.ask('fable-5'), '200')
  }

  const at = await fetch(`${one.admin}${route}`, {
    method: 'POST',
    headers: {
      authorization: `Bearer ${await fleet.provider.token('compliance')}`,
      'content-type': 'application/json',
    },
    body: JSON.stringify({ of: 'fable-5', why: 'test' }),
  })
  t.equal(at.status, 409)
  t.match(await at.json(), { error: { code: 'control_decides', message: fleet.url } })

  await control.end('SIGKILL')
  await two.end('SIGKILL')
  const again = await fleet.gate('two')
  t.equal(await again.ask('open-1'), '403 model_suspended', 'a start without control keeps it closed')

  await fleet.control()
  const { id } = begun.json['suspension'] as { readonly id: string }
  const lift = `${route}/${id}/lift`
  t.equal((await fleet.call('compliance', lift, { why: 'fixed' })).status, 202)
  t.match(await fleet.call('compliance', lift, { why: 'fixed' }), { status: 409 })
  t.equal(await again.ask('open-1'), '403 model_suspended')
  t.equal((await fleet.call('compliance-2', lift, { why: 'fixed' })).status, 200)
  for (const gate of [one, again]) await until('it is open', async () => (await gate.ask('open-1')) === '200')
})
