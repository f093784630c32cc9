// `revoke` at control reaches every gate, over kill -9 of either, and is lifted everywhere by two officers.
import t from 'tap'
import { type Fleet, type RunningGate, startFleet, until } from '../support/fleet.ts'
import { startRedis } from '../support/redis.ts'
import { callRevocations, openStream, outcomeOf, revocationsRoute, untilServed } from '../support/revoking.ts'

t.setTimeout(600_000)

const person = (fleet: Fleet, sub: string): Promise<string> =>
  fleet.provider.mint({ sub, sub_type: 'person', sid: `s-${sub}`, jti: `j-${sub}` })

const revoke = async (fleet: Fleet, of: object): Promise<{ readonly id: string; readonly cut: unknown }> => {
  const { status, json } = await fleet.call('operator', revocationsRoute, { ...of, why: 'test' })
  if (status !== 201) throw new Error(JSON.stringify(json))
  return { id: (json['revocation'] as { readonly id: string }).id, cut: json['cut'] }
}

t.test('what is revoked at control is shut out by every gate', async (t) => {
  const redis = await startRedis()
  t.teardown(() => redis.stop())
  const fleet = await startFleet(t, { redis: redis.url, lease: '5s' })
  let control = await fleet.control()
  t.equal((await fleet.publish(fleet.build(1))).code, 0)
  const one = await fleet.gate('one')
  let two = await fleet.gate('two')
  const [ann, bob, cat, dan] = await Promise.all(['ann', 'bob', 'cat', 'dan'].map((sub) => person(fleet, sub)))
  if (!ann || !bob || !cat || !dan) throw new Error('no tokens')
  for (const gate of [one, two]) await until('it is served', async () => (await gate.send('open-1', ann)) === '200')
  const shutOut = (gate: RunningGate, token: string, code: string): Promise<void> =>
    until(`${code} at ${gate.data}`, async () => (await gate.send('open-1', token)) === `401 ${code}`)

  t.test('a stream on the second gate is cut, the next request refused on both', async (t) => {
    await fleet.modelApi.set({ chunks: 100_000, chunkDelayMs: 10 })
    const [stream, other] = await Promise.all([ann, bob].map((token) => openStream({ gateway: two }, token, 'open-1')))
    if (!stream || !other) throw new Error('no streams')
    await Promise.all([stream, other].map(untilServed))
    const { cut } = await revoke(fleet, { kind: 'session', id: 's-ann' })
    t.equal(cut, null, 'control does not know what is open')
    t.match(await stream.ended, /"code":"session_revoked"[^\n]*\n\n$/)
    t.match(await outcomeOf(two, stream.id), { ending: 'cut', reason: 'session_revoked' })
    for (const gate of [one, two]) await shutOut(gate, ann, 'session_revoked')
    const served = other.soFar().length
    await until('the stream of somebody else goes on', async () => other.soFar().length > served)
    await fleet.modelApi.set({})
    await revoke(fleet, { kind: 'token', jti: 'j-bob' })
    t.match(await other.ended, /"code":"token_invalid"/)
  })

  t.test('a gate shows what is revoked, and revokes nothing itself', async (t) => {
    const token = await fleet.provider.token('compliance')
    const shown = await callRevocations(two.admin, token)
    t.match(shown.json, { revocations: [{ of: { kind: 'session', session: 's-ann' } }, { of: { kind: 'token' } }] })
    t.ok((shown.json.epoch ?? 0) > 0)
    const asked = { kind: 'subject', id: 'ann', why: 'test' }
    for (const path of [revocationsRoute, `${revocationsRoute}/${shown.json.revocations?.[0]?.id}/lift`])
      t.match(await callRevocations(two.admin, token, path === revocationsRoute ? asked : { why: 'x' }, path), {
        status: 409,
        json: { error: { code: 'control_decides', message: fleet.url } },
      })
    await until('status says that all have it', async () =>
      (await fleet.status()).gates.every(({ standing, lacks }) => standing === 'enforced' && lacks.length === 0),
    )
  })

  t.test('control is killed right after its answer, and a gate was down: both know it when they are back', async () => {
    await two.end('SIGKILL')
    await revoke(fleet, { kind: 'subject', id: 'cat' })
    await control.end('SIGKILL')
    control = await fleet.control()
    two = await fleet.gate('two')
    for (const gate of [one, two]) await shutOut(gate, cat, 'session_revoked')
    await shutOut(two, ann, 'session_revoked')
  })

  t.test('a gate that starts without control and Redis keeps all of it', async (t) => {
    await control.end('SIGKILL')
    await two.end('SIGKILL')
    await redis.client.flushall()
    await redis.kill()
    two = await fleet.gate('two')
    for (const token of [ann, cat]) t.equal(await two.send('open-1', token), '401 session_revoked')
    t.equal(await two.send('open-1', bob), '401 token_invalid')
    t.equal(await two.send('open-1', dan), '200', 'nobody else')
    control = await fleet.control()
    for (const gate of [one, two]) {
      await until('it is confirmed', async () => (await gate.check('fleet'))?.ok === true)
      t.equal(await gate.send('open-1', ann), '401 session_revoked')
    }
  })

  t.test('two officers take it back, everywhere', async (t) => {
    const { id } = await revoke(fleet, { kind: 'subject', id: 'dan', for_good: true })
    for (const gate of [one, two]) await shutOut(gate, dan, 'session_revoked')
    const lift = `${revocationsRoute}/${id}/lift`
    t.equal((await fleet.call('compliance', lift, { why: 'wrong person' })).status, 202)
    t.match(await fleet.call('compliance', lift, { why: 'wrong person' }), { status: 409 })
    t.equal(await one.send('open-1', dan), '401 session_revoked')
    t.equal((await fleet.call('compliance-2', lift, { why: 'wrong person' })).status, 200)
    for (const gate of [one, two])
      await until('it is let in again', async () => (await gate.send('open-1', dan)) === '200')
  })

  t.test('a revoked officer is no officer at control', async (t) => {
    t.equal((await fleet.call('auditor', '/v1/policy/status')).status, 200)
    await revoke(fleet, { kind: 'subject', id: 'auditor', for_good: true })
    t.match(await fleet.call('auditor', '/v1/policy/status'), { status: 401 })
  })
})
