// Ways past the gate, or to make it fall over, that were found by attacking it. Each stays here under its name.
import { connect, type Socket } from 'node:net'
import t from 'tap'
import type { World } from '../../src/demo/world.ts'
import type { OutcomeRecord } from '../../src/vocabulary/record.ts'
import { ask, decisions, gateFor, records } from '../support/gate.ts'

const letter = Date.parse('2026-06-12T21:21:00Z')
const messages = [{ role: 'user', content: 'hello' }]
const pause = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms))

function raw(token: string | null, body: object): string {
  const text = JSON.stringify({ messages, ...body })
  const credential = token === null ? '' : `Authorization: Bearer ${token}\r\n`
  return `POST /v1/chat/completions HTTP/1.1\r\nHost: x\r\n${credential}Content-Type: application/json\r\nContent-Length: ${Buffer.byteLength(text)}\r\n\r\n${text}`
}

async function dial(world: World): Promise<{ socket: Socket; text: () => string }> {
  const { hostname, port } = new URL(world.gateway.data)
  const socket = connect(Number(port), hostname)
  let text = ''
  socket.on('data', (chunk) => (text += chunk.toString('latin1')))
  socket.on('error', () => {})
  await new Promise((resolve) => socket.once('connect', resolve))
  return { socket, text: () => text }
}

async function until(holds: () => boolean | Promise<boolean>): Promise<boolean> {
  for (let tries = 0; tries < 200; tries++) {
    if (await holds()) return true
    await pause(25)
  }
  return false
}

const outcomes = async (world: World): Promise<OutcomeRecord[]> =>
  (await records(world)).filter((record) => record.k === 'outcome')

t.test('a pipelined request is decided when its turn comes, not when it was sent', async (t) => {
  const world = await gateFor(t, { now: letter - 600_000 })
  await world.modelApi.set({ chunks: 60, chunkDelayMs: 25 })
  const token = await world.provider.token('foreign-national')
  const { socket, text } = await dial(world)
  socket.write(raw(token, { model: 'open-1', stream: true }) + raw(token, { model: 'fable-5' }))
  t.ok(await until(() => text().includes('data: ')), 'the first one is under way')
  await world.setNow(letter)
  t.ok(
    await until(() => text().includes('person_restricted')),
    'the second one was decided after the directive took effect',
  )
  t.equal(await world.modelApi.count(), 1)
  socket.destroy()
})

t.test('a client that asks again as soon as it has its answer finds its place free', async (t) => {
  const world = await gateFor(t, { settings: 'limits: { in-flight: 1 }' })
  const token = await world.provider.token('us-citizen')
  const { socket, text } = await dial(world)
  const answers = (): number => text().split('HTTP/1.1 ').length - 1
  for (let asked = 1; asked <= 40; asked++) {
    socket.write(raw(token, { model: 'open-1' }))
    while (answers() < asked && !socket.closed) await new Promise((resolve) => setImmediate(resolve))
  }
  t.notMatch(text(), 'HTTP/1.1 503')
  socket.destroy()
  t.ok(await until(async () => (await outcomes(world)).length === 40), 'and each outcome is on record')
})

t.test('nothing leaves a buffer of ours after a directive took effect', async (t) => {
  const world = await gateFor(t, { now: letter - 600_000 })
  await world.modelApi.set({ chunks: 6_000_000 })
  const token = await world.provider.token('foreign-national')
  const { socket, text } = await dial(world)
  socket.pause()
  socket.write(raw(token, { model: 'fable-5' }))
  t.ok(await until(async () => (await world.modelApi.count()) > 0), 'it is under way')
  await world.setNow(letter - 1_500)
  t.ok(await until(async () => (await outcomes(world)).length > 0), 'it ended although the client read nothing')
  t.match((await outcomes(world))[0], { ending: 'cut', reason: 'person_restricted' })
  socket.resume()
  await until(() => socket.closed)
  t.ok(text().length < 24_000_000, `${text().length} bytes had left before`)
})

t.test(
  'a client that leaves while its permit is being recorded frees its place, and nothing is sent for it',
  async (t) => {
    const world = await gateFor(t, { settings: 'limits: { in-flight: 4 }' })
    const token = await world.provider.token('us-citizen')
    for (let n = 0; n < 40; n++) {
      const { socket } = await dial(world)
      socket.write(raw(token, { model: 'open-1', stream: true }))
      await pause(n % 5)
      socket.resetAndDestroy()
    }
    t.ok(await until(() => world.gateway.gate.live.size() === 0), 'no answer stays open')
    t.ok(await until(async () => (await ask(world, { token, model: 'open-1' })).status === 200), 'every place is free')
    t.ok((await outcomes(world)).every(({ ending }) => ending !== 'unknown_crash'))
  },
)

t.test('whoever has no token takes nobody’s place', async (t) => {
  const world = await gateFor(t, { settings: 'limits: { in-flight: 4 }' })
  const token = await world.provider.token('us-citizen')
  const flood = await Promise.all(Array.from({ length: 3 }, () => dial(world)))
  for (const { socket } of flood) socket.write('GET /v1/models HTTP/1.1\r\nHost: x\r\n\r\n'.repeat(500))
  const answers = await Promise.all(
    Array.from({ length: 20 }, () => ask(world, { token, path: '/v1/models', method: 'GET' })),
  )
  t.ok(answers.every(({ code }) => code === '200' || code === 'overloaded'))
  t.ok(answers.filter(({ code }) => code === '200').length >= 4)
  t.ok(
    (await decisions(world)).filter(({ reason }) => reason === 'token_absent').length <= 20,
    'the flood shares its records',
  )
  for (const { socket } of flood) socket.destroy()
})

t.test('nothing is decided behind an answer that closes the connection', async (t) => {
  const world = await gateFor(t)
  const token = await world.provider.token('us-citizen')
  const { socket, text } = await dial(world)
  socket.write(raw(null, { model: 'open-1' }) + raw(token, { model: 'open-1' }))
  t.ok(await until(() => socket.closed))
  t.match(text(), /^HTTP\/1\.1 401 /)
  await pause(200)
  t.equal(await world.modelApi.count(), 0)
})

t.test('twenty thousand fallbacks are refused before anything is made of them', async (t) => {
  const world = await gateFor(t)
  const token = await world.provider.token('us-citizen')
  const fallbacks = Array.from({ length: 20_000 }, () => ({ model: 'mythos-5' }))
  const before = performance.now()
  const answer = await ask(world, {
    token,
    path: '/v1/messages',
    body: { model: 'open-1', max_tokens: 9, messages, fallbacks },
    headers: { 'anthropic-beta': 'server-side-fallback-2026-07-01' },
  })
  t.equal(answer.status, 413)
  t.comment(`${Math.round(performance.now() - before)} ms`)
})

t.test('a body in a hundred thousand chunks costs what it holds', async (t) => {
  const world = await gateFor(t)
  const token = await world.provider.token('us-citizen')
  const body = JSON.stringify({ model: 'open-1', messages: [{ role: 'user', content: 'x'.repeat(100_000) }] })
  const { socket, text } = await dial(world)
  socket.write(
    `POST /v1/chat/completions HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer ${token}\r\nContent-Type: application/json\r\nTransfer-Encoding: chunked\r\n\r\n`,
  )
  socket.write(
    `${body
      .split('')
      .map((letter) => `1\r\n${letter}\r\n`)
      .join('')}0\r\n\r\n`,
  )
  t.ok(await until(() => text().startsWith('HTTP/1.1 200 ')))
  t.equal((await world.modelApi.requests())[0]?.body, body)
  socket.destroy()
})

t.test('a token that expires while its body drips in is not good any more', async (t) => {
  const world = await gateFor(t)
  const now = Math.floor(world.clock.now() / 1000)
  const token = await world.provider.mint({ sub: 'us-citizen', sub_type: 'person', iat: now - 10, exp: now + 2 })
  const request = raw(token, { model: 'open-1' })
  const { socket, text } = await dial(world)
  socket.write(request.slice(0, -5))
  await pause(2_500)
  socket.write(request.slice(-5))
  t.ok(await until(() => text().startsWith('HTTP/1.1 401 ')), text().slice(0, 40))
  t.equal(await world.modelApi.count(), 0)
  socket.destroy()
})

t.test('a target that no parser of URLs takes is refused on record, in the dialect’s words', async (t) => {
  const world = await gateFor(t)
  const { socket, text } = await dial(world)
  socket.write('GET /v1/models/%E0%A4%A?key=canary HTTP/1.1\r\nHost: x\r\n\r\n')
  t.ok(await until(() => text().includes('request_unreadable')), text())
  t.match(text(), /portcullis-decision: /i)
  t.notMatch(text(), 'canary')
  socket.destroy()
})

t.test('what the model API says of the gateway’s own key is not relayed', async (t) => {
  const world = await gateFor(t)
  const token = await world.provider.token('us-citizen')
  await world.modelApi.set({ failWith: { status: 401, message: 'bad key the-gateway-s-own-key' } })
  const answer = await ask(world, { token, model: 'open-1' })
  t.equal(answer.code, 'upstream_unavailable')
  t.equal(answer.status, 502)
  t.notMatch(answer.text, 'own-key')
})

t.test('what an error of the model API says of the gateway’s own account is left out', async (t) => {
  const world = await gateFor(t)
  const token = await world.provider.token('us-citizen')
  const message = 'Rate limit reached for open-1 in organization org-AbC123dEf456gHi: try again in 2s'
  await world.modelApi.set({ failWith: { status: 429, message } })
  const answer = await ask(world, { token, model: 'open-1' })
  t.equal(answer.status, 429)
  t.match(answer.json.error?.message, /^Rate limit reached for open-1 in organization \(left out\): try again in 2s$/)
  t.equal(answer.headers.get('content-length'), String(Buffer.byteLength(answer.text)))
})

t.test('`Expect` is answered by the gate: 100 only to whoever may go on, nothing else is expected here', async (t) => {
  const world = await gateFor(t)
  const token = await world.provider.token('us-citizen')
  const expecting = (credential: string | null, expect: string): string =>
    raw(credential, { model: 'open-1' }).replace('\r\n\r\n', `\r\nExpect: ${expect}\r\n\r\n`)
  const say = async (bytes: string): Promise<string> => {
    const { socket, text } = await dial(world)
    socket.write(bytes)
    await until(() => /HTTP\/1\.1 [2-5]/.test(text().replace('HTTP/1.1 100 Continue', '')))
    socket.destroy()
    return text()
  }
  t.match(await say(expecting(token, '100-continue')), /^HTTP\/1\.1 100 Continue\r\n\r\nHTTP\/1\.1 200 /)
  t.match(await say(expecting(null, '100-continue')), /^HTTP\/1\.1 401 /)
  t.match(await say(expecting(token, 'magic')), /^HTTP\/1\.1 400 [\s\S]*portcullis-decision/i)
})

t.test(
  'a model API that serves another mode or variant than was decided is stopped; a dated name under the embargo alone is not',
  async (t) => {
    const world = await gateFor(t)
    const token = await world.provider.token('us-citizen')
    await world.modelApi.set({ servedModel: 'muse-spark-thinking' })
    t.equal((await ask(world, { token, model: 'muse-spark' })).code, 'model_mismatch', 'instant was forced')
    await world.modelApi.set({ servedModel: 'muse-spark-instant' })
    t.equal((await ask(world, { token, model: 'muse-spark' })).status, 200)
    await world.modelApi.set({ servedModel: 'open-1-2026-05-01' })
    t.equal((await ask(world, { token, model: 'open-1' })).status, 200)
    await world.modelApi.set({ servedModel: 'fable-5-2026-05-01' })
    t.equal((await ask(world, { token, model: 'fable-5' })).code, 'model_mismatch', 'covered by more than an embargo')
  },
)
