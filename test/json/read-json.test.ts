import { Buffer } from 'node:buffer'
import { isDeepStrictEqual } from 'node:util'
import fc from 'fast-check'
import t from 'tap'
import { isJsonObject, type JsonReading, type JsonValue, readJson } from '../../src/json/index.ts'
import { parsedAfresh } from './parsed-afresh.ts'
import { almost } from './texts.ts'

const read = (text: string | Uint8Array, budget?: Parameters<typeof readJson>[1]): JsonReading =>
  readJson(typeof text === 'string' ? Buffer.from(text) : text, budget)

const outcome = (reading: JsonReading): string => (reading.kind === 'value' ? 'value' : reading.reason)

/** The value with ordinary prototypes, for comparing with JSON.parse. */
function plain(value: JsonValue): unknown {
  if (Array.isArray(value)) return value.map(plain)
  if (!isJsonObject(value)) return value
  const result: Record<string, unknown> = {}
  for (const key of Object.keys(value)) {
    Object.defineProperty(result, key, { value: plain(value[key] as JsonValue), enumerable: true, configurable: true })
  }
  return result
}

const hex = (bytes: string): Uint8Array => Buffer.from(bytes.replaceAll(' ', ''), 'hex')
const wrap = (bytes: string): Uint8Array => Buffer.concat([Buffer.from('{"model":"'), hex(bytes), Buffer.from('"}')])

// Rows of the threat list at the level of the reader: name, bytes, outcome.
type Hostile = readonly [name: string, text: string | Uint8Array, expected: string]

const hostile: readonly Hostile[] = [
  ['A1 a duplicate key', '{"model":"ok","model":"bad"}', 'request_ambiguous'],
  ['A1 a duplicate key at depth two', '{"a":{"model":1,"b":2,"model":3}}', 'request_ambiguous'],
  ['A1 a duplicate key in an array item', '[[{"a":[{"x":1,"x":1}]}]]', 'request_ambiguous'],
  ['A1 a duplicate empty key', '{"":1,"":2}', 'request_ambiguous'],
  ['A1 a duplicate __proto__', '{"__proto__":1,"__proto__":2}', 'request_ambiguous'],
  ['A1 a duplicate toString, which no object has at first', '{"toString":1,"toString":2}', 'request_ambiguous'],
  ['A2 an escaped key beside the plain one', '{"model":"ok","\\u006dodel":"bad"}', 'request_ambiguous'],
  ['A2 two different escapes of one key', '{"mo\\u0064el":1,"\\u006Dodel":2}', 'request_ambiguous'],
  ['A2 an escaped solidus', '{"a/b":1,"a\\/b":2}', 'request_ambiguous'],
  ['A4 a lone high surrogate in a key', '{"model\\ud800":1}', 'request_unreadable'],
  ['A4 a lone low surrogate in a value', '{"a":"\\udc00"}', 'request_unreadable'],
  ['A4 surrogates in the wrong order', '{"a":"\\udc00\\ud800"}', 'request_unreadable'],
  ['A4 a raw carriage return in a key', '{"model\r":1}', 'request_unreadable'],
  ['A4 a raw NUL in a value', '{"a":"b\u0000"}', 'request_unreadable'],
  ['A4 a raw tab in a long value', `{"a":"${'x'.repeat(100)}\t"}`, 'request_unreadable'],
  ['A4 a raw line feed behind an escape', '{"a":"\\n\n"}', 'request_unreadable'],
  ['A4 an unknown escape in a key', '{"mod\\el":1}', 'request_unreadable'],
  ['A4 a short unicode escape', '{"a":"\\u00g0"}', 'request_unreadable'],
  ['A4 an escaped end', '"\\"', 'request_unreadable'],
  ['A4 a backslash at the end', '"\\', 'request_unreadable'],
  ['A5 a stray continuation byte', wrap('80'), 'request_unreadable'],
  ['A5 an overlong slash', wrap('c0 af'), 'request_unreadable'],
  ['A5 an overlong NUL', wrap('e0 80 80'), 'request_unreadable'],
  ['A5 an encoded surrogate', wrap('ed a0 80'), 'request_unreadable'],
  ['A5 beyond U+10FFFF', wrap('f4 90 80 80'), 'request_unreadable'],
  ['A5 a truncated sequence', wrap('e2 82'), 'request_unreadable'],
  ['A5 0xff', wrap('ff'), 'request_unreadable'],
  ['A5 Latin-1', wrap('e9'), 'request_unreadable'],
  ['A6 a byte order mark', Buffer.concat([hex('ef bb bf'), Buffer.from('{}')]), 'request_unreadable'],
  ['A6 UTF-16 little endian', Buffer.from('{"model":"x"}', 'utf16le'), 'request_unreadable'],
  ['A6 UTF-16 with a mark', hex('ff fe 7b 00 7d 00'), 'request_unreadable'],
  ['A6 UTF-32', hex('7b 00 00 00 7d 00 00 00'), 'request_unreadable'],
  ...almost.map(([name, text]): Hostile => [`A7 ${name}`, text, 'request_unreadable']),
  ['A17 65 deep', '['.repeat(65) + ']'.repeat(65), 'too_large'],
  ['A17 65 objects deep', `${'{"a":'.repeat(65)}1${'}'.repeat(65)}`, 'too_large'],
  ['A17 200 000 deep', '['.repeat(200_000), 'too_large'],
  ['A18 a million items', `[${'0,'.repeat(999_999)}0]`, 'too_large'],
  ['A18 a key of 1 025 bytes', `{"${'k'.repeat(1025)}":1}`, 'too_large'],
  ['A18 a key of 1 026 bytes in two-byte characters', `{"${'é'.repeat(513)}":1}`, 'too_large'],
  ['J11 a duplicate claim', '{"sub":"a","iss":"b","sub":"c"}', 'request_ambiguous'],
  ['J11 a duplicate alg', '{"alg":"ES256","\\u0061lg":"none"}', 'request_ambiguous'],
]

for (const [name, bytes, expected] of hostile) {
  t.test(`${name} is refused`, async (t) => {
    const reading = read(bytes)
    t.equal(outcome(reading), expected)
    if (reading.kind === 'fault') {
      t.ok(reading.offset >= 0 && reading.offset <= bytes.length, 'the offset lies in the text')
      t.notMatch(reading.message, /bad|sub|none/, 'the message quotes nothing of the text')
    }
  })
}

const harmless: readonly [string, string][] = [
  ['A15 a model of every type', '[{"model":[]},{"model":{}},{"model":null},{"model":1},{"model":{"toString":"x"}}]'],
  ['A16 names of Object.prototype', '{"__proto__":{"model":"x"},"constructor":{"prototype":1},"toString":2}'],
  ['A17 64 deep', '['.repeat(64) + ']'.repeat(64)],
  ['A18 a key of 1 024 bytes', `{"${'k'.repeat(1024)}":1}`],
  ['A18 a hundred thousand items', `[${'0,'.repeat(99_999)}0]`],
  ['A19 numbers at the edge', '[1e400,-1e400,9007199254740993,-0,1.0,1E+2,0.1,1e-400]'],
  ['A24 what only looks odd', ' \t\r\n{"a" : [ ] , "b" : { } , "\\u00e9":"\\ud83d\\ude00" , "/":"\\/" } \n'],
  ['equal keys in different objects', '{"a":{"a":{"a":1}},"b":[{"a":1},{"a":2}]}'],
  ['keys that differ by normal form', '{"\u00e9":1,"e\u0301":2}'],
  ['an emoji, a DEL and line separators in a string', '"😀\u007f\u2028\u2029"'],
  ['a long string of escapes', `"${'\\"\\\\\\n'.repeat(500)}"`],
  ['a scalar', '0'],
]

for (const [name, text] of harmless) {
  t.test(`${name} is read as JSON.parse reads it`, async (t) => {
    const reading = read(text)
    t.equal(reading.kind, 'value')
    if (reading.kind === 'value') t.ok(isDeepStrictEqual(plain(reading.value), JSON.parse(text)))
  })
}

t.test('A16 what was read inherits nothing', async (t) => {
  const reading = read('{"__proto__":{"polluted":true},"a":{}}')
  if (reading.kind !== 'value' || !isJsonObject(reading.value)) throw new Error('not read')
  const prototype: object = Object.getPrototypeOf(reading.value)
  t.equal(Object.getPrototypeOf(prototype), null)
  t.strictSame(Reflect.ownKeys(prototype), [])
  t.ok(Object.isFrozen(prototype))
  for (const name of [
    'polluted',
    ...Object.getOwnPropertyNames(Object.prototype).filter((name) => name !== '__proto__'),
  ]) {
    t.equal(reading.value[name], undefined, name)
    t.equal(name in reading.value, false, name)
  }
  t.strictSame(reading.value['__proto__'], Object.assign(Object.create(prototype), { polluted: true }))
  t.strictSame(Object.keys(reading.value), ['__proto__', 'a'])
})

t.test('A19 exact numbers refuse what a double changes', async (t) => {
  const exact = (text: string): string => outcome(read(text, { exactNumbers: true }))
  for (const token of [
    '1e400',
    '9007199254740993',
    '-0',
    '-0.0',
    '0.1000000000000000055',
    '1e-400',
    '12345678901234567890',
  ]) {
    t.equal(exact(token), 'request_unreadable', token)
  }
  for (const token of [
    '0',
    '1.0',
    '1e2',
    '1E+2',
    '0.1',
    '-1.50',
    '9007199254740991',
    '1e300',
    '1760000000',
    '0.000001',
    '5e-324',
  ]) {
    t.equal(exact(token), 'value', token)
  }
})

t.test('the budgets hold at their edges', async (t) => {
  t.equal(outcome(read('[1,2,3]', { nodes: 4 })), 'value')
  t.equal(outcome(read('[1,2,3]', { nodes: 3 })), 'too_large')
  t.equal(outcome(read('{"a":{}}', { depth: 2 })), 'value')
  t.equal(outcome(read('{"a":{}}', { depth: 1 })), 'too_large')
  t.equal(outcome(read('[[],[],[],[]]', { depth: 2 })), 'value', 'siblings do not add up')
  t.equal(outcome(read('1', { depth: 0 })), 'value')
  t.equal(outcome(read('{"ab":1}', { keyBytes: 2 })), 'value')
  t.equal(outcome(read('{"abc":1}', { keyBytes: 2 })), 'too_large')
  t.equal(outcome(read('{"\\u00e9":1}', { keyBytes: 2 })), 'value', 'bytes are counted after unescaping')
})

t.test('the offset counts bytes, not characters', async (t) => {
  const reading = read('["é","é"x]')
  t.equal(reading.kind === 'fault' && reading.offset, 10)
})

t.test('a view into a larger buffer is read alone', async (t) => {
  const whole = Buffer.from('xx{"a":1}yy')
  t.equal(outcome(read(whole.subarray(2, 9))), 'value')
  t.equal(outcome(read(new Uint8Array(whole).subarray(2, 9))), 'value')
})

t.test('a reading that failed leaves nothing behind for the next', async (t) => {
  read('{"a":"\\', { nodes: 1, depth: 1 })
  t.equal(outcome(read('{"a":{"b":["c"]}}')), 'value')
})

t.test('whatever is accepted, JSON.parse accepts with an equal value', async () => {
  fc.assert(
    fc.property(fc.json({ stringUnit: 'binary' }), (text) => {
      const reading = read(text)
      if (reading.kind === 'fault') return JSON.stringify(JSON.parse(text)) !== text || text.includes('\\ud')
      const meaning = JSON.stringify(reading.value)
      return meaning === JSON.stringify(JSON.parse(text)) || meaning === parsedAfresh(text)
    }),
    { numRuns: 500 },
  )
})

t.test('mutated texts are refused or read as JSON.parse reads them', async (t) => {
  const snippet = fc.constantFrom(
    '"',
    '\\',
    '{',
    '}',
    '[',
    ']',
    ',',
    ':',
    '0',
    '-',
    'e',
    '.',
    '\\u',
    'd800',
    '\n',
    ' ',
    'é',
    '\ufeff',
  )
  let accepted = 0
  fc.assert(
    fc.property(fc.json(), fc.array(fc.tuple(fc.nat(60), fc.nat(2), snippet), { maxLength: 4 }), (json, edits) => {
      let text = json
      for (const [at, cut, put] of edits) text = text.slice(0, at) + put + text.slice(at + cut)
      const reading = read(text)
      if (reading.kind === 'fault') return true
      accepted++
      const meaning = JSON.stringify(reading.value)
      return meaning === JSON.stringify(JSON.parse(text)) || meaning === parsedAfresh(text)
    }),
    { numRuns: 3000 },
  )
  t.ok(accepted > 100, 'enough of them were accepted to mean something')
})

t.test('random bytes never make the reader throw', async () => {
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 200 }), (bytes) => {
      const reading = readJson(bytes)
      return reading.kind === 'fault' || JSON.parse(Buffer.from(bytes).toString()) !== undefined
    }),
    { numRuns: 2000 },
  )
})

t.test('A2 a random escaping of one of two equal keys does not hide it', async () => {
  const key = fc.string({ minLength: 1, maxLength: 12 }).filter((text) => text.isWellFormed())
  const escape = (text: string, mask: readonly boolean[]): string =>
    Array.from({ length: text.length }, (_, index) =>
      mask[index % mask.length]
        ? `\\u${text.charCodeAt(index).toString(16).padStart(4, '0')}`
        : JSON.stringify(text[index]).slice(1, -1),
    ).join('')
  fc.assert(
    fc.property(key, fc.array(fc.boolean(), { minLength: 1 }), (name, mask) => {
      const reading = read(`{"x":{${JSON.stringify(name)}:1,"y${name.length}-other":2,"${escape(name, mask)}":3}}`)
      return reading.kind === 'fault' && reading.reason === 'request_ambiguous'
    }),
  )
})
