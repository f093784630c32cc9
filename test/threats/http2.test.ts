// HTTP/2, let in by `listen.http2`: each stream is one request of HTTP/1.1, read as any other. What is tried here is the passage.
import { type ClientHttp2Session, connect, constants, type OutgoingHttpHeaders } from 'node:http2'
import t, { type Test } from 'tap'
import type { World } from '../../src/demo/world.ts'
import { certificate } from '../support/certificate.ts'
import { decisions, gateFor, records } from '../support/gate.ts'
import { counting, dial, gateBefore, get, messages, pause, post, say, statuses, until } from './wire.ts'

const world = await gateFor(t, { listen: 'http2: true' })
const up = counting(world)
const token = await world.provider.token('us-citizen')
const foreign = await world.provider.token('foreign-national')
const chat = (model: string, more: object = {}): string => JSON.stringify({ model, messages, ...more })

interface Heard {
  /** 0: no answer came. */
  readonly status: number
  readonly text: string
  readonly decision: string
  /** Error code of a reset; 0: none. */
  readonly reset: number
}

function open(t: Test, { gateway }: World = world): ClientHttp2Session {
  const session = connect(gateway.data, { rejectUnauthorized: false })
  session.on('error', () => {})
  t.teardown(() => session.destroy())
  return session
}

const headersOf = (bearer: string, more: OutgoingHttpHeaders = {}): OutgoingHttpHeaders => ({
  ':method': 'POST',
  ':path': '/v1/chat/completions',
  'content-type': 'application/json',
  authorization: `Bearer ${bearer}`,
  ...more,
})

function ask(session: ClientHttp2Session, headers: OutgoingHttpHeaders, body: string | null): Promise<Heard> {
  return new Promise((resolve) => {
    const stream = session.request(headers, { endStream: body === null })
    let [status, decision, text] = [0, '', '']
    stream.on('response', (said) => {
      status = Number(said[':status'])
      decision = String(said['portcullis-decision'])
    })
    stream.on('data', (chunk) => (text += chunk))
    stream.on('error', () => {})
    const heard = (): void => resolve({ status, text, decision, reset: stream.rstCode ?? 0 })
    // A client of node's waits for its own body to be taken, though the answer has ended.
    stream.on('end', () => (stream.writableFinished ? undefined : heard()))
    stream.on('close', heard)
    if (body !== null) stream.end(body)
  })
}

t.test('a request is decided, recorded, forwarded and answered like one of HTTP/1.1', async (t) => {
  const session = open(t)
  await up()
  const permitted = await ask(session, headersOf(token), chat('fable-5'))
  t.match(permitted, { status: 200, text: /"fable-5"/, reset: 0 })
  t.match(await decisions(world), [{ id: permitted.decision, effect: 'permit' }])
  t.equal(await up(), 1)
  const denied = await ask(session, headersOf(foreign), chat('fable-5'))
  t.match(denied, { status: 403, text: /person_restricted/ })
  t.match(await ask(session, headersOf('nonsense'), chat('fable-5')), { status: 401 })
  t.match(await ask(session, headersOf(token, { ':path': '/v1/nothing' }), '{}'), { status: 404 })
  t.match(await ask(session, { ':path': '/v1/models', authorization: `Bearer ${token}` }, null), { status: 200 })
  t.equal(await up(), 0)
})

t.test('many streams of one connection are answered each for itself', async (t) => {
  const session = open(t)
  await up()
  const all = await Promise.all(
    Array.from({ length: 60 }, (_, n) => ask(session, headersOf(n % 2 === 0 ? token : foreign), chat('fable-5'))),
  )
  t.same(
    all.map(({ status }) => status),
    all.map((_, n) => (n % 2 === 0 ? 200 : 403)),
  )
  t.equal(await up(), 30)
})

t.test('a stream of events passes event by event', async (t) => {
  await world.modelApi.set({ chunks: 20, chunkDelayMs: 30 })
  t.teardown(() => world.modelApi.set({}))
  const stream = open(t).request(headersOf(token))
  stream.end(chat('fable-5', { stream: true }))
  const times: number[] = []
  for await (const _ of stream) times.push(performance.now())
  t.ok(times.length > 5, `${times.length} pieces`)
  t.equal(stream.rstCode, 0)
})

t.test('no framing of the client’s goes on: a second request in a body is a body', async (t) => {
  const session = open(t)
  await up()
  const before = (await decisions(world)).length
  const smuggled = post(null, { body: chat('mythos-5') })
  const rows: readonly [string, OutgoingHttpHeaders, string][] = [
    ['GET', { ':method': 'GET', ':path': '/v1/models' }, smuggled],
    ['HEAD', { ':method': 'HEAD', ':path': '/v1/models' }, smuggled],
    ['DELETE', { ':method': 'DELETE', ':path': '/v1/responses/resp_1' }, smuggled],
    ['OPTIONS', { ':method': 'OPTIONS' }, smuggled],
    ['TRACE', { ':method': 'TRACE' }, smuggled],
    ['a method of nobody', { ':method': 'PURGE' }, smuggled],
    ['POST', {}, `${chat('open-1')}0\r\n\r\n${smuggled}`],
    ['the end of chunks inside', {}, `0\r\n\r\n${smuggled}`],
    ['an empty body', {}, ''],
    ['expect', { expect: '100-continue' }, `0\r\n\r\n${smuggled}`],
  ]
  for (const [what, more, body] of rows) {
    const { status } = await ask(session, headersOf(token, more), body)
    t.ok(status === 0 || status >= 400, `${what}: ${status}`)
  }
  t.equal(await up(), 0)
  t.ok((await decisions(world)).length - before <= rows.length, 'one request a stream')
  t.notMatch(JSON.stringify((await decisions(world)).slice(before)), /mythos-5/)
})

/** Frames by hand, since no client of HTTP/2 would write these headers. Literal fields without indexing, no Huffman (RFC 7541 §6.2.2). */
function frame(type: number, flags: number, stream: number, payload: Buffer): Buffer {
  const head = Buffer.alloc(9)
  head.writeUIntBE(payload.length, 0, 3)
  head.writeUInt8(type, 3)
  head.writeUInt8(flags, 4)
  head.writeUInt32BE(stream, 5)
  return Buffer.concat([head, payload])
}
const short = (text: string): Buffer => {
  const bytes = Buffer.from(text, 'latin1')
  if (bytes.length < 127) return Buffer.concat([Buffer.of(bytes.length), bytes])
  const [low, high] = [(bytes.length - 127) % 128, Math.floor((bytes.length - 127) / 128)]
  return Buffer.concat([Buffer.of(127, low | (high > 0 ? 128 : 0), ...(high > 0 ? [high] : [])), bytes])
}
const start = Buffer.concat([Buffer.from('PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n'), frame(4, 0, 0, Buffer.alloc(0))])
const raw = (fields: readonly (readonly [string, string])[], body: string): Buffer =>
  Buffer.concat([
    start,
    frame(1, 4, 1, Buffer.concat(fields.flatMap(([name, value]) => [Buffer.of(0), short(name), short(value)]))),
    frame(0, 1, 1, Buffer.from(body)),
  ])

t.test('headers that would frame or split a request of HTTP/1.1 are refused, or left behind', async (t) => {
  await up()
  const usual: readonly [string, string][] = [
    [':method', 'POST'],
    [':scheme', 'http'],
    [':authority', 'gate.example'],
    [':path', '/v1/chat/completions'],
    ['content-type', 'application/json'],
    ['authorization', `Bearer ${token}`],
  ]
  const body = chat('open-1')
  const smuggled = post(null, { body: chat('mythos-5') })
  const instead = (name: string, value: string): [string, string][] =>
    usual.map(([each, said]) => (each === name ? [name, value] : [each, said]))
  // What breaks a field and no more is dropped by node's own reading of HTTP/2, and the rest is a request like any other.
  const dropped = ['a line break in a value', 'a line break in a name', 'a colon in a name']
  const rows: readonly [string, [string, string][], string?][] = [
    ['a shorter length', [...usual, ['content-length', '5']]],
    ['a longer length', [...usual, ['content-length', '5000']]],
    ['two lengths', [...usual, ['content-length', String(body.length)], ['content-length', '5']]],
    ['a transfer coding', [...usual, ['transfer-encoding', 'chunked']], `0\r\n\r\n${smuggled}`],
    ['a connection option', [...usual, ['connection', 'content-length']]],
    ['an upgrade', [...usual, ['upgrade', 'websocket']]],
    ['a line break in a value', [...usual, ['x-a', `b\r\n\r\n${smuggled}`]]],
    ['a line break in a name', [...usual, ['x-a\r\nhost', 'b']]],
    ['a name in capitals', [...usual, ['X-Api-Key', 'b']]],
    ['a colon in a name', [...usual, ['x-a:b', 'c']]],
    ['a line break in the path', instead(':path', `/v1/models HTTP/1.1\r\nx: y`)],
    ['a space in the path', instead(':path', '/v1/chat/completions HTTP/1.1')],
    ['an absolute path', instead(':path', 'http://127.0.0.1/v1/chat/completions')],
    ['no path', instead(':path', '')],
    ['a line break in the method', instead(':method', 'GET / HTTP/1.1\r\nx: y\r\n\r\nPOST')],
    ['a tunnel', instead(':method', 'CONNECT')],
    ['an extended tunnel', [...instead(':method', 'CONNECT'), [':protocol', 'websocket']]],
    ['a line break in the authority', instead(':authority', 'a\r\nauthorization: Bearer x')],
    ['two hosts', [...usual, ['host', 'other.example']]],
    ['two credentials', [...usual, ['authorization', `Bearer ${foreign}`]]],
    ['two paths', [...usual, [':path', '/v1/models']]],
  ]
  for (const [what, fields, sent = body] of rows) {
    const before = (await decisions(world)).length
    const { socket, text } = await dial(world)
    socket.write(raw(fields, sent))
    await until(() => socket.closed || /"code"|\x00\x00\x04\x03\x00/.test(text()))
    await pause(30)
    socket.destroy()
    const made = (await decisions(world)).slice(before)
    t.ok(made.length <= 1, `${what}: one request at most`)
    const permits = made.filter(({ effect }) => effect === 'permit').length
    t.equal(permits, dropped.includes(what) ? 1 : 0, `${what}: what is permitted`)
  }
  const went = (await world.modelApi.requests()).slice(-dropped.length)
  t.equal(await up(), dropped.length, 'nothing else went on')
  t.notMatch(JSON.stringify(went), /mythos|x-a|"b"/)
  // The same by hand, with nothing wrong: else the rows above would show nothing.
  const { socket, text } = await dial(world)
  socket.write(raw(usual, body))
  t.ok(await until(() => text().includes('open-1')))
  socket.destroy()
  t.equal(await up(), 1)
})

t.test('who leaves is seen to have left, and an answer that breaks off does not look whole', async (t) => {
  await world.modelApi.set({ chunks: 400, chunkDelayMs: 20 })
  t.teardown(() => world.modelApi.set({}))
  const leaving = open(t).request(headersOf(token))
  leaving.on('error', () => {})
  leaving.end(chat('fable-5', { stream: true }))
  let id = ''
  leaving.on('response', (said) => (id = String(said['portcullis-decision'])))
  await new Promise((resolve) => leaving.once('data', resolve))
  leaving.close(constants.NGHTTP2_CANCEL)
  const ended = async (): Promise<boolean> =>
    (await records(world)).some((one) => one.k === 'outcome' && one.id === id && one.ending === 'client_abort')
  t.ok(await until(ended))

  const { world: before } = await gateBefore(
    t,
    ({ socket }) => {
      const event = 'data: {"model":"open-1","choices":[]}\n\n'
      socket.write(`HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\nContent-Length: 9999\r\n\r\n${event}`)
      setTimeout(() => socket.destroy(), 200)
    },
    { listen: 'http2: true' },
  )
  const bearer = await before.provider.token('us-citizen')
  const broken = await ask(open(t, before), headersOf(bearer), chat('open-1', { stream: true }))
  t.match(broken, { status: 200, text: /open-1/ })
  t.ok(broken.reset !== 0 || /upstream_unavailable/.test(broken.text), JSON.stringify(broken))
})

t.test('a body that is refused before its end is answered, and its stream ends', async (t) => {
  const session = connect(world.gateway.data, { maxSessionMemory: 100 })
  t.teardown(() => session.destroy())
  const large = 'a'.repeat(20_000_000)
  t.match(await ask(session, headersOf(token), large), { status: 413, text: /too_large/ })
  t.match(await ask(session, headersOf('nonsense'), large), { status: 401 })
  t.match(await ask(session, headersOf(token), chat('open-1')), { status: 200 })
})

t.test('HTTP/1.1 is spoken on the same port, in pieces of any size', async (t) => {
  await up()
  t.same(statuses(await say(world, post(token, { body: chat('open-1') }))), [200])
  t.same(statuses(await say(world, get(token, '/v1/models'))), [200])
  for (const first of [1, 3, 10]) {
    const bytes = post(token, { body: chat('open-1') })
    const { socket, text } = await dial(world)
    socket.write(bytes.slice(0, first))
    await pause(30)
    socket.write(bytes.slice(first))
    t.ok(await until(() => statuses(text()).length === 1), `${first} bytes first`)
    socket.destroy()
  }
  t.equal(await up(), 4)
  const { socket, text } = await dial(world)
  socket.write('PRI * HTTP/2.0\r\n')
  await pause(30)
  socket.write('Host: x\r\n\r\n')
  t.ok(await until(() => socket.closed || statuses(text()).length > 0))
  t.notMatch(text(), /^HTTP\/1\.1 200/)
  socket.destroy()
})

t.test('over TLS, by what both agree on', async (t) => {
  const { mkdtempSync, rmSync, writeFileSync } = await import('node:fs')
  const folder = mkdtempSync('/tmp/portcullis-http2-')
  t.teardown(() => rmSync(folder, { recursive: true }))
  const { cert, key } = certificate('gate')
  writeFileSync(`${folder}/cert.pem`, cert)
  writeFileSync(`${folder}/key.pem`, key)
  const tls = `{ cert: ${folder}/cert.pem, key: ${folder}/key.pem }`
  const secure = await gateFor(t, { listen: `http2: true\n  tls: ${tls}` })
  const bearer = await secure.provider.token('us-citizen')
  const session = open(t, secure)
  t.match(await ask(session, headersOf(bearer), chat('fable-5')), { status: 200 })
  t.equal(session.alpnProtocol, 'h2')
})

t.test('a gate that ends lets streams end, and takes no new ones', async (t) => {
  const ending = await gateFor(t, { listen: 'http2: true' })
  const bearer = await ending.provider.token('us-citizen')
  await ending.modelApi.set({ chunks: 20, chunkDelayMs: 30 })
  const session = open(t, ending)
  const under = ask(session, headersOf(bearer), chat('fable-5', { stream: true }))
  await until(async () => (await ending.modelApi.count()) > 0)
  const closed = ending.gateway.close()
  const heard = await under
  t.match(heard, { status: 200, text: /\[DONE\]/, reset: 0 })
  await closed
  t.ok(await until(() => session.closed || session.destroyed))
})
