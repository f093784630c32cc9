// WebSockets at their edges: what ends one side ends the other, what is full waits, and each end is on record.
import t from 'tap'
import type { OutcomeRecord } from '../../src/vocabulary/record.ts'
import { records } from '../support/gate.ts'
import { dialSocket, frameBytes, upgradeBytes } from '../support/raw-socket.ts'
import { connect, socketGateFor, UpgradeRefused } from '../support/socket-gate.ts'
import { until } from '../threats/wire.ts'

const responses = '/v1/responses'
const realtime = '/v1/realtime?model=open-1'
const create = { type: 'response.create', model: 'open-1', input: 'hello' }

async function ending(world: { log: string }, wanted: Partial<OutcomeRecord>): Promise<boolean> {
  return until(async () =>
    (await records(world)).some(
      (one) =>
        one.k === 'outcome' &&
        Object.entries(wanted).every(([key, value]) => one[key as keyof OutcomeRecord] === value),
    ),
  )
}

t.test('what ends one side ends the other', async (t) => {
  const { world, api } = await socketGateFor(t)
  const token = await world.provider.token('us-citizen')

  await t.test('a client that breaks off', async (t) => {
    const raw = await dialSocket(world, upgradeBytes(token, realtime))
    t.ok(await until(() => raw.texts().length > 0))
    raw.socket.destroy()
    t.ok(await until(() => api.sockets.at(-1)?.closedWith !== null))
    t.ok(await ending(world, { ending: 'client_abort', status: 101 }))
  })
  await t.test('a client that says goodbye', async (t) => {
    const client = await connect({ world }, { token, path: realtime })
    await client.next('session.created')
    client.ws.close(1000)
    t.ok(await until(() => api.sockets.at(-1)?.closedWith === 1000))
    t.ok(await ending(world, { ending: 'completed' }))
  })
  await t.test('a model API that breaks off', async (t) => {
    const client = await connect({ world }, { token, path: realtime })
    await client.next('session.created')
    api.sockets.at(-1)?.ws.terminate()
    t.equal((await client.closed).code, 1011)
    t.match(client.events.at(-1), { type: 'error', error: { code: 'upstream_unavailable' } })
    t.ok(await ending(world, { ending: 'upstream_failed', reason: 'upstream_unavailable' }))
  })
  await t.test('a model API that says goodbye', async (t) => {
    const client = await connect({ world }, { token, path: realtime })
    await client.next('session.created')
    api.sockets.at(-1)?.ws.close(4000, 'the-gateway-s-own-key')
    t.strictSame(await client.closed, { code: 4000, reason: '' }, 'its words stay behind')
  })
  await t.test('a model API that does not open a socket, or sends elsewhere', async (t) => {
    for (const status of [401, 302, 200]) {
      api.options.reject = status
      const error = await connect({ world }, { token, path: realtime }).catch((error: unknown) => error)
      t.ok(error instanceof UpgradeRefused)
      t.match(error, { status: 502, body: { error: { code: 'upstream_unavailable' } } })
      t.ok(await ending(world, { ending: 'upstream_failed', upstreamStatus: status }))
    }
    const later = await connect({ world }, { token, path: responses })
    later.say(create)
    t.equal((await later.closed).code, 1011)
    delete api.options.reject
  })
  await t.test('a gate that ends', async (t) => {
    const idle = await connect({ world }, { token, path: responses })
    const closing = world.gateway.close()
    t.equal((await idle.closed).code, 1012)
    await closing
    t.ok(await ending(world, { ending: 'shutdown', status: 101 }))
  })
})

t.test('a frame is edited as a request is: a mode that is left to the model is forced', async (t) => {
  const { world, api } = await socketGateFor(t)
  const token = await world.provider.token('us-citizen')
  const client = await connect({ world }, { token, path: responses })
  client.say({ type: 'response.create', model: 'muse-spark', input: 'hello' })
  await client.next('response.completed')
  t.match(JSON.parse(api.sockets[0]?.frames[0]?.text ?? '{}'), {
    model: 'muse-spark',
    reasoning: { effort: /^(none|minimal)$/ },
  })
  client.ws.terminate()
})

t.test('what is not taken is not fetched: a client that reads nothing holds the model API back', async (t) => {
  const { world, api } = await socketGateFor(t)
  api.options.answerBytes = 1_000_000
  const token = await world.provider.token('us-citizen')
  const raw = await dialSocket(world, upgradeBytes(token, responses))
  raw.socket.pause()
  for (let count = 0; count < 40; count++) raw.socket.write(frameBytes({ payload: JSON.stringify(create) }))
  t.ok(await until(() => (api.sockets[0]?.frames.length ?? 0) === 40))
  t.ok(await until(() => (api.sockets[0]?.ws.bufferedAmount ?? 0) > 10_000_000), 'most of it waits at the model API')
  raw.socket.resume()
  t.ok(
    await until(() => raw.texts().filter((event) => event.includes('response.completed')).length === 40),
    'all of it comes',
  )
  raw.socket.destroy()
})

t.test('a client that asks for signs of life and takes none of them is cut off', async (t) => {
  const { world } = await socketGateFor(t)
  const raw = await dialSocket(world, upgradeBytes(await world.provider.token('us-citizen'), responses))
  raw.socket.pause()
  const pings = Buffer.concat(Array.from({ length: 1_000 }, () => frameBytes({ opcode: 9, payload: 'x'.repeat(125) })))
  const cutOff = await until(() => {
    // A quarter of a megabyte each time: soon more than the kernel takes.
    for (let count = 0; count < 2 && raw.socket.writableLength < 10_000_000; count++) raw.socket.write(pings)
    return raw.socket.destroyed
  })
  t.ok(cutOff)
  t.ok(await ending(world, { ending: 'client_abort', status: 101 }))
})

t.test('a client whose upgrade was refused finds its place free as soon as it has the answer', async (t) => {
  const { world } = await socketGateFor(t, { settings: 'limits: { in-flight: 2 }\n' })
  const token = await world.provider.token('us-citizen')
  const ask = { token, path: '/v1/realtime?model=nonesuch' }
  for (let asked = 0; asked < 20; asked++) {
    const error = await connect({ world }, ask).catch((error: unknown) => error)
    t.match(error, { status: 404, body: { error: { code: 'model_unknown' } } })
  }
  const refused = async () => (await records(world)).filter(({ k }) => k === 'outcome').length
  t.ok(await until(async () => (await refused()) === 20), 'and each outcome is on record')
})

t.test('sockets leave places for requests', async (t) => {
  const { world } = await socketGateFor(t, { settings: 'limits: { in-flight: 4 }\n' })
  const token = await world.provider.token('us-citizen')
  const open = [
    await connect({ world }, { token, path: responses }),
    await connect({ world }, { token, path: responses }),
  ]
  const error = await connect({ world }, { token, path: responses }).catch((error: unknown) => error)
  t.match(error, { status: 503, body: { error: { code: 'overloaded' } } })
  const list = await fetch(`${world.gateway.data}/v1/models`, { headers: { authorization: `Bearer ${token}` } })
  t.equal(list.status, 200)
  for (const { ws } of open) ws.terminate()
  t.ok(
    await until(async () => {
      const again = await connect({ world }, { token, path: responses }).catch(() => null)
      again?.ws.terminate()
      return again !== null
    }),
    'a place that is left can be taken again',
  )
})
