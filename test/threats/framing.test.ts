// Bytes on the caller's connection that two HTTP parsers could cut into requests differently: one reading or none.
import t from 'tap'
import { gateFor } from '../support/gate.ts'
import { codeOf, counting, dial, get, messages, pause, post, type RawRequest, say, statuses, until } from './wire.ts'

const world = await gateFor(t)
const up = counting(world)
const token = await world.provider.token('us-citizen')
const foreign = await world.provider.token('foreign-national')
const body = JSON.stringify({ model: 'open-1', messages })
const size = body.length.toString(16)
const chunked = 'Transfer-Encoding: chunked\r\n'
const inChunks = (text: string): RawRequest => ({ framing: chunked, body: text })
/** What the request would let in behind itself: another request, under the first one's identity. */
const smuggled = post(null, { body: JSON.stringify({ model: 'mythos-5', messages }) })

/**
 * Not one of these reaches the model API; its connection ends, with one refusal at most: none where the parser gave up behind a head
 * that was already being refused.
 */
function refusedAlone(name: string, rows: readonly (readonly [string, string, RegExp?])[]): void {
  t.test(name, async (t) => {
    for (const [what, bytes, line = /^(?:HTTP\/1\.1 400 |$)/] of rows) {
      const { socket, text } = await dial(world)
      socket.write(Buffer.from(bytes, 'latin1'))
      t.ok(await until(() => socket.closed), `${what}: the connection ends`)
      t.match(text(), line, what)
      t.ok(statuses(text()).length <= 1, `${what}: one answer at most`)
    }
    t.equal(await up(), 0, 'nothing went on')
  })
}

refusedAlone('a body whose end two parsers would see in different places is refused, with whatever stands behind it', [
  ['length before chunks', post(token, { framing: `Content-Length: 4\r\n${chunked}`, body: `0\r\n\r\n${smuggled}` })],
  ['chunks before length', post(token, { framing: `${chunked}Content-Length: 4\r\n`, body: `0\r\n\r\n${smuggled}` })],
  ['two codings', post(token, { framing: `${chunked}${chunked}`, body: `0\r\n\r\n${smuggled}` })],
  [
    'a second coding unknown',
    post(token, { framing: `${chunked}Transfer-Encoding: x\r\n`, body: `0\r\n\r\n${smuggled}` }),
  ],
  ...[
    'xchunked',
    'chunked, identity',
    'identity',
    'gzip, chunked',
    'chunked, gzip',
    '"chunked"',
    'chunked;a=b',
    ',chunked',
    '\x0bchunked',
    '\x0cchunked',
    'chu\x00nked',
    'chunked\x80',
    'deflate, chunked',
    '',
  ].map((coding): readonly [string, string] => [
    `coding ${JSON.stringify(coding)}`,
    post(token, { framing: `Transfer-Encoding: ${coding}\r\n`, body: `${size}\r\n${body}\r\n0\r\n\r\n${smuggled}` }),
  ]),
  ['a coding on a line of its own', post(token, { framing: 'Transfer-Encoding:\r\n chunked\r\n', body: `0\r\n\r\n` })],
  [
    'a blank before the colon',
    post(token, { framing: 'Transfer-Encoding : chunked\r\n', body: `0\r\n\r\n${smuggled}` }),
  ],
  ['an underscore', post(token, { framing: 'Transfer_Encoding: chunked\r\n', body: `0\r\n\r\n${smuggled}` })],
])

refusedAlone('a length that is no plain number, or stands twice, is refused', [
  ...['+5', '5,5', '5, 5', '0x5', '5 5', '-5', '5.0', '', '05', '٥', '5e1', '99999999999999999999', '5;', '"5"'].map(
    (length): readonly [string, string] => [
      JSON.stringify(length),
      post(token, { framing: `Content-Length: ${length}\r\n`, body: `${body}${smuggled}` }),
    ],
  ),
  ['two equal', post(token, { framing: 'Content-Length: 5\r\nContent-Length: 5\r\n', body: `${body}${smuggled}` })],
  ['two different', post(token, { framing: 'Content-Length: 5\r\nContent-Length: 6\r\n', body: `${body}${smuggled}` })],
  ['with an underscore', post(token, { framing: 'Content_Length: 5\r\n', body: smuggled })],
  ['both spellings', post(token, { framing: 'Content-Length: 5\r\nContent_Length: 6\r\n', body })],
  ['on a GET', get(token, '/v1/models', `Content-Length: ${smuggled.length}\r\n`) + smuggled],
])

refusedAlone('line ends, blanks, folds and NULs that another parser would read its own way are refused', [
  ['bare line feeds', post(token).replaceAll('\r\n', '\n')],
  ['one bare line feed', post(token, { headers: 'A: b\nC: d\r\n' })],
  ['a bare carriage return', post(token, { headers: 'A: b\rC: d\r\n' })],
  ['carriage returns alone', post(token).replaceAll('\r\n', '\r')],
  ['a folded value', post(token, { headers: 'A: b\r\n c\r\n' })],
  ['a folded value with a tab', post(token, { headers: 'A: b\r\n\tAuthorization: x\r\n' })],
  ['a NUL in a value', post(token, { headers: 'A: b\0c\r\n' })],
  ['a NUL in a name', post(token, { headers: 'A\0: b\r\n' })],
  ['a NUL in the target', get(token, '/v1/models\0x')],
  ['a blank before the colon', post(token, { headers: 'A : b\r\n' })],
  ['a blank before the first field', get(token, '/v1/models').replace('Host', ' Host')],
  ['no name', post(token, { headers: ': b\r\n' })],
  ['no colon', post(token, { headers: 'Authorization\r\n' })],
  ['brackets in a name', post(token, { headers: 'A(b): c\r\n' })],
  ['a byte beyond ASCII in a name', post(token, { headers: 'A\xe9: c\r\n' })],
  ['a tab in the request line', get(token, '/v1/models').replace('GET ', 'GET\t')],
  ['a blank at its end', get(token, '/v1/models').replace('1.1\r', '1.1 \r')],
])

refusedAlone('a chunk whose size or end is not plain is refused', [
  ...[
    `+${size}`,
    `-${size}`,
    `0x${size}`,
    `${size} `,
    ` ${size}`,
    `${size}\t`,
    'FFFFFFFFFFFFFFFF1',
    '',
    'g',
    `${size};a="\n"`,
    `${size};a\nb`,
    `${size}\n0`,
  ].map((line): readonly [string, string, RegExp?] => [
    `size ${JSON.stringify(line)}`,
    post(token, inChunks(`${line}\r\n${body}\r\n0\r\n\r\n`)),
    /^(?:HTTP\/1\.1 4(?:00|13) |$)/,
  ]),
  ['a chunk longer than it says', post(token, inChunks(`5\r\n${body}\r\n0\r\n\r\n`))],
  ['a bare line feed behind the data', post(token, inChunks(`${size}\r\n${body}\n0\r\n\r\n`))],
  ['a bare line feed behind the size', post(token, inChunks(`${size}\n${body}\r\n0\r\n\r\n`))],
  ['a bare line feed in a trailer', post(token, inChunks(`${size}\r\n${body}\r\n0\r\nA: b\nC: d\r\n\r\n`))],
  ['extensions without end', post(token, inChunks(`1;${'a'.repeat(200_000)}`)), /^(?:HTTP\/1\.1 4(?:00|13) |$)/],
  [
    'trailers without end',
    post(token, inChunks(`${size}\r\n${body}\r\n0\r\n${'A: b\r\n'.repeat(20_000)}`)),
    /^HTTP\/1\.1 4(?:00|31) |^$/,
  ],
])

t.test('chunks with extensions are one body, and nothing of a trailer goes on', async (t) => {
  const text = `${size};name="value"\r\n${body}\r\n00;last\r\nAuthorization: Bearer ${foreign}\r\nContent-Type: text/plain\r\nHost: x\r\nX-Identity: admin\r\n\r\n`
  const answer = await say(world, post(token, inChunks(text)))
  t.equal(codeOf(answer), '200')
  const seen = (await world.modelApi.requests()).at(-1)
  t.equal(seen?.body, body)
  t.equal(seen?.headers['content-length'], String(body.length), 'framed by our own length')
  t.strictSame(
    (seen?.rawHeaders ?? [])
      .filter((_, at) => at % 2 === 0)
      .map((name) => name.toLowerCase())
      .sort(),
    ['accept-encoding', 'authorization', 'connection', 'content-length', 'content-type', 'host'],
  )
  t.equal(await up(), 1)
})

refusedAlone('another version of HTTP than 1.1 is not answered as if it were that', [
  ['0.9', 'GET /v1/models\r\n\r\n', /^HTTP\/1\.1 505 /],
  ['1.0', post(token, { line: 'POST /v1/chat/completions HTTP/1.0' }), /^HTTP\/1\.1 505 /],
  [
    '1.0 kept alive',
    post(token, { line: 'POST /v1/chat/completions HTTP/1.0', headers: 'Connection: keep-alive\r\n' }) + post(token),
    /^HTTP\/1\.1 505 /,
  ],
  ['1.2', post(token, { line: 'POST /v1/chat/completions HTTP/1.2' })],
  ['2.0 in a line', post(token, { line: 'POST /v1/chat/completions HTTP/2.0' }), /^HTTP\/1\.1 505 /],
  ['01.1', post(token, { line: 'POST /v1/chat/completions HTTP/01.1' })],
  [
    'the preface of HTTP/2, answered in its words: HTTP_1_1_REQUIRED',
    'PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n\0\0\0\x04\0\0\0\0\0',
    /^\0\0\0\x04\0{5}\0\0\x04\x03\0{4}\x01\0{3}\x0d\0\0\x1f\x07\0{5}\0{4}\0{3}\x0dHTTP\/1\.1 is spoken here$/,
  ],
  ['another protocol', post(token, { line: 'POST /v1/chat/completions ICE/1.0' })],
  ['a TLS hello', '\x16\x03\x01\0\xa5\x01\0\0\xa1\x03\x03'],
])

t.test('an upgrade that nobody offers stays a request, and nothing of it goes on', async (t) => {
  const upgrade = (protocol: string): string =>
    `Connection: Upgrade, HTTP2-Settings\r\nUpgrade: ${protocol}\r\nHTTP2-Settings: AAMAAABkAAQAoAAAAAIAAAAA\r\n`
  for (const protocol of ['h2c', 'TLS/1.2', 'x', 'h2c, websocket']) {
    const { socket, text } = await dial(world)
    socket.write(post(token, { headers: upgrade(protocol) }))
    await until(() => socket.closed || statuses(text()).length > 0)
    t.notMatch(text(), /^HTTP\/1\.1 101/m, protocol)
    const before = text().length
    socket.write('raw bytes for a tunnel')
    await pause(50)
    t.notMatch(text().slice(before), /^HTTP\/1\.1 2/m, `${protocol}: no tunnel`)
    socket.destroy()
  }
  for (const { headers } of await world.modelApi.requests()) {
    t.notOk('upgrade' in headers || 'http2-settings' in headers)
    t.notMatch(headers.connection, /upgrade|http2/i)
  }
  await up()
})

t.test('of two requests on one connection, each is decided for the identity that it carries itself', async (t) => {
  const asked = (who: string | null): string => post(who, { body: JSON.stringify({ model: 'fable-5', messages }) })
  const orders: readonly (readonly [string, string, readonly number[]])[] = [
    ['citizen, then national', asked(token) + asked(foreign), [200, 403]],
    ['national, then citizen', asked(foreign) + asked(token), [403, 200]],
    ['citizen, then nobody', asked(token) + asked(null), [200, 401]],
    ['national, citizen, national', asked(foreign) + asked(token) + asked(foreign), [403, 200, 403]],
  ]
  for (const [name, bytes, expected] of orders) {
    t.strictSame(statuses(await say(world, bytes, expected.length)), expected, name)
  }
  t.equal(await up(), 4)
})

t.test('a request whose body is not all there has no place for another one behind it', async (t) => {
  // Refused before its body was read: what follows is that body, whatever it looks like.
  const { socket, text } = await dial(world)
  socket.write(post(null, { framing: `Content-Length: ${smuggled.length + 10}\r\n`, body: smuggled }))
  t.ok(await until(() => socket.closed))
  t.strictSame(statuses(text()), [401])
  t.equal(await up(), 0)
})

t.test('`Expect` neither opens a connection to the model API nor lets a body be skipped', async (t) => {
  const { socket, text } = await dial(world)
  const whole = post(token, { headers: 'Expect: 100-continue\r\n' })
  const head = whole.slice(0, -body.length)
  socket.write(head)
  t.ok(await until(() => text() === 'HTTP/1.1 100 Continue\r\n\r\n'))
  t.equal(await up(), 0, 'nothing was sent for a promise')
  socket.write(body)
  t.ok(await until(() => statuses(text()).length === 1))
  t.equal(await up(), 1)
  socket.destroy()
  const long = post(token, { framing: 'Content-Length: 99999999\r\n', headers: 'Expect: 100-continue\r\n', body: '' })
  const refused = await say(world, long)
  t.notMatch(refused, '100 Continue', 'a body that is too long is not asked for')
  t.equal(codeOf(refused), 'too_large')
  for (const expect of ['100-Continue, x', 'x', '200-ok', '']) {
    t.equal(codeOf(await say(world, post(token, { headers: `Expect: ${expect}\r\n` }))), 'request_unreadable', expect)
  }
  t.equal(await up(), 0)
})
