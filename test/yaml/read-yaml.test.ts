// The strict YAML reader: what it gives, what it refuses and where it says so.
import t from 'tap'
import { readYaml, showFault } from '../../src/yaml/index.ts'

const faultsOf = (text: string): string[] => {
  const reading = readYaml(text)
  return reading.kind === 'faults' ? reading.faults.map((f) => `${f.line}:${f.column} ${f.code}`) : []
}
const valueOf = (text: string): unknown => {
  const reading = readYaml(text)
  return reading.kind === 'document' ? JSON.parse(JSON.stringify(reading.value)) : reading
}

t.test('every scalar is its source text', async (t) => {
  const text =
    'a: NO\nb: 010\nc: 0x1F\nd: 1e3\ne: ~\nf: true\ng: 5E002\nh: 1:30\ni: 2026-06-12T21:21:00Z\nj: "q\\n"\nk: \'s\'\nl: .inf\n'
  t.same(valueOf(text), {
    a: 'NO',
    b: '010',
    c: '0x1F',
    d: '1e3',
    e: '~',
    f: 'true',
    g: '5E002',
    h: '1:30',
    i: '2026-06-12T21:21:00Z',
    j: 'q\n',
    k: 's',
    l: '.inf',
  })
})

t.test('a document may start with one marker, and hold comments', async (t) => {
  t.same(valueOf('# about\n---\na: [b, {c: d}] # why\n'), { a: ['b', { c: 'd' }] })
})

t.test('keys of Object.prototype are plain keys', async (t) => {
  const reading = readYaml('constructor: a\n__proto__: b\n')
  t.equal(reading.kind, 'document')
  if (reading.kind !== 'document') return
  t.notOk('toString' in (reading.value as object))
  t.same(Object.keys(reading.value as object), ['constructor', '__proto__'])
})

t.test('what the subset leaves out is a fault where it stands', async (t) => {
  const cases: [text: string, faults: string[]][] = [
    ['a: &x 1\nb: *x\n', ['1:4 anchor', '2:4 alias']],
    ['a: !!str 1\n', ['1:4 tag']],
    ['a: !local 1\n', ['1:4 tag']],
    ['%YAML 1.1\n---\na: NO\n', ['1:1 yaml-directive']],
    ['a: 1\n---\nb: 2\n', ['2:1 several-documents']],
    ['a: 1\n...\n', ['2:1 document-end']],
    ['<<: {a: 1}\nb: 2\n', ['1:1 merge-key']],
    ['a: 1\nb: 2\na: 3\n', ['3:1 duplicate-key']],
    ['a: {b: 1, "b": 2}\n', ['1:11 duplicate-key']],
    ['? [a, b]\n: 1\n', ['1:3 key-not-text']],
    ['a:\nb: 1\n', ['1:1 value-missing']],
    ['a: {b, c: 1}\n', ['1:5 value-missing']],
    ['a: [1, , 2]\n', ['1:8 syntax']],
    ['', ['1:1 empty']],
    ['# nothing\n', ['1:1 empty']],
    ['\ufeffa: 1\n', ['1:1 byte-order-mark']],
    ['a: b\u202ec\n', ['1:5 unprintable']],
    ['a: b\u0000c\n', ['1:5 unprintable']],
    ['a: b\u200bc\n', ['1:5 unprintable']],
    ['a: b\u061cc\n', ['1:5 unprintable']],
    ['a: "b\\u200bc"\n', ['1:4 unprintable']],
    ['a: [1\nb: 2\n', ['2:1 syntax']],
    ['a: "x\n', ['2:1 syntax']],
    ['a:\n\tb: 1\n', ['2:1 syntax']],
    ['a: *x\nb: &y\n  c: !t\n    - d\n', ['1:4 alias', '2:4 anchor', '3:6 tag']],
    ['*x : 1\n', ['1:1 alias', '1:1 key-not-text']],
    ['# about\n%NEW rule\n---\na: b\n', ['2:1 yaml-directive']],
    ['...\na: 1\n', ['1:1 document-end']],
    ['---\na: 1\n...\n---\nb: 1\n', ['3:1 document-end', '4:1 several-documents']],
    ['---\n', ['1:1 empty']],
    ['a: b\n: 1\n', ['2:3 key-empty']],
    [`${'k'.repeat(1_025)}: 1\n`, ['1:1 key-too-long']],
    ['a: \ufeffb\n', ['1:4 unprintable']],
    ['a: b\ud800\n', ['1:5 unprintable']],
    ['a: b # "\\ud800"\nc: "\\ud800"\n', ['2:4 no-character']],
    ['a: "\\U00110000"\n', ['1:4 no-character']],
    ['a: "\\\\U00110000 \\U0010fffd \\ud83d\\ude00"\n', []],
    ['a\n', ['1:1 root-scalar']],
    ['  a: b\n', ['1:3 indented']],
    ['--- {a: b}\n', ['1:5 indented']],
    [' ---\na: b\n', ['1:2 indented']],
    ['a: b\n ---\n', []],
    ['a: "x" y\n', ['1:8 syntax']],
    ["a: 'x'#y\n", ['1:7 syntax']],
    ['"a":b\n', ['1:5 syntax']],
    ['a: [b]c\n', ['1:7 syntax']],
    ['a: - b\n', ['1:4 syntax']],
    ['a:\n    b: 1\n  c: 2\n', ['3:3 syntax']],
    ['a: {\n  b: c\n}\n', ['3:1 syntax']],
  ]
  for (const [text, faults] of cases) t.same(faultsOf(text), faults, JSON.stringify(text))
})

t.test('what is wrong with a text that is no YAML is said in plain words', async (t) => {
  const messageOf = (text: string): string | undefined => {
    const reading = readYaml(text)
    return reading.kind === 'faults' ? reading.faults[0]?.message : undefined
  }
  t.equal(messageOf('a: b: c\n'), 'a `:` with a blank behind it ends a key: quote a text that holds it')
  t.equal(messageOf('a: @b\n'), 'a text cannot begin with `@`: quote it')
  t.equal(messageOf('a: [\n  b\n]\n'), 'the closing bracket must be indented deeper than the key of its list')
  t.equal(messageOf('a: [b,\tc]\n'), 'a tab stands in this line: write blanks')
  t.equal(messageOf('a: [b\n'), messageOf('a: "b\n'))
  t.match(messageOf('a: [b\n'), /is open before this: close it/)
  t.equal(messageOf('a: |3-3\n'), 'repeat of an indentation width identifier', 'or in the words of the parser')
})

t.test('a text over several lines stands where its mark does', async (t) => {
  const reading = readYaml("a: # | not yet\n  >-\n    b\nc: |\n  d\ne: 'f'\ng: |")
  if (reading.kind !== 'document') throw new Error('unreadable')
  t.same(JSON.parse(JSON.stringify(reading.value)), { a: 'b', c: 'd\n', e: 'f', g: '' })
  t.same(reading.positionOf(['a']), { line: 2, column: 3 })
  t.same(reading.positionOf(['c']), { line: 4, column: 4 })
  t.same(reading.positionOf(['e']), { line: 6, column: 4 })
  t.same(reading.positionOf(['g']), { line: 7, column: 4 })
})

t.test('a lone carriage return, behind which a comment could seem to be a rule, is refused', async (t) => {
  t.same(faultsOf('# a note\rends: never\na: b\n'), ['1:9 unprintable'])
  t.same(faultsOf('a: b\r'), ['1:5 unprintable'])
  t.same(faultsOf('# a note\r\na: b\r\n'), [])
})

t.test('all faults of a file are named in one run, in order', async (t) => {
  t.same(faultsOf('a: *x\nb: !t 1\nc: 1\nc: 2\n'), ['1:4 alias', '2:4 tag', '4:1 duplicate-key'])
})

t.test('nesting is refused before it is parsed deeply, with and without a syntax error in it', async (t) => {
  for (const open of ['[', '{a: ', '- ', '? ', '- - ', '[ - ', '{? ', 'a: ']) {
    for (const tail of ['', '1', ']', '}', '\n@', '"']) {
      const faults = faultsOf(open.repeat(20_000) + tail)
      t.ok(faults.length > 0, `${open}… ${JSON.stringify(tail)}`)
    }
  }
  const stairs = Array.from({ length: 2_000 }, (_, depth) => `${' '.repeat(depth)}a:\n`)
    .join('')
    .slice(0, 1_000_000)
  t.match(faultsOf(stairs)[0], /too-deep/)
  t.match(faultsOf('['.repeat(20_000))[0], /^1:\d+ too-deep$/)
  t.equal(faultsOf(`a: ${'['.repeat(25)}${']'.repeat(25)}\n`).length, 0, 'ordinary depth is read')
})

t.test('billion laughs is refused by its first anchor and expands nothing', async (t) => {
  const laughs = [
    'a0: &a0 [lol]',
    ...Array.from({ length: 30 }, (_, n) => `a${n + 1}: &a${n + 1} [*a${n}, *a${n}, *a${n}]`),
  ]
  const before = process.memoryUsage().heapUsed
  t.match(faultsOf(`${laughs.join('\n')}\n`)[0], '1:5 anchor')
  t.ok(process.memoryUsage().heapUsed - before < 50_000_000)
})

t.test('a million keys and a file over the limit do not hang it', async (t) => {
  const started = performance.now()
  t.same(faultsOf(`${'a'.repeat(2_000_000)}\n`), ['1:1 too-large'])
  const keys = Array.from({ length: 80_000 }, (_, n) => `k${n}: v\n`).join('')
  t.equal(faultsOf(keys).length, 0)
  t.ok(performance.now() - started < 20_000)
})

t.test(
  'positions are found by path, of the key and of the value, and of the nearest thing around what is absent',
  async (t) => {
    const reading = readYaml('a:\n  - b: c\n    d: [e, f]\n')
    if (reading.kind !== 'document') throw new Error('unreadable')
    t.same(reading.positionOf(['a', 0, 'd', 1]), { line: 3, column: 12 })
    t.same(reading.positionOf(['a', 0, 'd'], 'key'), { line: 3, column: 5 })
    t.same(reading.positionOf(['a', 0, 'nothing', 'here']), { line: 2, column: 5 })
    t.same(reading.positionOf([]), { line: 1, column: 1 })
  },
)

t.test('a fault is shown with its line and a caret', async (t) => {
  const text = 'a: 1\nbee: *x\n'
  const reading = readYaml(text)
  if (reading.kind !== 'faults' || reading.faults[0] === undefined) throw new Error('read')
  t.equal(
    showFault('policies/x.yaml', text, reading.faults[0]),
    'policies/x.yaml:2:6: aliases (`*name`) are not read: write the value again, or quote it if it is text\n2 | bee: *x\n         ^',
  )
  t.equal(showFault('x', `a: ${'y'.repeat(1_000)}`, { line: 1, column: 900, message: 'm' }).split('\n')[2]?.length, 84)
  t.notMatch(showFault('x', 'a: \u001b[31mred', { line: 1, column: 1, message: 'm' }), '\u001b')
})
