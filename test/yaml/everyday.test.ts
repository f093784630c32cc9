// Everyday YAML is read without the parser. What comes of it is what the parser's events give, place by place, or nothing.
import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { isDeepStrictEqual } from 'node:util'
import fc from 'fast-check'
import t from 'tap'
import { readEveryday } from '../../src/yaml/everyday.ts'
import { readYaml, type YamlDocument } from '../../src/yaml/index.ts'
import { isUnusual } from '../../src/yaml/left-out.ts'

/** A comment that only the parser reads, so that it reads what follows too, one line further down. */
const toParser = '#\t\n'

type Path = readonly (string | number)[]

/** Value, and line and column of every value and key. */
function told({ value, positionOf }: YamlDocument, linesBefore: number): unknown {
  const at = (path: Path, of: 'value' | 'key'): string => {
    const { line, column } = positionOf(path, of)
    return `${line - linesBefore}:${column}`
  }
  const walk = (one: unknown, path: Path): unknown => {
    if (typeof one === 'string') return [at(path, 'value'), one]
    const isList = Array.isArray(one)
    const inside = Object.entries(one as object).map(([key, below]) => {
      const step = [...path, isList ? Number(key) : key]
      return [key, at(step, 'key'), walk(below, step)]
    })
    return [at(path, 'value'), isList, inside]
  }
  return walk(value, [])
}

const isRead = (text: string): boolean => !isUnusual(text) && readEveryday(text) !== undefined

/** What the parser makes of it; its first fault where it is no document. */
function parsed(text: string): unknown {
  const reading = readYaml(toParser + text)
  return reading.kind === 'document' ? told(reading, 1) : reading.faults[0]
}

function everyday(text: string): unknown {
  const reading = readYaml(text)
  return reading.kind === 'document' ? told(reading, 0) : reading.faults[0]
}

const forms: readonly string[] = [
  'a: b\n',
  '# about\n\na: b # why\nc d: e # f\n',
  "a: 'b'\nc: \"d\" # e\nf: ''\n",
  'a:\n  b:\n    c: d\n  e: f\ng: h\n',
  'a:\n  - b\n  - c: d\n    e: f\n  -   g: h\n      i: j\nk: l\n',
  'a: [b, c d, {e: f, g: [h]}, "i", []]\nj: { k: l , m: {} }\n',
  'a: >-\n  b\n  c # d\ne: >\n    f: g\nh: |\n  - i\n  j\nk: |-\n  l\n',
  'when: 2026-06-20T12:00:00Z\nwhat: https://vendor.example/status?a=b#c\n',
  'é: ñ\n__proto__: a\nconstructor: b\n0: c\n',
]

t.test('everyday forms are read, as the parser reads them', async (t) => {
  for (const text of forms) {
    t.ok(isRead(text), JSON.stringify(text))
    t.same(everyday(text), parsed(text))
  }
})

t.test('whatever is no everyday form, right or wrong, is left to the parser', async (t) => {
  const others = [
    ['a', '- a\n', ' a: b\n', 'a: b', 'a:\n', 'a: b\n c: d\n', 'a: b\n  c\n', 'a:\n- b\n', 'a:\n  b\n', '"a": b\n'],
    ['a: b\na: c\n', 'a : b\n', '? a\n', '<<: a\n', 'a: &b c\n', 'a: *b\n', 'a: !b c\n', '%a: b\n', '---\na: b\n'],
    ['a: b\n...\n', 'a: b: c\n', 'a: b:\n', 'a: "b\\n"\n', "a: 'b''c'\n", 'a: "b" c\n', "a: 'b'#c\n", 'a: "b\n  c"\n'],
    ['a: [b\n', 'a: [b,\n  c]\n', 'a: [b, ]\n', 'a: [b: c]\n', 'a: {b}\n', 'a: {b:c}\n', 'a: {b: }\n', 'a: [b]c\n'],
    ['a: >+\n  b\n', 'a: >\n  b\n\n  c\n', 'a: |\n  b\n   c\n', 'a: |2\n  b\n', 'a: |\n', 'a: | # b\n  c\n'],
    [
      'a:\n  - - b\n',
      'a:\n  -\n    b\n',
      'a:\n  - b\n  c\n',
      'a:\n    b: c\n  d: e\n',
      'a: -\n',
      'a: @b\n',
      'a: `b`\n',
    ],
    [`${'k'.repeat(1_025)}: a\n`, `a: ${'['.repeat(17)}${']'.repeat(17)}\n`, 'a: \tb\n', 'a: b\r\n'],
  ].flat()
  for (const text of others) t.notOk(isRead(text), JSON.stringify(text))
})

t.test('nearly all of the policy that ships is written so', async (t) => {
  const folder = join(import.meta.dirname, '../../policies')
  const files = readdirSync(folder, { recursive: true, encoding: 'utf8' }).filter((name) => name.endsWith('.yaml'))
  const texts = files.map((name) => readFileSync(join(folder, name), 'utf8'))
  t.ok(texts.filter(isRead).length > files.length * 0.8)
  for (const [index, text] of texts.entries()) t.same(everyday(text), parsed(text), String(files[index]))
})

t.test('of any text it gives what the parser gives, or nothing', async (t) => {
  const bits = [
    [
      '\n',
      '  ',
      ' ',
      ': ',
      ':',
      '- ',
      '-',
      '[',
      ']',
      '{',
      '}',
      ', ',
      ',',
      ' #',
      '#',
      "'",
      '"',
      '\\',
      '|',
      '>',
      '?',
      '...',
    ],
    ['a', 'b c', 'é', '(', '_', '~', '=', '&', '*', '!', '%', '@', '[a, b]', '{a: b}', '"q"', "'q'", '__proto__', '0'],
    [
      '\n  k: v\n',
      '\nk: v\n',
      '\n- x\n',
      '\n  - y\n',
      '>-\n',
      '|\n',
      '\n# c\n',
      '\n    # c\n',
      '\n---\n',
      '\n\n',
      'k:\n',
    ],
  ].flat()
  const words = [
    'v',
    'v w',
    '[a, b]',
    '{a: b, c: [d]}',
    '"q"',
    "'q'",
    '>-',
    '|',
    'v # c',
    'v: w',
    'v#w',
    '[]',
    '{ a: b }',
    '',
    '- x',
  ]
  const line = fc
    .tuple(
      fc.constantFrom('', '  ', '    ', ' '),
      fc.constantFrom('', '- '),
      fc.constantFrom('a', 'b', 'c d'),
      fc.constantFrom(...words),
    )
    .map(([indent, item, key, value]) => `${indent}${item}${key}:${value === '' ? '' : ` ${value}`}\n`)
  const lines = fc.array(
    fc.oneof({ weight: 6, arbitrary: line }, fc.constantFrom('\n', '# c\n', '  v\n', '    # c\n')),
    { maxLength: 8 },
  )
  const text = fc.oneof(lines, fc.array(fc.constantFrom(...bits), { maxLength: 14 })).map((parts) => parts.join(''))
  const changed = fc
    .tuple(fc.constantFrom(...forms), fc.nat(80), fc.nat(3), fc.constantFrom('', ...bits))
    .map(([form, at, less, bit]) => form.slice(0, at) + bit + form.slice(at + less))
  let count = 0
  const property = fc.property(fc.oneof(text, changed), (one) => {
    const whole = `${one}\n`
    if (!isRead(whole)) return true
    count += 1
    return isDeepStrictEqual(everyday(whole), parsed(whole))
  })
  fc.assert(property, { numRuns: 6_000 })
  t.ok(count > 600, `${count} of them were read`)
})
