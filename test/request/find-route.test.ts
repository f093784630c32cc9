import t from 'tap'
import { findRoute, type RequestStart, routes } from '../../src/request/index.ts'
import { json, matchOf, pathOf, start, version } from './asking.ts'

const get = (target: string, ...more: string[]): Partial<RequestStart> => ({
  method: 'GET',
  target,
  rawHeaders: ['Host', 'gate.example', ...more],
})

const served: readonly [string, Partial<RequestStart>, string][] = [
  ['chat', {}, 'openai.chat.completions.create'],
  ['responses', { target: '/v1/responses' }, 'openai.responses.create'],
  ['messages', { target: '/v1/messages' }, 'anthropic.messages.create'],
  [
    'beta messages',
    { target: '/v1/messages?beta=true', rawHeaders: [...json, ...version] },
    'anthropic.messages.create',
  ],
  ['the token count', { target: '/v1/messages/count_tokens' }, 'anthropic.messages.countTokens'],
  ['models, to OpenAI’s SDK', get('/v1/models'), 'openai.models.list'],
  ['models, to Anthropic’s SDK', get('/v1/models?limit=20&after_id=fable-5', ...version), 'anthropic.models.list'],
  ['a model, to OpenAI’s SDK', get('/v1/models/ft:fable-5:acme:v2'), 'openai.models.retrieve'],
  ['a model, to Anthropic’s SDK', get('/v1/models/fable-5?beta=true', ...version), 'anthropic.models.retrieve'],
]

for (const [name, over, id] of served) {
  t.test(`${name} has a route`, async (t) => t.equal(matchOf(over).route.id, id))
}

const refusedRoutes: readonly [string, Partial<RequestStart>, string, string][] = [
  ['P1 dot segments', { target: '/v1/../v1/chat/completions' }, 'route_unknown', 'openai'],
  ['P1 a matrix parameter', { target: '/v1/chat/completions;a=b' }, 'route_unknown', 'openai'],
  ['P3 another case', { target: '/V1/chat/completions' }, 'route_unknown', 'openai'],
  ['P3 a trailing slash', { target: '/v1/messages/' }, 'route_unknown', 'anthropic'],
  ['P3 a double slash', { target: '//v1/messages' }, 'route_unknown', 'openai'],
  ['P3 a suffix', { target: '/v1/responses.json' }, 'route_unknown', 'openai'],
  ['P3 an empty model', get('/v1/models/'), 'route_unknown', 'openai'],
  ['P3 a model of two segments', get('/v1/models/a/b'), 'route_unknown', 'openai'],
  ['B11 a new endpoint', { target: '/v1/new-endpoint' }, 'route_unknown', 'openai'],
  ['B11 threads', { target: '/v1/threads' }, 'route_unknown', 'openai'],
  ['B6 the batches of all', get('/v1/messages/batches'), 'method_not_allowed', 'anthropic'],
  ['B15 client secrets', { target: '/v1/realtime/client_secrets' }, 'route_unknown', 'openai'],
  ['P11 the admin port’s paths', get('/metrics'), 'route_unknown', 'openai'],
  ['P6 GET on an inference route', { ...get('/v1/responses') }, 'method_not_allowed', 'openai'],
  ['P6 DELETE on a model', { ...get('/v1/models/fable-5'), method: 'DELETE' }, 'method_not_allowed', 'openai'],
  ['P6 HEAD', { ...get('/v1/models', ...version), method: 'HEAD' }, 'method_not_allowed', 'anthropic'],
  ['P6 OPTIONS', { method: 'OPTIONS' }, 'method_not_allowed', 'openai'],
  ['P6 TRACE', { method: 'TRACE' }, 'method_not_allowed', 'openai'],
  ['P2 a model’s name with odd characters', get('/v1/models/$x'), 'model_unknown', 'openai'],
  ['B9 a model in the query', { target: '/v1/chat/completions?model=open-1' }, 'request_unreadable', 'openai'],
  ['H1 a key in the query', { target: '/v1/chat/completions?key=abc' }, 'request_unreadable', 'openai'],
  ['P9 a parameter twice', { target: '/v1/messages?beta=true&beta=true' }, 'request_ambiguous', 'anthropic'],
  ['P9 another value', { target: '/v1/messages?beta=false' }, 'request_unreadable', 'anthropic'],
  ['P9 an encoded name', { target: '/v1/messages?%62eta=true' }, 'request_unreadable', 'anthropic'],
  ['P9 a name of Object.prototype', { target: '/v1/messages?constructor=x' }, 'request_unreadable', 'anthropic'],
  ['P9 brackets', get('/v1/models?lifecycle[]=active', ...version), 'request_unreadable', 'anthropic'],
  ['P9 a bare ampersand', { target: '/v1/messages?&' }, 'request_unreadable', 'anthropic'],
  ['A20 a body on GET', get('/v1/models', 'Content-Length', '2'), 'request_unreadable', 'openai'],
  ['A20 chunks on GET', get('/v1/models', 'Transfer-Encoding', 'chunked'), 'request_unreadable', 'openai'],
  [
    'H9 an unknown beta',
    { target: '/v1/messages', rawHeaders: [...json, 'anthropic-beta', 'mcp-client-2025-04-04'] },
    'request_unreadable',
    'anthropic',
  ],
  [
    'H9 a version that is no date',
    { target: '/v1/messages', rawHeaders: [...json, 'anthropic-version', 'latest'] },
    'request_unreadable',
    'anthropic',
  ],
]

for (const [name, over, reason, dialect] of refusedRoutes) {
  t.test(`${name} is refused`, async (t) => t.match(findRoute(start(over)), { kind: 'refused', reason, dialect }))
}

t.test('405 says what is allowed', async (t) => {
  t.match(findRoute(start({ method: 'PUT' })), { allow: 'POST' })
})

const wrongTypes = [
  'text/plain',
  'text/json',
  'application/x-www-form-urlencoded',
  'multipart/form-data; boundary=x',
  'application/vnd.api+json',
  'application/jsonx',
  'application/json;',
  'application/json;;charset=utf-8',
  'application/json ; charset=utf-8',
  'application/json;  charset=utf-8',
  'application/json; charset=utf-16',
  'application/json; charset=utf-7',
  'application/json; charset=latin1',
  'application/json; charset="utf-8"',
  'application/json; boundary=x',
  'application/json, text/plain',
  ' application/json',
  'application/ndjson',
  '',
]
const bodyRoutes = routes.filter(({ body }) => body?.json !== undefined && body.multipart === undefined)

for (const route of bodyRoutes) {
  t.test(`A8 A9 ${route.id} takes JSON in UTF-8 alone`, async (t) => {
    for (const type of wrongTypes) {
      const reading = findRoute(start({ target: pathOf(route), rawHeaders: ['Host', 'x', 'Content-Type', type] }))
      t.match(reading, { kind: 'refused', reason: 'media_type' }, JSON.stringify(type))
    }
    t.match(findRoute(start({ target: pathOf(route), rawHeaders: ['Host', 'x'] })), { reason: 'media_type' }, 'none')
    for (const type of [
      'application/json',
      'Application/JSON',
      'application/json; charset=utf-8',
      'application/json;charset=UTF-8',
    ]) {
      t.equal(
        findRoute(start({ target: pathOf(route), rawHeaders: ['Host', 'x', 'Content-Type', type] })).kind,
        'route',
        type,
      )
    }
  })
  t.test(`A10 ${route.id} takes no content coding`, async (t) => {
    for (const coding of ['gzip', 'br', 'zstd', 'deflate', 'compress', 'gzip, gzip', 'identity, gzip', '']) {
      const rawHeaders = [...json, 'Content-Encoding', coding]
      t.match(findRoute(start({ target: pathOf(route), rawHeaders })), { reason: 'media_type' }, JSON.stringify(coding))
    }
    t.equal(
      findRoute(start({ target: pathOf(route), rawHeaders: [...json, 'Content-Encoding', 'identity'] })).kind,
      'route',
    )
  })
}

t.test('P7 P8 H3 H4 H9 only listed headers are forwarded', async (t) => {
  const rawHeaders = [...json, ...version]
  for (const name of [
    'Authorization',
    'x-api-key',
    'Cookie',
    'Connection',
    'Upgrade',
    'Forwarded',
    'X-Forwarded-For',
    'X-Original-URL',
    'X-HTTP-Method-Override',
    'User-Agent',
    'x-stainless-lang',
    'OpenAI-Organization',
    'OpenAI-Project',
    'OpenAI-Beta',
    'portcullis-decision',
    'x-portkey-config',
    'x-litellm-model',
    'Prefer',
    'Trailer',
    'TE',
    'anthropic-workspace-id',
  ])
    rawHeaders.push(name, 'x')
  rawHeaders.push('Accept', 'application/json', 'anthropic-beta', 'oauth-2025-04-20, context-1m-2025-08-07')
  t.strictSame(matchOf({ target: '/v1/messages', rawHeaders }).headers, {
    'content-type': 'application/json',
    'accept-encoding': 'identity',
    accept: 'application/json',
    'anthropic-version': '2023-06-01',
    'anthropic-beta': 'context-1m-2025-08-07',
  })
  t.strictSame(matchOf({ rawHeaders: [...rawHeaders, 'Accept', 'text/html'] }).headers, {
    'content-type': 'application/json',
    'accept-encoding': 'identity',
  })
})

t.test('P4 the target that goes upstream is the one that was matched', async (t) => {
  t.equal(matchOf({ target: '/v1/messages?beta=true' }).target, '/v1/messages?beta=true')
  t.equal(matchOf({ target: '/v1/messages?' }).target, '/v1/messages')
  t.equal(matchOf().target, '/v1/chat/completions')
})

t.test('a malformed head still finds a dialect to be told in', async (t) => {
  for (const target of ['', '*', 'http://x/', '/%', '/v1/messages%00', '?', '/v1/models/%']) {
    t.equal(typeof findRoute(start({ target, rawHeaders: ['odd'] })).dialect, 'string', target)
  }
})
