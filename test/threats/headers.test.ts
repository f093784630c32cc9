// Method, target and headers as they arrive in bytes, and which of them the model API gets to see.
import t from 'tap'
import { gateFor } from '../support/gate.ts'
import { codeOf, counting, get, post, say } from './wire.ts'

const world = await gateFor(t)
const up = counting(world)
const token = await world.provider.token('us-citizen')

t.test('nothing that a caller nominates, overrides or invents reaches the model API', async (t) => {
  const names = [
    'X-Identity',
    'X-Decision',
    'Portcullis-Decision',
    'Portcullis-Identity',
    'X-Original-URL',
    'X-Rewrite-URL',
    'X-Forwarded-Host',
    'X-Forwarded-Prefix',
    'X-Forwarded-Path',
    'X-HTTP-Method-Override',
    'X-Method',
    'X-Method-Override',
    'Forwarded',
    'Via',
    'Cookie',
    'Proxy-Authorization',
    'TE',
    'Trailer',
    'Keep-Alive',
    'OpenAI-Organization',
    'OpenAI-Project',
    'x-goog-user-project',
    'x-ms-client-request-id',
    'x-portkey-config',
    'x-litellm-model',
    'Prefer',
    'User-Agent',
    'X-Stainless-Lang',
    'Origin',
    'Referer',
    'X-Amz-Security-Token',
    'Range',
    'If-None-Match',
    'Priority',
    'Traceparent',
  ]
  const kept = ['host', 'connection', 'content-type', 'accept-encoding', 'authorization', 'content-length']
  const nominated = `Connection: close, ${kept.join(', ')}, x-identity\r\n`
  const headers = `${nominated}${names.map((name) => `${name}: canary\r\n`).join('')}`
  t.equal(codeOf(await say(world, post(token, { headers }))), '200')
  const raw = (await world.modelApi.requests()).at(-1)?.rawHeaders ?? []
  const sent = raw.filter((_, at) => at % 2 === 0).map((name) => name.toLowerCase())
  t.strictSame([...sent].sort(), [...kept].sort())
  t.notMatch(raw.join('\n'), 'canary')
  t.notMatch(raw.join('\n'), token)
  t.equal(raw[raw.findIndex((name) => name.toLowerCase() === 'authorization') + 1], 'Bearer the-gateway-s-own-key')
  t.equal(await up(), 1)
})

t.test('a header that decides something, a second time or with an underscore, is refused', async (t) => {
  for (const name of [
    'Host',
    'Content-Type',
    'Authorization',
    'Content-Encoding',
    'Expect',
    'anthropic-version',
    'x-api-key',
  ]) {
    const twice = `${name}: a\r\n${name}: b\r\n`
    t.match(
      codeOf(await say(world, post(token, { headers: twice }))),
      /^request_(?:ambiguous|unreadable)$/,
      `${name} twice`,
    )
    if (!name.includes('-')) continue
    const odd = `${name.replace('-', '_')}: a\r\n`
    t.equal(codeOf(await say(world, post(token, { headers: odd }))), 'request_ambiguous', odd)
  }
  for (const host of ['a/b', 'a@b', 'a b', 'a:b', '', 'a,b', 'a:1:2', '[::1', 'a#b']) {
    t.equal(
      codeOf(await say(world, get(token, '/v1/models').replace('gate.example', host))),
      'request_unreadable',
      host,
    )
  }
  t.equal(
    codeOf(await say(world, get(token, '/v1/models').replace('Host: gate.example\r\n', ''))),
    'request_unreadable',
  )
  t.equal(await up(), 0)
})

t.test('more headers, or longer ones, than anybody needs are refused', async (t) => {
  const rows: readonly [string, string][] = [
    ['one of 40 kB', `A: ${'x'.repeat(40_000)}\r\n`],
    ['two thousand', 'A: b\r\n'.repeat(2_000)],
    ['a hundred and one', 'A: b\r\n'.repeat(101)],
    ['a thousand values', `A: ${'x,'.repeat(20_000)}\r\n`],
    ['a name of 40 kB', `${'A'.repeat(40_000)}: b\r\n`],
  ]
  for (const [what, headers] of rows) t.match(await say(world, post(token, { headers })), /^HTTP\/1\.1 431 /, what)
  t.equal(await up(), 0)
})

t.test('a browser on another site is told nothing that would let it in', async (t) => {
  const preflight =
    'Origin: https://x.example\r\nAccess-Control-Request-Method: POST\r\nAccess-Control-Request-Headers: authorization\r\n'
  for (const who of [null, token]) {
    for (const path of ['/v1/chat/completions', '/v1/messages', '/v1/models', '*', '/']) {
      const answer = await say(world, get(who, path, preflight, 'OPTIONS'))
      t.match(answer, /^HTTP\/1\.1 4/, path)
      t.notMatch(answer, /access-control-/i)
    }
  }
  t.notMatch(await say(world, get(token, '/v1/models', 'Origin: https://x.example\r\n')), /access-control-|set-cookie/i)
  t.equal(await up(), 0)
})

t.test('a target in another form, another spelling or of another length is not one of ours', async (t) => {
  const path = '/v1/chat/completions'
  const targets = [
    `http://other.example${path}`,
    `https://gate.example${path}`,
    '*',
    `//v1/chat/completions`,
    `/v1//chat/completions`,
    `${path}/`,
    `/V1/chat/completions`,
    `/v1/./chat/completions`,
    `/v1/../v1/chat/completions`,
    `/v1/%2e%2e/v1/chat/completions`,
    `/v1/%252e%252e/chat/completions`,
    `/v1/..;/chat/completions`,
    `/v1\\chat\\completions`,
    `/v1%5cchat/completions`,
    `/v1%2fchat/completions`,
    `/v1/chat/completions%00`,
    `/v1/.%09./chat/completions`,
    `${path};a=b`,
    `${path}.json`,
    `${path}#x`,
    `${path}?model=fable-5`,
    `${path}?a=b`,
    `${path}?`.concat('&'),
    `${path}?a%5b%5d=b`,
    `/healthz/..${path}`,
    '/metrics',
    '/readyz',
    '/livez',
    '/access/v1/evaluation',
    '/v1/revocations',
    '/',
    '/v1/new-endpoint',
    `/beta${path}`,
  ]
  for (const target of targets) {
    const answer = await say(world, post(token, { line: `POST ${target} HTTP/1.1` }))
    t.match(answer, /^HTTP\/1\.1 40[0-5] /, target)
  }
  const before = performance.now()
  t.match(await say(world, get(token, `/${'a'.repeat(20_000)}`)), /^HTTP\/1\.1 414 /, 'twenty thousand letters')
  t.match(await say(world, get(token, `/${'a'.repeat(100_000)}`)), /^HTTP\/1\.1 431 /, 'beyond what is read of a head')
  t.comment(`${Math.round(performance.now() - before)} ms`)
  t.equal(await up(), 0)
})

t.test('a method that the row does not name is refused, however it is written', async (t) => {
  for (const method of [
    'GET',
    'HEAD',
    'PUT',
    'PATCH',
    'DELETE',
    'OPTIONS',
    'TRACE',
    'TRACK',
    'DEBUG',
    'post',
    'Post',
    'CONNECT',
    'PROPFIND',
    'M-SEARCH',
    'QUERY',
    'SOURCE',
    'P0ST',
    'X'.repeat(40),
  ]) {
    const answer = await say(world, post(token, { line: `${method} /v1/chat/completions HTTP/1.1` }))
    t.match(answer, /^HTTP\/1\.1 40[05] /, method)
  }
  t.equal(await up(), 0)
})
