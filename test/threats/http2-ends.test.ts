// How streams of HTTP/2 end: none is held by a client that does not end it, and nothing that a client holds back holds up the gate.
import { type ClientHttp2Session, connect, constants, type OutgoingHttpHeaders } from 'node:http2'
import { connect as dialTcp } from 'node:net'
import t, { type Test } from 'tap'
import { demoPlaces } from '../../src/demo/database.ts'
import type { World } from '../../src/demo/world.ts'
import { decisions, gateFor } from '../support/gate.ts'
import { answered, gateBefore, messages, until } from './wire.ts'

const body = JSON.stringify({ model: 'open-1', messages })

function open(t: Test, { gateway }: World): ClientHttp2Session {
  const session = connect(gateway.data)
  session.on('error', () => {})
  t.teardown(() => session.destroy())
  return session
}

interface Heard {
  readonly status: number
  readonly text: string
  readonly reset: number
}

/** @param sent null: the request never ends */
function ask(session: ClientHttp2Session, headers: OutgoingHttpHeaders, sent: string | null = body): Promise<Heard> {
  return new Promise((resolve) => {
    const stream = session.request(
      { ':method': 'POST', ':path': '/v1/chat/completions', 'content-type': 'application/json', ...headers },
      { endStream: false },
    )
    let [status, text] = [0, '']
    stream.on('response', (said) => (status = Number(said[':status'])))
    stream.on('data', (chunk) => (text += chunk))
    stream.on('error', () => {})
    stream.on('close', () => resolve({ status, text, reset: stream.rstCode ?? 0 }))
    if (sent === null) stream.write('{')
    else stream.end(sent)
  })
}

t.test('who was answered and never ends its request holds no stream', async (t) => {
  const world = await gateFor(t, { listen: 'http2: true', settings: 'limits: { connections: 20 }' })
  const token = await world.provider.token('us-citizen')
  const session = open(t, world)
  const all = await Promise.all(Array.from({ length: 20 }, () => ask(session, { authorization: 'Bearer no' }, null)))
  t.same(new Set(all.map(({ status, reset }) => `${status} ${reset}`)), new Set(['401 0']))
  t.match(await ask(open(t, world), { authorization: `Bearer ${token}` }), { status: 200 })
})

t.test('a client that takes nothing and does not hang up holds up no end', async (t) => {
  const world = await gateFor(t, { listen: 'http2: true' })
  const { hostname, port } = new URL(world.gateway.data)
  // A frame of settings: the window of a stream is nothing (RFC 9113 §6.5.2). Its last request is answered, and waits for room.
  const start = Buffer.concat([
    Buffer.from('PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n'),
    Buffer.from([0, 0, 6, 4, 0, 0, 0, 0, 0, 0, 4, 0, 0, 0, 0]),
  ])
  const before = (await decisions(world)).length
  // `:method` GET, `:scheme` http, `:path` / and `:authority` x, by the static table (RFC 7541, appendix A).
  const asking = Buffer.from([0, 0, 6, 1, 5, 0, 0, 0, 1, 0x82, 0x86, 0x84, 0x01, 0x01, 0x78])
  for (const bytes of [start, Buffer.concat([start, asking]), Buffer.from('PRI')]) {
    const socket = dialTcp({ host: hostname, port: Number(port), allowHalfOpen: true })
    socket.on('error', () => {})
    t.teardown(() => void socket.destroy())
    socket.write(bytes)
    socket.resume()
  }
  t.ok(await until(async () => (await decisions(world)).length > before))
  let isClosed = false
  void world.gateway.close().then(() => {
    isClosed = true
  })
  t.ok(await until(() => isClosed))
})

t.test('a method is what was sent, not what it is in capitals', async (t) => {
  const world = await gateFor(t, { listen: 'http2: true' })
  const authorization = `Bearer ${await world.provider.token('us-citizen')}`
  for (const method of ['post', 'Post', 'connect']) {
    t.match(await ask(open(t, world), { ':method': method, authorization }), {
      status: 0,
      reset: constants.NGHTTP2_HTTP_1_1_REQUIRED,
    })
  }
  t.equal((await decisions(world)).length, 0)
})

t.test('the place of a stream is that of its connection, or what a trusted proxy says', async (t) => {
  const world = await gateFor(t, { listen: 'http2: true' })
  const authorization = `Bearer ${await world.provider.token('us-citizen')}`
  const session = open(t, world)
  t.match(await ask(session, { authorization }), { status: 200 })
  const { iran = '' } = demoPlaces
  const refused = await ask(session, { authorization, 'x-forwarded-for': iran })
  t.match(refused, { status: 403, text: /embargoed_location/ })
  t.match(await ask(session, { authorization }), { status: 200 })
})

t.test('an answer with a status that nobody knows is told as a failure', async (t) => {
  const { world } = await gateBefore(
    t,
    ({ socket }) => {
      socket.end(answered().replace('200 OK', '999 Odd'))
    },
    { listen: 'http2: true' },
  )
  const authorization = `Bearer ${await world.provider.token('us-citizen')}`
  t.match(await ask(open(t, world), { authorization }), { status: 502, text: /upstream_unavailable/ })
})
