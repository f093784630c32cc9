// Answers as they come: in whatever pieces, they are read alike, and what two readers could read in two ways is not read at all.
import fc from 'fast-check'
import t from 'tap'
import { AnswerReader } from '../../src/upstream/answer-reader.ts'

const bounds = { headBytes: 2_000, lineBytes: 100 }

interface Told {
  readonly heads: { readonly status: number; readonly fields: object }[]
  /** Latin-1. */
  body: string
  /** `keepMs` of each answer that has ended. */
  readonly ends: (number | null)[]
  fault: string | null
}

type Pauses = 'no' | 'at each piece' | 'for a moment'

/**
 * @param pauses at each piece of the body: goes on before the next piece of the answer comes, or at once
 * @param ends behind the last piece, whether what was read of it is told already or not
 */
function read(
  pieces: readonly Buffer[],
  { method = 'GET', ends = false, pauses = 'no' }: { method?: string; ends?: boolean; pauses?: Pauses } = {},
): Told {
  const told: Told = { heads: [], body: '', ends: [], fault: null }
  const chunks: Buffer[] = []
  const reader = new AnswerReader(
    {
      head: (status, fields) => told.heads.push({ status, fields: { ...fields } }),
      data: (chunk) => {
        chunks.push(chunk)
        if (pauses !== 'no') reader.pause()
        if (pauses === 'for a moment') reader.resume()
      },
      end: (keepMs) => told.ends.push(keepMs),
    },
    bounds,
  )
  reader.expect(method)
  for (const [number, piece] of pieces.entries()) {
    // What was given is looked at no more after the call.
    const lent = Buffer.from(piece)
    told.fault = reader.read(lent)
    lent.fill(0x21)
    if (ends && number === pieces.length - 1 && told.fault === null) told.fault = reader.ended()
    if (pauses === 'at each piece') for (let tries = 0; tries < 50; tries++) told.fault = reader.resume()
  }
  told.body = Buffer.concat(chunks).toString('latin1')
  return told
}

const latin1 = (text: string): Buffer => Buffer.from(text, 'latin1')
const ok = (fields: string, body = ''): string => `HTTP/1.1 200 OK\r\n${fields}\r\n${body}`
/** Said of any connection that ends where no answer is cut short. */
const theEnd = 'it ended the connection'
const chunked = 'Transfer-Encoding: chunked\r\n'

const good: Readonly<
  Record<string, { text: string; body: string; keeps?: number | null; method?: string; ends?: true }>
> = {
  'a length': { text: ok('Content-Length: 5\r\n', 'hello'), body: 'hello' },
  'a length of nothing': { text: ok('Content-Length: 0\r\n'), body: '' },
  'binary bytes': { text: ok('Content-Length: 4\r\n', '\0\r\n\xff'), body: '\0\r\n\xff' },
  chunks: { text: ok(chunked, '3\r\nhel\r\n2\r\nlo\r\n0\r\n\r\n'), body: 'hello' },
  'chunks with extensions, leading zeros, large and small letters, trailers': {
    text: ok(
      'transfer-encoding: Chunked\r\n',
      '000000000000000a;x="y";z\r\n0123456789\r\nA \r\nabcdefghij\r\n00\r\nX-Sum: 1\r\nY:\r\n\r\n',
    ),
    body: '0123456789abcdefghij',
  },
  'all until the end': { text: ok('', 'hello'), body: 'hello', keeps: 0, ends: true },
  'HTTP/1.0': { text: 'HTTP/1.0 200 OK\r\nContent-Length: 5\r\n\r\nhello', body: 'hello', keeps: 0 },
  'no reason phrase': { text: 'HTTP/1.1 200\r\nContent-Length: 5\r\n\r\nhello', body: 'hello' },
  'an empty reason phrase': { text: 'HTTP/1.1 200 \r\nContent-Length: 5\r\n\r\nhello', body: 'hello' },
  'a reason phrase in UTF-8': { text: 'HTTP/1.1 200 \xc3\xa9\r\nContent-Length: 5\r\n\r\nhello', body: 'hello' },
  'hints before it': {
    text: `HTTP/1.1 103 Early Hints\r\nLink: x\r\n\r\n${ok('Content-Length: 5\r\n', 'hello')}`,
    body: 'hello',
  },
  '204': { text: 'HTTP/1.1 204 No Content\r\n\r\n', body: '' },
  '204 with a length': { text: 'HTTP/1.1 204 No Content\r\nContent-Length: 0\r\n\r\n', body: '' },
  '304 with the length of what it stands for': {
    text: 'HTTP/1.1 304 Not Modified\r\nContent-Length: 9\r\n\r\n',
    body: '',
  },
  'an answer to HEAD': { text: ok('Content-Length: 9\r\n'), body: '', method: 'HEAD' },
  'the last one': { text: ok('Content-Length: 1\r\nConnection: Upgrade, Close\r\n', 'x'), body: 'x', keeps: 0 },
  'one that says how long it is kept': {
    text: ok('Content-Length: 1\r\nKeep-Alive: timeout=5, max=9\r\n', 'x'),
    body: 'x',
    keeps: 5_000,
  },
}

t.test('an answer is read alike in whatever pieces it comes', async (t) => {
  for (const [what, { text, body, keeps = null, ...how }] of Object.entries(good)) {
    const bytes = latin1(text)
    const cuts = [[bytes], [...bytes].map((byte) => Buffer.of(byte))]
    for (let at = 1; at < bytes.length; at++) cuts.push([bytes.subarray(0, at), bytes.subarray(at)])
    const told = cuts.flatMap((pieces) => [
      read(pieces, how),
      read(pieces, { ...how, pauses: 'at each piece' }),
      read(pieces, { ...how, pauses: 'for a moment' }),
      read(pieces, { ...how, ends: true, pauses: 'at each piece' }),
    ])
    const wrong = told.find(
      ({ fault, body: got, ends }) =>
        (fault ?? theEnd) !== theEnd || got !== body || ends.join() !== String(keeps ?? ''),
    )
    t.equal(wrong, undefined, what)
  }
})

t.test('what one connection brings is read one after the other, and nothing that was not asked for', async (t) => {
  const twice = latin1(ok('Content-Length: 1\r\n', 'a') + ok('Content-Length: 1\r\n', 'b'))
  t.match(read([twice]), { body: 'a', ends: [null], fault: 'it sent what nobody had asked for' })
  t.match(read([twice], { pauses: 'at each piece' }), {
    body: 'a',
    ends: [null],
    fault: 'it sent what nobody had asked for',
  })
  t.match(read([latin1(ok('Content-Length: 9\r\n', 'canary'))], { method: 'HEAD' }), { body: '', fault: /nobody/ })
  t.match(read([latin1('HTTP/1.1 204 No Content\r\nContent-Length: 6\r\n\r\ncanary')]), { body: '', fault: /nobody/ })
})

t.test('fields: small letters, blanks around them gone, those that stand twice together, none inherited', async (t) => {
  const { heads } = read([
    latin1(ok('X-A: \t one \t\r\nx-a:two\r\nX-a:\r\n__proto__: x\r\nContent-Length: 0\r\nB: \xa0\r\n')),
  ])
  t.strictSame(heads, [
    {
      status: 200,
      fields: { 'x-a': ['one', 'two', ''], ['__proto__']: 'x', 'content-length': '0', b: '\xa0' },
    },
  ])
})

const bad: readonly (readonly [what: string, text: string])[] = [
  ['length and chunks', ok(`Content-Length: 6\r\n${chunked}`, '6\r\ncanary\r\n0\r\n\r\n')],
  ['two lengths', ok('Content-Length: 6\r\nContent-Length: 6\r\n', 'canary')],
  ['a list of lengths', ok('Content-Length: 6, 6\r\n', 'canary')],
  ...['+6', '-6', '6.0', '0x6', '6e0', '', '9'.repeat(16)].map((length): readonly [string, string] => [
    `the length ${length}`,
    ok(`Content-Length: ${length}\r\n`, 'canary'),
  ]),
  ...['gzip, chunked', 'chunked, chunked', 'identity', '', 'chunked;q=1'].map((coding): readonly [string, string] => [
    `the coding ${coding}`,
    ok(`Transfer-Encoding: ${coding}\r\n`, '6\r\ncanary\r\n0\r\n\r\n'),
  ]),
  ['two codings', ok(chunked + chunked, '6\r\ncanary\r\n0\r\n\r\n')],
  ['chunks in HTTP/1.0', `HTTP/1.0 200 OK\r\n${chunked}\r\n6\r\ncanary\r\n0\r\n\r\n`],
  ['a name with a blank behind it', ok('Content-Length : 6\r\n', 'canary')],
  ['a folded field', ok('A: b\r\n c\r\nContent-Length: 6\r\n', 'canary')],
  ['a field without a name', ok(': x\r\nContent-Length: 6\r\n', 'canary')],
  ['a field without a colon', ok('canary\r\nContent-Length: 6\r\n', 'canary')],
  ['a bare LF', ok('A: b\nContent-Length: 6\r\n', 'canary')],
  ['a bare CR', ok('A: b\rContent-Length: 9\r\nContent-Length: 6\r\n', 'canary')],
  ['a NUL', ok('A: b\0c\r\nContent-Length: 6\r\n', 'canary')],
  ['HTTP/2', 'HTTP/2 200 OK\r\nContent-Length: 6\r\n\r\ncanary'],
  ['HTTP/1.2', 'HTTP/1.2 200 OK\r\nContent-Length: 6\r\n\r\ncanary'],
  ['a blank before it', ` ${ok('Content-Length: 6\r\n', 'canary')}`],
  ['an empty line before it', `\r\n${ok('Content-Length: 6\r\n', 'canary')}`],
  ['a status of two digits', 'HTTP/1.1 20 OK\r\nContent-Length: 6\r\n\r\ncanary'],
  ['100 unasked', 'HTTP/1.1 100 Continue\r\n\r\n'],
  ['101 unasked', 'HTTP/1.1 101 Switching Protocols\r\nUpgrade: x\r\n\r\n'],
  ['a head that is too long', ok(`A: ${'x'.repeat(2_000)}\r\n`)],
]
const badChunks: readonly (readonly [what: string, text: string])[] = [
  ['longer than it said', '2\r\ncanary\r\n0\r\n\r\n'],
  ['shorter than it said', '3\r\nab\r\n0\r\n\r\n'],
  ['no length', '\r\ncanary\r\n'],
  ['a signed length', '+6\r\ncanary\r\n0\r\n\r\n'],
  ['a length that is no exact number', '20000000000000\r\ncanary\r\n0\r\n\r\n'],
  ['a length with a prefix', '0x6\r\ncanary\r\n0\r\n\r\n'],
  ['a blank before its length', ' 6\r\ncanary\r\n0\r\n\r\n'],
  ['a bare LF', '6\ncanary\r\n0\r\n\r\n'],
  ['a CR in an extension', '6;a\rb\r\ncanary\r\n0\r\n\r\n'],
  ['a line that is too long', `6;${'x'.repeat(200)}`],
  ['a trailer that is none', '0\r\ncanary\r\n\r\n'],
  ['trailers that are too long', `0\r\n${`A: ${'x'.repeat(90)}\r\n`.repeat(30)}\r\n`],
]

t.test('what two readers could read in two ways is not read', async (t) => {
  const rows = [...bad, ...badChunks.map(([what, text]) => [`a chunk: ${what}`, ok(chunked, text)] as const)]
  for (const [what, text] of rows) {
    const bytes = latin1(text)
    for (const pieces of [[bytes], [...bytes].map((byte) => Buffer.of(byte))]) {
      const { fault, ends } = read(pieces)
      t.not(fault, null, what)
      t.strictSame(ends, [], `${what}: it has no end`)
    }
  }
  for (const text of [
    '',
    'HTTP/1.1 2',
    ok('Content-Length: 6\r\n', 'can'),
    ok(chunked, '6\r\nca'),
    ok(chunked, '0\r\n'),
  ])
    t.match(
      read([latin1(text)], { ends: true }),
      { fault: /before its answer was over/, ends: [] },
      JSON.stringify(text),
    )
})

t.test('after a fault nothing more is told', async (t) => {
  const told = read([latin1(ok(chunked, '2\r\ncanary\r\n')), latin1(ok('Content-Length: 6\r\n', 'canary'))])
  t.match(told, { heads: [{ status: 200 }], body: 'ca', ends: [] })
  t.not(told.fault, null)
})

t.test('any answer in any pieces', async () => {
  const body = fc.uint8Array({ maxLength: 300 }).map((bytes) => Buffer.from(bytes).toString('latin1'))
  const answer = fc.tuple(body, fc.array(fc.integer({ min: 1, max: 60 }), { maxLength: 20 }), fc.boolean())
  const cuts = fc.array(fc.integer({ min: 1, max: 40 }), { minLength: 1, maxLength: 40 })
  fc.assert(
    fc.property(
      answer,
      cuts,
      fc.constantFrom<Pauses>('no', 'at each piece', 'for a moment'),
      ([whole, sizes, inChunks], lengths, pauses) => {
        const text = inChunks ? ok(chunked, chunksOf(whole, sizes)) : ok(`Content-Length: ${whole.length}\r\n`, whole)
        const told = read(cut(latin1(text), lengths), { pauses })
        return told.fault === null && told.body === whole && told.ends.length === 1
      },
    ),
    { numRuns: 500 },
  )
})

function chunksOf(whole: string, sizes: readonly number[]): string {
  let [text, at] = ['', 0]
  for (let i = 0; at < whole.length; i++) {
    const chunk = whole.slice(at, at + (sizes[i] ?? whole.length))
    text += `${chunk.length.toString(16)}\r\n${chunk}\r\n`
    at += chunk.length
  }
  return `${text}0\r\n\r\n`
}

function cut(bytes: Buffer, lengths: readonly number[]): Buffer[] {
  const pieces: Buffer[] = []
  for (let [i, at] = [0, 0]; at < bytes.length; i++) {
    const length = lengths[i % lengths.length] ?? 1
    pieces.push(bytes.subarray(at, at + length))
    at += length
  }
  return pieces
}
