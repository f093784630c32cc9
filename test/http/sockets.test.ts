// WebSockets through the gate: what is permitted is relayed, what is not closes, and each has its records.
import t from 'tap'
import { decision, decisions, records } from '../support/gate.ts'
import { connect, socketGateFor, UpgradeRefused } from '../support/socket-gate.ts'

const responses = '/v1/responses'
const hello = { type: 'response.create', model: 'fable-5', input: 'hello' }

t.test('a realtime session is decided at its upgrade and relayed, frame by frame', async (t) => {
  const { world, api } = await socketGateFor(t)
  const token = await world.provider.token('us-citizen')
  const client = await connect({ world }, { token })
  t.match(await client.next('session.created'), { session: { model: 'fable-5' } })
  client.say('{"type":"response.create" , "event_id":"e\\u0031"}')
  await client.next('response.done')
  client.ws.close(1000)
  t.equal((await client.closed).code, 1000)
  const [seen] = api.sockets
  t.equal(seen?.path, '/v1/realtime?model=fable-5')
  t.strictSame(seen?.frames, [{ text: '{"type":"response.create" , "event_id":"e\\u0031"}', isBinary: false }])
  const [only, ...more] = await decisions(world)
  t.strictSame(more, [], 'a frame that names nothing needs no decision')
  t.match(only, { effect: 'permit', request: { operation: 'openai.realtime.connect', socket: null, stream: true } })
  await world.gateway.close()
  const outcome = (await records(world)).find((record) => record.k === 'outcome')
  t.match(outcome, { id: only?.id, ending: 'completed', outputTokens: 7, servedModel: 'fable-5', status: 101 })
})

t.test('each frame that names a model has a decision of its own', async (t) => {
  const { world, api } = await socketGateFor(t)
  const token = await world.provider.token('us-citizen')
  const client = await connect({ world }, { token, path: responses })
  t.equal(api.sockets.length, 0, 'nobody is connected to before a model is named')
  client.say(hello)
  await client.next('response.completed')
  client.say({ ...hello, model: 'open-1' })
  await client.next('response.completed')
  client.say(hello)
  await client.next('response.completed')
  t.equal(api.sockets.length, 1)
  client.ws.close()
  await client.closed
  await world.gateway.close()
  const made = await decisions(world)
  t.strictSame(
    made.map(({ request, models }) => [request.operation, models.map(({ name }) => name).join()]),
    [
      ['openai.responses.connect', ''],
      ['openai.responses.connect.response.create', 'fable-5'],
      ['openai.responses.connect.response.create', 'open-1'],
      ['openai.responses.connect.response.create', 'fable-5'],
    ],
  )
  const [upgrade, ...frames] = made
  t.ok(frames.every(({ request }) => request.socket === upgrade?.id))
  const outcomes = (await records(world)).filter((record) => record.k === 'outcome')
  t.strictSame(new Set(outcomes.map(({ id }) => id)), new Set(made.map(({ id }) => id)))
  t.ok(outcomes.every(({ ending }) => ending === 'completed'))
})

t.test('an upgrade that is denied is told in HTTP, and reaches nobody', async (t) => {
  const { world, api } = await socketGateFor(t)
  const token = await world.provider.token('foreign-national')
  const error = await connect({ world }, { token }).catch((error: unknown) => error)
  if (!(error instanceof UpgradeRefused)) throw new Error('it was not refused')
  t.equal(error.status, 403)
  t.equal(error.body.error?.code, 'person_restricted')
  t.match(await decision(world, error.body.error?.decision_id ?? ''), { effect: 'deny', reason: 'person_restricted' })
  t.equal(api.sockets.length, 0)
})

t.test('B8 a frame that is denied closes with 1008, in the dialect’s own words', async (t) => {
  const { world, api } = await socketGateFor(t)
  const token = await world.provider.token('foreign-national')
  const client = await connect({ world }, { token, path: responses })
  client.say({ ...hello, model: 'open-1' })
  await client.next('response.completed')
  client.say(hello)
  const told = (await client.next('error'))['error'] as { code: string; decision_id: string }
  t.equal(told.code, 'person_restricted')
  t.strictSame(await client.closed, { code: 1008, reason: 'person_restricted' })
  t.match(await decision(world, told.decision_id), {
    effect: 'deny',
    reason: 'person_restricted',
    request: { operation: 'openai.responses.connect.response.create' },
  })
  t.equal(api.sockets[0]?.frames.length, 1, 'the second frame stayed here')
})
