import t from 'tap'
import { type RequestStart, readHead } from '../../src/request/index.ts'
import { start } from './asking.ts'

const host = ['Host', 'gate.example']
const fields = (...more: string[]): Partial<RequestStart> => ({ rawHeaders: [...host, ...more] })

const refusedHeads: readonly [string, Partial<RequestStart>, string, number?][] = [
  ['S5 HTTP/1.0', { httpVersion: '1.0' }, 'request_unreadable', 505],
  ['S5 HTTP/0.9', { httpVersion: '0.9' }, 'request_unreadable', 505],
  ['S5 HTTP/2 on this port', { httpVersion: '2.0' }, 'request_unreadable', 505],
  ['P1 an encoded dot segment', { target: '/v1/%2e%2e/models' }, 'request_unreadable'],
  ['P1 a double-encoded dot segment', { target: '/v1/%252e%252e/models' }, 'request_unreadable'],
  ['P1 an encoded NUL', { target: '/v1/models%00' }, 'request_unreadable'],
  ['P1 a backslash', { target: '/v1\\models' }, 'request_unreadable'],
  ['P2 an encoded slash in an id', { target: '/v1/models/a%2fb' }, 'request_unreadable'],
  ['P5 absolute form', { target: 'http://other.example/v1/models' }, 'request_unreadable'],
  ['P5 authority form', { target: 'other.example:443' }, 'request_unreadable'],
  ['P5 asterisk form', { target: '*' }, 'request_unreadable'],
  ['P5 an empty target', { target: '' }, 'request_unreadable'],
  ['P6 a lower-case method', { method: 'post' }, 'request_unreadable'],
  ['P9 a fragment', { target: '/v1/models#x' }, 'request_unreadable'],
  ['P9 a fragment in the query', { target: '/v1/models?a=b#x' }, 'request_unreadable'],
  ['P9 a blank in the query', { target: '/v1/models?a=b c' }, 'request_unreadable'],
  ['P12 a path of 100 kB', { target: `/${'a'.repeat(100_000)}` }, 'too_large', 414],
  [
    'A9 two content types',
    fields('Content-Type', 'application/json', 'content-type', 'text/plain'),
    'request_ambiguous',
  ],
  ['A9 a content type with a tab', fields('Content-Type', 'application/json\t;charset=utf-8'), 'request_unreadable'],
  ['A11 a gzip transfer coding', fields('Transfer-Encoding', 'gzip, chunked'), 'request_unreadable'],
  ['S1 length and chunks', fields('Content-Length', '5', 'Transfer-Encoding', 'chunked'), 'request_ambiguous'],
  [
    'S1 two transfer codings',
    fields('Transfer-Encoding', 'chunked', 'Transfer-Encoding', 'chunked'),
    'request_ambiguous',
  ],
  ['S2 two lengths', fields('Content-Length', '5', 'Content-Length', '5'), 'request_ambiguous'],
  ['S2 a signed length', fields('Content-Length', '+5'), 'request_unreadable'],
  ['S2 a list of lengths', fields('Content-Length', '5,5'), 'request_unreadable'],
  ['S2 a hexadecimal length', fields('Content-Length', '0x5'), 'request_unreadable'],
  ['S2 a length with a leading zero', fields('Content-Length', '05'), 'request_unreadable'],
  ['S9 another expectation', fields('Expect', '200-ok'), 'request_unreadable'],
  [
    'H1 two Authorization headers',
    fields('Authorization', 'Bearer a', 'authorization', 'Bearer b'),
    'request_ambiguous',
  ],
  ['H1 two x-api-key headers', fields('x-api-key', 'a', 'X-Api-Key', 'b'), 'request_ambiguous'],
  ['H4 content_type', fields('content_type', 'application/json'), 'request_ambiguous'],
  ['H4 Content_Length', fields('Content_Length', '5'), 'request_ambiguous'],
  ['H4 x_api-key', fields('x_api-key', 'a'), 'request_ambiguous'],
  ['H4 x_forwarded_for', fields('X_Forwarded_For', '203.0.113.1'), 'request_ambiguous'],
  ['H4 a credential with control characters', fields('Authorization', 'Bearer a\u0000'), 'request_unreadable'],
  ['H7 two hosts', fields('Host', 'other.example'), 'request_ambiguous'],
  ['H7 no host', { rawHeaders: [] }, 'request_unreadable'],
  ['H7 a host with a path', { rawHeaders: ['Host', 'a/b'] }, 'request_unreadable'],
  ['H7 a host with a user', { rawHeaders: ['Host', 'a@b'] }, 'request_unreadable'],
  ['H8 a thousand fields', fields(...Array.from({ length: 2000 }, () => 'x')), 'too_large', 431],
]

for (const [name, over, reason, status] of refusedHeads) {
  t.test(`${name} is refused`, async (t) => {
    const head = readHead(start(over))
    t.match(head, { kind: 'refused', reason, ...(status === undefined ? {} : { status }) })
  })
}

t.test('an ordinary head is accepted, with what it says of its body', async (t) => {
  t.strictSame(readHead(start(fields('Content-Length', '12'))), { kind: 'head', contentLength: 12, hasBody: true })
  t.strictSame(readHead(start(fields('Content-Length', '0'))), { kind: 'head', contentLength: 0, hasBody: false })
  t.strictSame(readHead(start(fields('Transfer-Encoding', 'chunked'))), {
    kind: 'head',
    contentLength: null,
    hasBody: true,
  })
  t.equal(readHead(start(fields('Expect', '100-continue'))).kind, 'head')
  t.equal(readHead(start({ rawHeaders: ['Host', '[::1]:8080'] })).kind, 'head')
  t.equal(readHead(start({ target: '/v1/messages?beta=true' })).kind, 'head')
})

t.test('repeated X-Forwarded-For fields are left to the reading of the place', async (t) => {
  t.equal(readHead(start(fields('X-Forwarded-For', '203.0.113.1', 'X-Forwarded-For', '10.0.0.1'))).kind, 'head')
})
