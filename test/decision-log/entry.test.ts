import fc from 'fast-check'
import t from 'tap'
import { canonical } from '../../src/decision-log/canonical.ts'
import { commitLine, finish, genesisPrev, layOut, leafIn, leafOf, readEntry } from '../../src/decision-log/entry.ts'
import { canonicalJson } from '../../src/json/index.ts'
import { disarm, inert } from '../../src/vocabulary/inert.ts'
import { decision } from './sample.ts'

const key = fc.string({ unit: fc.constantFrom(...'abcdefgHIJ_09$-'.split('')), maxLength: 6 })
const value = fc.letrec((tie) => ({
  any: fc.oneof(
    { depthSize: 'small' },
    fc.constant(null),
    fc.boolean(),
    fc.maxSafeInteger(),
    fc.string({ unit: fc.constantFrom('a', 'b', ' ', '"', '\\', '\n', '\t', '\u0000', 'é', '漢', '😀', '/') }),
    fc.array(tie('any'), { maxLength: 4 }),
    fc.dictionary(key, tie('any'), { maxKeys: 4 }),
  ),
})).any

t.test('a line is canonical JSON as every other place of the gate writes it', async (t) => {
  fc.assert(
    fc.property(value, (any) => canonical(any) === canonicalJson(any as never)),
    { seed: 7, numRuns: 500 },
  )
  const line = finish(layOut(decision(1)), 17, genesisPrev)
  t.equal(line, canonicalJson({ ...decision(1), v: 1, seq: 17, prev: genesisPrev }))
  t.equal(commitLine(4, genesisPrev), canonicalJson({ k: 'commit', n: 5, prev: genesisPrev, seq: 4, v: 1 }))
})

t.test('seq, prev and v find their place between any fields', async (t) => {
  for (const fields of [
    {},
    { a: 1 },
    { z: 1 },
    { a: 1, q: 2, t: 3, w: 4 },
    { pre: 1, prevail: 2, sep: 1, seque: 3, validUntil: null },
  ]) {
    const body = layOut(fields)
    const line = finish(body, 9, genesisPrev)
    t.equal(line, canonicalJson({ ...fields, v: 1, seq: 9, prev: genesisPrev }))
    t.ok(body.bytes >= Buffer.byteLength(line), 'the size is never underestimated')
  }
})

t.test('no float stands in a record, and nothing that has no JSON', async (t) => {
  t.equal(canonical({ share: 0.5, big: 2 ** 60, zero: -0 }), '{"big":"1152921504606847000","share":"0.5","zero":0}')
  for (const bad of [undefined, Number.NaN, 1n, () => 1, Symbol('x')])
    t.throws(() => canonical({ bad }), { code: 'record_fault' })
  t.throws(() => canonical({ ключ: 1 }), { code: 'record_fault' })
  for (const own of ['v', 'seq', 'prev']) t.throws(() => layOut({ [own]: 1 }), { code: 'record_fault' })
})

t.test('characters that could deceive a reader stand as their escape, in the file and on the terminal', async (t) => {
  const hostile = 'a\u202eb\u2028c\u009bd\u200be\ufefff\ud800g'
  t.equal(disarm(hostile), 'a\\u202eb\\u2028c\\u009bd\\u200be\\ufefff\\ud800g')
  t.notMatch(canonical(hostile), /[\u0080-\uffff]/)
  t.equal(inert('\x1b[31mred\r\n\tx'), '\\u001b[31mred\\u000d\\u000a\\u0009x')
  t.equal(inert({ a: '\x1b' }), '{"a":"\\u001b"}')
  t.equal(disarm('plain 😀 é'), 'plain 😀 é')
})

t.test('the leaf of a line is the same alone and inside a buffer, which stays as it was', async (t) => {
  const line = 'x'.repeat(100)
  const buffer = Buffer.from(`\n${line}\n`)
  t.same(leafIn(buffer, 1, 101), leafOf(line))
  t.equal(buffer.toString(), `\n${line}\n`)
})

t.test('a line of another version, without its fields, or a commit that is written otherwise, is none', async (t) => {
  t.ok(readEntry(commitLine(1, genesisPrev)))
  for (const bad of [
    '',
    'null',
    '[]',
    '{"k":"commit"',
    '{"k":"x","prev":"","seq":0,"v":2}',
    '{"k":"x","prev":"","seq":0.5,"v":1}',
    '{"prev":"","seq":0,"v":1}',
    `{"k":"commit","n":9,"prev":"${genesisPrev}","seq":1,"v":1}`,
    ` ${commitLine(1, genesisPrev)}`,
  ])
    t.equal(readEntry(bad), undefined, bad)
})
