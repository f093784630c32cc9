import { Buffer } from 'node:buffer'
import fc from 'fast-check'
import t from 'tap'
import { canonicalJson, digestOf, type JsonValue, readJson, sha256 } from '../../src/json/index.ts'

t.test('members stand in order of their UTF-16 units, as in RFC 8785 §3.2.3', async (t) => {
  const value = {
    '\u20ac': 'Euro Sign',
    '\r': 'Carriage Return',
    '\ufb33': 'Hebrew Letter Dalet With Dagesh',
    '1': 'One',
    '\ud83d\ude00': 'Emoji: Grinning Face',
    '\u0080': 'Control',
    '\u00f6': 'Latin Small Letter O With Diaeresis',
  }
  t.strictSame(Object.values(JSON.parse(canonicalJson(value))).length, 7)
  t.equal(
    canonicalJson(value),
    '{"\\r":"Carriage Return","1":"One","\u0080":"Control","ö":"Latin Small Letter O With Diaeresis","€":"Euro Sign","😀":"Emoji: Grinning Face","\ufb33":"Hebrew Letter Dalet With Dagesh"}',
  )
})

t.test('numbers and strings have the one spelling of RFC 8785 §3.2.2', async (t) => {
  const text =
    '{"numbers":[333333333.33333329,1E30,4.50,2e-3,0.000000000000000000000000001,-0],"string":"\\u20ac$\\u000F\\u000aA\'\\u0042\\u0022\\u005c\\\\\\"\\/"}'
  t.equal(
    canonicalJson(JSON.parse(text)),
    '{"numbers":[333333333.3333333,1e+30,4.5,0.002,1e-27,0],"string":"€$\\u000f\\nA\'B\\"\\\\\\\\\\"/"}',
  )
})

t.test('what has no JSON form throws', async (t) => {
  const cases: readonly [string, unknown][] = [
    ['NaN', Number.NaN],
    ['Infinity', [Number.POSITIVE_INFINITY]],
    ['a lone surrogate', 'a\ud800'],
    ['a lone surrogate in a key', { '\udc00': 1 }],
    ['undefined', undefined],
    ['an undefined member', { a: undefined }],
    ['an undefined item', [undefined]],
    ['a hole', Array.from({ length: 1 })],
    ['a bigint', 1n],
    ['a function', () => 1],
    ['a date', new Date(0)],
    ['a map', new Map([['a', 1]])],
    ['bytes', new Uint8Array(2)],
  ]
  for (const [name, value] of cases) t.throws(() => canonicalJson(value as JsonValue), TypeError, name)
})

t.test('a canonical text is read back to itself', async () => {
  fc.assert(
    fc.property(fc.jsonValue({ stringUnit: 'grapheme' }), (value) => {
      const text = canonicalJson(value)
      const reading = readJson(Buffer.from(text), { keyBytes: 100_000 })
      return reading.kind === 'value' && canonicalJson(reading.value) === text
    }),
  )
})

t.test('the order of members does not change the digest, anything else does', async (t) => {
  t.equal(digestOf({ a: 1, b: [2, 3] }), digestOf({ b: [2, 3], a: 1 }))
  t.not(digestOf({ a: 1, b: [2, 3] }), digestOf({ a: 1, b: [3, 2] }))
  t.not(digestOf({ a: '1' }), digestOf({ a: 1 }))
  t.equal(digestOf({}), `sha256:${sha256('{}').toString('hex')}`)
  t.equal(digestOf({}), 'sha256:44136fa355b3678a1146ad16f7e8649e94fb4fc21fe77e8310c060f61caaff8a')
})
