// The head of a request to a model API: nothing in it can end a line, or say anew where the request ends.
import t from 'tap'
import { requestHead } from '../../src/upstream/request-head.ts'

const plain = { method: 'POST', path: '/v1/chat?x=1', headers: [], body: null } as const

t.test('it is written in one way', async (t) => {
  const headers = [
    ['content-type', 'application/json'],
    ['authorization', 'Bearer é'],
  ] as const
  t.equal(
    requestHead({ ...plain, headers, body: Buffer.from('abc') }, 'host:1'),
    'POST /v1/chat?x=1 HTTP/1.1\r\nconnection: keep-alive\r\nhost: host:1\r\n' +
      'content-type: application/json\r\nauthorization: Bearer é\r\ncontent-length: 3\r\n\r\n',
  )
  t.match(requestHead(plain, 'h'), /content-length: 0\r\n/, 'nothing, said')
  t.notMatch(requestHead({ ...plain, method: 'GET' }, 'h'), /content-length/, 'no body is meant')
  const signed = requestHead({ ...plain, headers: [['host', 'signed']] }, 'h')
  t.strictSame(signed.match(/host: .*/g), ['host: signed'], 'what was signed is what is sent')
})

t.test('what would not stay what it is cannot be sent', async (t) => {
  const headers: readonly (readonly [string, string])[] = [
    ['a', 'b\r\nc: d'],
    ['a', 'b\n'],
    ['a', 'b\0'],
    ['a', 'Ā'],
    ['a', '\ud800'],
    ['a', 'č\u010d\u010a'],
    ['a b', 'c'],
    ['', 'c'],
    ['a:', 'c'],
    ['Content-Length', '0'],
    ['transfer-encoding', 'chunked'],
    ['Connection', 'close'],
    ['expect', '100-continue'],
    ['upgrade', 'h2c'],
  ]
  for (const header of headers)
    t.throws(() => requestHead({ ...plain, headers: [header] }, 'h'), TypeError, JSON.stringify(header))
  for (const path of ['', 'v1', '/a b', '/a\r\n', '/é', '*', 'http://h/'])
    t.throws(() => requestHead({ ...plain, path }, 'h'), TypeError, JSON.stringify(path))
  for (const method of ['', 'GET ', 'G\r\n']) t.throws(() => requestHead({ ...plain, method }, 'h'), TypeError)
})
