// What comes late on a WebSocket: an upgrade while the gate ends, a model that nobody knew, a frame after a thousand others.
import t from 'tap'
import { admitTo, converse } from '../../src/enforcement/conversation.ts'
import { dialSocket, frameBytes, upgradeBytes } from '../support/raw-socket.ts'
import { connect, socketGateFor } from '../support/socket-gate.ts'
import { dial, until } from './wire.ts'

const responses = '/v1/responses'
const create = (model: string): object => ({ type: 'response.create', model, input: 'hello' })

t.test('a socket that opens while the gate ends does not outlast it', async (t) => {
  const { world } = await socketGateFor(t)
  const asked = upgradeBytes(await world.provider.token('us-citizen'), responses)
  const { socket, text } = await dial(world)
  t.teardown(() => void socket.destroy())
  socket.write(asked.slice(0, 100))
  // Another one holds up the end, so that this one is opened before it.
  const busy = await connect({ world }, { token: await world.provider.token('us-citizen'), path: responses })
  busy.say(create('open-1'))
  await busy.next('response.completed')
  let isClosed = false
  void world.gateway.close().then(() => {
    isClosed = true
  })
  socket.write(asked.slice(100))
  t.ok(await until(() => text().startsWith('HTTP/1.1 101 ')))
  // Code 1012: the gate ends.
  t.ok(await until(() => text().includes('\x88\x02\x03\xf4')), 'it is closed, with nothing under way on it')
  t.notOk(isClosed)
  busy.ws.close()
  t.ok(await until(() => isClosed))
})

t.test('B13 a name that was nobody’s model is judged again beside what is asked for later', async (t) => {
  const { world, api } = await socketGateFor(t)
  api.options.served = 'nobody-s-model'
  const raw = await dialSocket(world, upgradeBytes(await world.provider.token('us-citizen'), responses))
  raw.socket.write(frameBytes({ payload: JSON.stringify(create('open-1')) }))
  t.ok(await until(() => raw.texts().some((event) => event.includes('response.completed'))))
  raw.socket.write(frameBytes({ payload: JSON.stringify(create('fable-5')) }))
  t.equal(await raw.closed, 1008)
  t.equal(raw.texts().filter((event) => event.includes('response.created')).length, 1, 'nothing of it was released')
  raw.socket.destroy()
})

t.test('a conversation remembers each model once, however many frames name it', async (t) => {
  const conversation = converse({} as never)
  const permitted = (model: string): never =>
    ({
      decision: { resources: [{ pointer: '/model', model, variant: null, modes: ['a', 'b'] }], obligations: [] },
    }) as never
  for (let count = 0; count < 1_000; count++) admitTo(conversation, permitted(`model-${count % 2}`))
  t.equal(conversation.models.length, 4)
})
