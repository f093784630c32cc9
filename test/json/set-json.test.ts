import { Buffer } from 'node:buffer'
import fc from 'fast-check'
import t from 'tap'
import { canonicalJson, type JsonValue, locateJson, readJson, setJson } from '../../src/json/index.ts'

const text = ' { "a" : [ 1 , {"b\\u0063" : "}\\"]" } , [ ] ] , "é" : -1.5e3 , "t":true,"o":{},"p":{ "q" : null } } '
const bytes = Buffer.from(text)

t.test('a value is found by keys after unescaping and by index', async (t) => {
  const cases: readonly [readonly (string | number)[], string | undefined][] = [
    [[], text.trim()],
    [['a'], '[ 1 , {"b\\u0063" : "}\\"]" } , [ ] ]'],
    [['a', 0], '1'],
    [['a', 1], '{"b\\u0063" : "}\\"]" }'],
    [['a', 1, 'bc'], '"}\\"]"'],
    [['a', 2], '[ ]'],
    [['a', 3], undefined],
    [['a', 2, 0], undefined],
    [['a', 'b'], undefined],
    [['é'], '-1.5e3'],
    [['t'], 'true'],
    [['t', 'x'], undefined],
    [['o'], '{}'],
    [['o', 'x'], undefined],
    [['p', 'q'], 'null'],
    [['nothing'], undefined],
    [[0], undefined],
  ]
  for (const [path, expected] of cases) {
    const span = locateJson(bytes, path)
    t.equal(span && bytes.subarray(span.start, span.end).toString(), expected, path.join('/'))
  }
})

t.test('a replaced value leaves every other byte alone', async (t) => {
  const edited = setJson(bytes, ['a', 1, 'bc'], 'x"y')
  t.equal(edited && Buffer.from(edited).toString(), text.replace('"}\\"]"', '"x\\"y"'))
})

t.test('a missing member is inserted first, with a comma only where it needs one', async (t) => {
  t.equal(Buffer.from(setJson(bytes, ['o', 'n'], 1) ?? '').toString(), text.replace('"o":{}', '"o":{"n":1}'))
  t.equal(Buffer.from(setJson(bytes, ['p', 'n'], 1) ?? '').toString(), text.replace('{ "q"', '{"n":1, "q"'))
  t.equal(Buffer.from(setJson(Buffer.from('{ }'), ['n'], { a: [] }) ?? '').toString(), '{"n":{"a":[]} }')
})

t.test('where the way leads nowhere nothing is edited', async (t) => {
  for (const path of [
    ['a', 9],
    ['t', 'x'],
    ['none', 'x'],
    ['p', 'q', 'x'],
    ['a', 'x'],
  ]) {
    t.equal(setJson(bytes, path, 1), undefined, path.join('/'))
  }
})

t.test('an edit of any text changes exactly the named member', async () => {
  const members = fc.dictionary(fc.string({ unit: 'grapheme' }), fc.jsonValue({ stringUnit: 'grapheme' }), {
    maxKeys: 6,
  })
  fc.assert(
    fc.property(members, fc.nat(6), fc.constantFrom(undefined, 1, '\t'), (object, pick, indent) => {
      const keys = Object.keys(object)
      const key = keys[pick] ?? 'new member'
      const edited = setJson(Buffer.from(JSON.stringify(object, null, indent)), [key], ['put'])
      const reading = edited && readJson(edited, { keyBytes: 100_000 })
      if (reading?.kind !== 'value') return false
      const expected = Object.assign(Object.create(null), object, { [key]: ['put'] }) as JsonValue
      return canonicalJson(reading.value) === canonicalJson(expected)
    }),
  )
})
