import { connect } from 'node:net'
import t from 'tap'
import { reasons } from '../../src/vocabulary/reason.ts'
import { ask, decision, decisions, gateFor } from '../support/gate.ts'

const messages = [{ role: 'user', content: 'hello' }]

t.test('what cannot be read, or can be read twice, is refused, recorded, and never forwarded', async (t) => {
  const world = await gateFor(t)
  const token = await world.provider.token('us-citizen')
  const json = (body: object): string => JSON.stringify(body)
  const cases: readonly {
    name: string
    path?: string
    method?: string
    token?: string | undefined
    body?: unknown
    headers?: Record<string, string>
    reason: keyof typeof reasons
    status?: number
  }[] = [
    { name: 'an unknown route', path: '/v1/engines', reason: 'route_unknown' },
    { name: 'a route outside the API', path: '/admin', method: 'GET', reason: 'route_unknown' },
    { name: 'another method', path: '/v1/chat/completions', method: 'DELETE', reason: 'method_not_allowed' },
    { name: 'an unknown model', body: json({ model: 'fable-6', messages }), reason: 'model_unknown' },
    { name: 'a look-alike of a model', body: json({ model: 'FABLE-5', messages }), reason: 'model_unknown' },
    { name: 'no model', body: json({ messages }), reason: 'model_absent' },
    {
      name: 'two models under one key',
      body: '{"model":"open-1","model":"fable-5","messages":[]}',
      reason: 'request_ambiguous',
    },
    {
      name: 'an escaped second key',
      body: '{"model":"open-1","\\u006dodel":"fable-5","messages":[]}',
      reason: 'request_ambiguous',
    },
    {
      name: 'a look-alike of the key',
      body: '{"model":"open-1","Model":"fable-5","messages":[]}',
      reason: 'request_ambiguous',
    },
    { name: 'a model that is no string', body: json({ model: ['fable-5'], messages }), reason: 'request_unreadable' },
    { name: 'no JSON', body: 'model=fable-5', reason: 'request_unreadable' },
    { name: 'two documents', body: '{"model":"open-1"}{"model":"fable-5"}', reason: 'request_unreadable' },
    {
      name: 'another media type',
      body: json({ model: 'open-1' }),
      headers: { 'content-type': 'text/plain' },
      reason: 'media_type',
    },
    {
      name: 'a coding',
      body: json({ model: 'open-1' }),
      headers: { 'content-encoding': 'gzip' },
      reason: 'media_type',
    },
    { name: 'a body over the limit', body: json({ model: 'open-1', pad: 'x'.repeat(4_194_304) }), reason: 'too_large' },
    {
      name: 'a credential in two places',
      body: json({ model: 'open-1', messages }),
      headers: { 'x-api-key': token },
      reason: 'request_ambiguous',
    },
    { name: 'no credential', token: undefined, body: json({ model: 'open-1', messages }), reason: 'token_absent' },
    {
      name: 'a credential that is no token',
      token: 'sk-secret',
      body: json({ model: 'open-1', messages }),
      reason: 'token_invalid',
    },
    {
      name: 'a changed token',
      token: `${token.slice(0, -5)}AAAAA`,
      body: json({ model: 'open-1', messages }),
      reason: 'token_invalid',
    },
  ]
  for (const { name, reason, ...asking } of cases) {
    await t.test(name, async (t) => {
      const { token: said, ...rest } = { token, ...asking }
      const answer = await ask(world, said === undefined ? rest : { ...rest, token: said })
      t.equal(answer.code, reason)
      t.equal(answer.status, reasons[reason].status)
      t.equal(answer.headers.get('cache-control'), 'no-store')
      const id = answer.headers.get('portcullis-decision') ?? ''
      t.equal(answer.json.error?.decision_id, id)
      t.match(await decision(world, id), { effect: 'deny', reason, told: reason }, 'on record before it was told')
    })
  }
  t.equal(await world.modelApi.count(), 0, 'nothing reached the model API')
})

t.test('no credential, prompt or address stands in the log', async (t) => {
  const world = await gateFor(t)
  const token = await world.provider.token('us-citizen')
  const canary = 'canary-7f3a'
  const headers = { 'x-forwarded-for': '8.8.8.8', 'x-canary': canary }
  await ask(world, { token, body: { model: 'open-1', messages: [{ role: 'user', content: canary }] }, headers })
  await ask(world, { token, path: `/v1/${canary}?key=${canary}`, headers })
  await ask(world, { token: canary, model: 'open-1', headers })
  const text = JSON.stringify(await decisions(world))
  for (const secret of [canary, token, '8.8.8.8', 'Bearer', 'eyJ', 'the-gateway-s-own-key', 'USA']) {
    t.notOk(text.includes(secret), `not ${secret.slice(0, 12)}`)
  }
  t.ok(text.includes('hk1:'))
})

t.test('a flood of refusals shares records, and all are counted', async (t) => {
  const world = await gateFor(t)
  const answers = await Promise.all(Array.from({ length: 200 }, () => ask(world, { model: 'open-1' })))
  t.ok(answers.every(({ code, headers }) => code === 'token_absent' && headers.has('portcullis-decision')))
  const { records } = await import('../support/gate.ts')
  const all = await records(world)
  const own = all.filter((record) => record.k === 'decision').length
  const shared = all.filter((record) => record.k === 'refusals')
  t.equal(own, 20)
  t.equal(own + shared.reduce((sum, { count }) => sum + count, 0), 200)
  const ids = new Set(all.flatMap((record) => ('id' in record ? [record.id] : [])))
  t.ok(
    answers.every(({ headers }) => ids.has(headers.get('portcullis-decision') ?? '')),
    'each answer names its record',
  )
})

t.test('what is not HTTP/1.1 is answered in one line and counted', async (t) => {
  const world = await gateFor(t)
  const { hostname, port } = new URL(world.gateway.data)
  const raw = (bytes: string): Promise<string> =>
    new Promise((resolve, reject) => {
      const socket = connect(Number(port), hostname, () => socket.write(bytes))
      let text = ''
      socket.on('data', (chunk) => {
        text += chunk.toString()
        if (text.includes('\r\n')) socket.destroy()
      })
      socket.on('close', () => resolve(text.split('\r\n')[0] ?? ''))
      socket.on('error', reject)
    })
  const cases: readonly [name: string, bytes: string, line: RegExp][] = [
    ['HTTP/1.0', 'GET /v1/models HTTP/1.0\r\nHost: x\r\n\r\n', /^HTTP\/1\.1 505 /],
    ['an absolute target', 'GET http://x/v1/models HTTP/1.1\r\nHost: x\r\n\r\n', / 400 /],
    [
      'two lengths',
      'POST /v1/responses HTTP/1.1\r\nHost: x\r\nContent-Length: 1\r\nContent-Length: 2\r\n\r\n',
      / 400 /,
    ],
    [
      'length and chunks',
      'POST /v1/responses HTTP/1.1\r\nHost: x\r\nContent-Length: 1\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n',
      / 400 /,
    ],
    ['two hosts', 'GET /v1/models HTTP/1.1\r\nHost: x\r\nHost: y\r\n\r\n', / 400 /],
    [
      'two credentials',
      'GET /v1/models HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer a\r\nAuthorization: Bearer b\r\n\r\n',
      / 400 /,
    ],
    ['a dotted path', 'GET /v1/../v1/models HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer a\r\n\r\n', / (400|401) /],
    ['CONNECT', 'CONNECT x:443 HTTP/1.1\r\nHost: x\r\n\r\n', / 405 /],
    ['an upgrade', 'GET /v1/models HTTP/1.1\r\nHost: x\r\nConnection: upgrade\r\nUpgrade: websocket\r\n\r\n', / 40\d /],
    ['a giant header', `GET /v1/models HTTP/1.1\r\nHost: x\r\nX: ${'x'.repeat(40_000)}\r\n\r\n`, / 431 /],
    ['two hundred headers', `GET /v1/models HTTP/1.1\r\nHost: x\r\n${'X: y\r\n'.repeat(200)}\r\n`, / 431 /],
    ['garbage', 'garbage\r\n\r\n', / 400 /],
  ]
  for (const [name, bytes, line] of cases) t.match(await raw(bytes), line, name)
  t.equal(await world.modelApi.count(), 0)
})

t.test('a pipelined second request is decided by its own credential', async (t) => {
  const world = await gateFor(t)
  const { hostname, port } = new URL(world.gateway.data)
  const request = async (persona: string): Promise<string> => {
    const body = JSON.stringify({ model: 'fable-5', messages })
    const token = await world.provider.token(persona)
    return `POST /v1/chat/completions HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer ${token}\r\nContent-Type: application/json\r\nContent-Length: ${body.length}\r\n\r\n${body}`
  }
  const both = (await request('us-citizen')) + (await request('foreign-national'))
  const text = await new Promise<string>((resolve) => {
    const socket = connect(Number(port), hostname, () => socket.write(both))
    let received = ''
    socket.on('data', (chunk) => {
      received += chunk.toString()
      if (received.includes('person_restricted')) socket.destroy()
    })
    socket.on('close', () => resolve(received))
  })
  t.match(text, /^HTTP\/1\.1 200 [\s\S]*HTTP\/1\.1 403 /)
  t.equal(await world.modelApi.count(), 1)
})
