// A model API that lies, babbles or is somebody else: what comes from it is read as strictly as what goes to it.
import { createServer, type Server, type Socket } from 'node:net'
import { createServer as createTlsServer, getCACertificates, setDefaultCACertificates } from 'node:tls'
import t from 'tap'
import { certificate } from '../support/certificate.ts'
import {
  answered,
  codeOf,
  gateBefore,
  type Heard,
  messages,
  outcomes,
  pause,
  post,
  type Script,
  say,
  statuses,
  until,
} from './wire.ts'

let script: Script = ({ socket }) => socket.write(answered())
const { world, api } = await gateBefore(t, (heard) => script(heard), {
  upstream: '\n    timeouts: { headers: 2s, body-idle: 2s }',
})
const token = await world.provider.token('us-citizen')
const stream = JSON.stringify({ model: 'open-1', stream: true, messages })
const event = `data: ${JSON.stringify({ model: 'open-1', choices: [{ delta: { content: 'x' } }] })}\n\n`
const sse = 'HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\n'

/** What the caller gets where the model API says this; the connection to it is closed behind it unless said. */
async function hears(bytes: string, { body = '', closes = true } = {}): Promise<string> {
  script = ({ socket }) => {
    socket.write(Buffer.from(bytes, 'latin1'))
    if (closes) socket.end()
  }
  return say(world, body === '' ? post(token) : post(token, { body }))
}

/** Each is asked for once, and the caller hears that the model API failed, and nothing of what it said. */
function nothingPasses(name: string, rows: readonly (readonly [string, string, boolean?])[]): void {
  t.test(name, { timeout: 60_000 }, async (t) => {
    for (const [what, bytes, closes = true] of rows) {
      const [before, ended] = [api.heard.length, (await outcomes(world, 0)).length]
      const answer = await hears(bytes, { closes })
      t.equal(codeOf(answer), 'upstream_unavailable', what)
      t.notMatch(answer, /canary/i, `${what}: nothing of it`)
      t.equal(api.heard.length - before, 1, `${what}: asked once`)
      const outcome = (await outcomes(world, ended + 1)).at(-1)
      t.match(outcome, { ending: 'upstream_failed', reason: 'upstream_unavailable' }, `${what}: on record`)
      t.ok(await until(() => api.open() === 0), `${what}: that connection is not used again`)
    }
  })
}

const head = (fields: string, body = 'canary'): string => `HTTP/1.1 200 OK\r\n${fields}\r\n${body}`

nothingPasses('an answer whose end two parsers would see in different places is not relayed', [
  ['length and chunks', head('Content-Length: 6\r\nTransfer-Encoding: chunked\r\n', '6\r\ncanary\r\n0\r\n\r\n')],
  ['two lengths', head('Content-Length: 6\r\nContent-Length: 5\r\n')],
  ['a signed length', head('Content-Length: +6\r\n')],
  ['a length that is too great', head('Content-Length: 60\r\n')],
  ['an unfinished chunk', head('Transfer-Encoding: chunked\r\n', '9\r\ncanary')],
  ['a chunk longer than it says', head('Transfer-Encoding: chunked\r\n', '2\r\ncanary\r\n0\r\n\r\n')],
  ['an unknown transfer coding', head('Transfer-Encoding: chunked, gzip\r\n')],
  ['bare line feeds', head('Content-Length: 6\r\n').replaceAll('\r\n', '\n')],
  ['a folded header', head('Content-Length: 6\r\nA: b\r\n c\r\n')],
  ['a NUL in a header', head('Content-Length: 6\r\nA: b\0c\r\n')],
  ['another protocol', 'SSH-2.0-canary\r\n'],
  ['nothing', ''],
])

nothingPasses('an answer that leads elsewhere, switches or never comes to its point is not relayed', [
  ['101 unasked', 'HTTP/1.1 101 Switching Protocols\r\nConnection: upgrade\r\nUpgrade: h2c\r\n\r\ncanary', false],
  ['100 unasked', `HTTP/1.1 100 Continue\r\n\r\n${answered({ model: 'canary' })}`],
  ['headers without end', `HTTP/1.1 200 OK\r\n${'A: canary\r\n'.repeat(20_000)}`, false],
  ['one header of 40 kB', head(`A: ${'x'.repeat(40_000)}\r\nContent-Length: 6\r\n`), false],
  ['half a head, then silence', 'HTTP/1.1 200 OK\r\nA: can', false],
  ['half a body, then silence', head('Content-Length: 60\r\n'), false],
  ...[300, 301, 302, 303, 304, 305, 307, 308, 399].map((status): readonly [string, string] => [
    `${status}`,
    `HTTP/1.1 ${status} Elsewhere\r\nLocation: http://127.0.0.1:${api.port}/canary\r\nContent-Length: 0\r\n\r\n`,
  ]),
  ...[401, 403, 407].map((status): readonly [string, string] => [
    `${status}, about the key that it was sent`,
    `HTTP/1.1 ${status} No\r\nContent-Type: application/json\r\nContent-Length: 28\r\n\r\n{"key":"canary-of-the-gate"}\n`,
  ]),
  ...['gzip', 'br', 'deflate', 'zstd', 'gzip, gzip', 'identity, gzip', 'x'].map((coding): readonly [string, string] => [
    `coded with ${coding}`,
    head(`Content-Type: application/json\r\nContent-Encoding: ${coding}\r\nContent-Length: 6\r\n`),
  ]),
])

t.test(
  'a flood of interim answers ends with the time that the model API has for its head',
  { timeout: 60_000 },
  async (t) => {
    const floods: ReturnType<typeof setInterval>[] = []
    script = ({ socket }) => {
      floods.push(setInterval(() => socket.write('HTTP/1.1 103 Early Hints\r\nLink: </canary>\r\n\r\n'.repeat(20)), 5))
    }
    const answer = await say(world, post(token))
    for (const flood of floods) clearInterval(flood)
    t.equal(codeOf(answer), 'upstream_unavailable')
    t.notMatch(answer, /canary|HTTP\/1\.1 103/)
    t.ok(await until(() => api.open() === 0))
  },
)

t.test('a few interim answers are left out', async (t) => {
  const interim = 'HTTP/1.1 103 Early Hints\r\nLink: </canary>\r\n\r\nHTTP/1.1 102 Processing\r\n\r\n'
  const answer = await hears(interim + answered())
  t.equal(codeOf(answer), '200')
  t.notMatch(answer, /canary|HTTP\/1\.1 10/)
})

t.test('what stands behind an answer is nobody’s answer', async (t) => {
  const second = answered({ model: 'open-1', canary: true })
  script = ({ socket, nth }) => socket.write(nth === api.heard.length - 1 ? answered() + second : answered())
  const first = await say(world, post(token))
  await pause(100)
  script = ({ socket }) => socket.write(answered({ model: 'open-1', next: true }))
  const next = await say(world, post(token))
  t.notMatch(first + next, 'canary')
  t.match(next, '"next":true')
})

t.test('an answer that comes before its request was sent is not taken for the next one’s', async (t) => {
  const long = JSON.stringify({ model: 'open-1', messages: [{ role: 'user', content: 'x'.repeat(3_000_000) }] })
  const seen = api.heard.length
  const { world: other, api: early } = await gateBefore(
    t,
    ({ socket, nth }) => void (nth > 0 && socket.write(answered())),
    {
      make: earlyServer,
    },
  )
  const who = await other.provider.token('us-citizen')
  const answers = [
    await say(other, post(who, { body: long })),
    await say(other, post(who)),
    await say(other, post(who)),
  ]
  for (const answer of answers) t.equal(codeOf(answer), '200')
  const heard = early.heard.map(({ text }) => text)
  t.equal(heard.length, 3, 'whoever frames as we do hears three requests')
  t.ok(heard.every((text) => text.startsWith('POST /v1/chat/completions HTTP/1.1\r\n')))
  t.strictSame(
    heard.map((text) => text.length > 3_000_000),
    [true, false, false],
  )
  t.equal(api.heard.length, seen)
})

t.test('of an answer’s headers only those on the list reach the caller, and none that could split it', async (t) => {
  const internal = [
    'Set-Cookie: canary=1',
    'Set-Cookie: canary=2',
    'Location: http://canary.example/',
    'Content-Location: /canary',
    'Refresh: 0; url=http://canary.example/',
    'Link: </canary>; rel=preload',
    'Connection: keep-alive, x-canary',
    'Keep-Alive: timeout=canary',
    'Proxy-Authenticate: Basic realm=canary',
    'WWW-Authenticate: Basic realm=canary',
    'Trailer: canary',
    'Upgrade: canary',
    'X-Canary: canary',
    'Server: canary',
    'Via: 1.1 canary',
    'Alt-Svc: h3="canary:443"',
    'Access-Control-Allow-Origin: canary',
    'Strict-Transport-Security: max-age=canary',
    'Content-Security-Policy: canary',
    'Portcullis-Decision: canary',
    'Cache-Control: canary',
    'Authorization: Bearer canary',
    'OpenAI-Organization: canary',
    'X-Accel-Redirect: /canary',
    'X-RateLimit-Limit-\u0001: canary',
    'X-Request-Id: a\tcanary',
    'X-Request-Id: \xe9canary',
  ].filter((line) => !line.includes('\u0001'))
  const passing = 'openai-processing-ms: 12\r\nx-ratelimit-limit-requests: 9\r\n'
  const answer = await hears(answered({ model: 'open-1' }, `${internal.join('\r\n')}\r\n${passing}`))
  t.equal(codeOf(answer), '200')
  t.notMatch(answer, /canary/i)
  t.match(answer, /^openai-processing-ms: 12\r$/m)
  t.match(answer, /^x-ratelimit-limit-requests: 9\r$/m)
  t.match(answer, /^portcullis-decision: [0-9a-f-]{36}\r$/m)
})

t.test('an answer that names its type or its coding twice is no answer', async (t) => {
  const twice = (name: string, a: string, b: string): string =>
    `HTTP/1.1 200 OK\r\n${name}: ${a}\r\n${name}: ${b}\r\nContent-Length: 18\r\n\r\n{"model":"open-1"}`
  t.equal(codeOf(await hears(twice('Content-Type', 'application/json', 'text/event-stream'))), 'upstream_unavailable')
  t.equal(codeOf(await hears(twice('Content-Encoding', 'identity', 'gzip'))), 'upstream_unavailable')
  t.ok(await until(() => world.gateway.gate.live.size() === 0))
})

t.test(
  'a stream with marks, other line ends, split letters or another stream inside passes byte for byte, or is cut',
  async (t) => {
    const named = (text: string): string => `data: {"model":"open-1","text":"${text}"}`
    const forms: readonly [string, string][] = [
      ['a byte order mark', `\xef\xbb\xbf${named('a')}\n\n`],
      ['carriage returns', `${named('a')}\r\r${named('b')}\r\r`],
      ['both line ends', `${named('a')}\r\n\r\n${named('b')}\n\n`],
      ['comments and fields', `: hello\n\nevent: x\nid: 1\nretry: 5\n${named('a')}\n\n`],
      ['data on lines', 'data: {"model":\ndata: "open-1"}\n\n'],
      ['no JSON', 'data: hello\n\n'],
      ['ill-formed UTF-8', 'data: {"model":"open-1","text":"\xff\xc3"}\n\n'],
      ['a split letter', `${named('\xc3\xa9')}\n\n`],
    ]
    for (const [name, text] of forms) {
      script = ({ socket }) => {
        socket.write(`${sse}Transfer-Encoding: chunked\r\n\r\n`)
        for (const byte of text) socket.write(Buffer.from(`1\r\n${byte}\r\n`, 'latin1'))
        socket.end('0\r\n\r\n')
      }
      const response = await fetch(`${world.gateway.data}/v1/chat/completions`, {
        method: 'POST',
        headers: { authorization: `Bearer ${token}`, 'content-type': 'application/json' },
        body: stream,
      })
      t.equal(Buffer.from(await response.arrayBuffer()).toString('latin1'), text, name)
    }
    for (const hidden of [
      'data: {"\\u006dodel":"mythos-5"}',
      'data: {"model":\ndata: "mythos-5"}',
      '\xef\xbb\xbfdata: {"model":"mythos-5"}',
    ]) {
      const answer = await hears(`${sse}Connection: close\r\n\r\n${hidden}\n\n${event}`, { body: stream })
      t.match(answer, 'model_mismatch', hidden)
      t.notMatch(answer.slice(answer.indexOf('\r\n\r\n')), 'mythos-5')
    }
  },
)

t.test('a model API that is not who it should be gets nothing', async (t) => {
  const { cert, key } = certificate('localhost')
  const gate = (): ReturnType<typeof gateBefore> =>
    gateBefore(t, ({ socket }) => socket.write(answered()), {
      scheme: 'https',
      fable: '127.0.0.2',
      make: (listener) => createTlsServer({ cert, key }, listener),
    })
  const code = async ({ world }: Awaited<ReturnType<typeof gate>>, model: string): Promise<string> => {
    const token = await world.provider.token('us-citizen')
    return codeOf(await say(world, post(token, { body: JSON.stringify({ model, messages }) })))
  }
  const unknowing = await gate()
  t.equal(await code(unknowing, 'open-1'), 'upstream_unavailable', 'its certificate is its own word')
  const system = getCACertificates('default')
  setDefaultCACertificates([...system, cert])
  t.teardown(() => setDefaultCACertificates(system))
  const knowing = await gate()
  t.equal(await code(knowing, 'fable-5'), 'upstream_unavailable', 'its certificate is for another name')
  for (const { world, api } of [unknowing, knowing]) {
    t.equal(api.heard.length, 0)
    t.match(await outcomes(world, 1), [{ ending: 'upstream_failed', upstreamStatus: null }])
  }
  t.equal(await code(knowing, 'open-1'), '200', 'the right one is served')
  t.equal(knowing.api.heard.length, 1)
})

t.test(
  'requests of two callers never share a connection at one time, and no credential of theirs goes on it',
  async (t) => {
    const other = await world.provider.token('green-card')
    const waiting: Heard[] = []
    const from = api.heard.length
    script = (heard) => void waiting.push(heard)
    const both = [say(world, post(token)), say(world, post(other))]
    t.ok(await until(() => waiting.length === 2))
    t.not(waiting[0]?.socket, waiting[1]?.socket)
    for (const { socket } of waiting) socket.write(answered())
    for (const answer of await Promise.all(both)) t.strictSame(statuses(answer), [200])
    const said = api.heard
      .slice(from)
      .map(({ text }) => text)
      .join('')
    t.notOk(said.includes(token) || said.includes(other))
    t.equal(said.match(/^authorization: Bearer the-gateway-s-own-key\r$/gim)?.length, 2)
  },
)

/** Speaks once before it has read: as soon as it hears anything of its first request. */
function earlyServer(listener: (socket: Socket) => void): Server {
  let isFirst = true
  return createServer((socket) => {
    if (isFirst) socket.once('data', () => socket.write(answered({ model: 'open-1', early: true })))
    isFirst = false
    listener(socket)
  })
}
