// Where a Python is on the machine, its reader is asked about the same texts, and about bodies of which a few bytes were changed.
import { Buffer } from 'node:buffer'
import { spawnSync } from 'node:child_process'
import fc from 'fast-check'
import t, { type Test } from 'tap'
import { drawBody } from '../../bench/read/bodies.ts'
import { readJson } from '../../src/json/index.ts'
import { brokenTexts, read, refused } from './texts.ts'

/** Strict where I-JSON is: constants, equal keys and lone surrogates are refused, which Python's own reader takes. */
const python = `
import json, sys
def pairs(items):
    if len({key for key, _ in items}) != len(items): raise ValueError('twice')
    for key, _ in items: key.encode('utf-8')
    return dict(items)
def constant(name): raise ValueError(name)
def whole(value):
    if isinstance(value, str): value.encode('utf-8')
    elif isinstance(value, list): [whole(item) for item in value]
    elif isinstance(value, dict): [whole(item) for item in value.values()]
answers = []
for line in sys.stdin:
    try:
        whole(json.loads(bytes.fromhex(line).decode('utf-8'), object_pairs_hook=pairs, parse_constant=constant))
        answers.append('value')
    except ValueError:
        answers.append('fault')
print('\\n'.join(answers))
`

function askPython(texts: readonly Uint8Array[]): readonly string[] | null {
  const input = texts.map((bytes) => Buffer.from(bytes).toString('hex')).join('\n')
  const { status, stdout, error } = spawnSync('python3', ['-c', python], { input: `${input}\n`, maxBuffer: 1 << 26 })
  if (error !== undefined) return null
  if (status !== 0) throw new Error(`python3 ended with ${status}`)
  return stdout.toString().trim().split('\n')
}

const hasPython = askPython([Buffer.from('1')]) !== null
const skip = hasPython ? false : 'there is no python3 on this machine'

function compare(t: Test, texts: readonly Uint8Array[]): number {
  const answers = askPython(texts) ?? []
  t.equal(answers.length, texts.length)
  const ours = texts.map((bytes) => readJson(bytes).kind)
  for (const [index, answer] of answers.entries()) {
    if (answer !== ours[index])
      t.fail(`python: ${answer}, here: ${ours[index]}: ${Buffer.from(texts[index] ?? []).toString()}`)
  }
  return ours.filter((kind) => kind === 'value').length
}

t.test('Python agrees on every text above', { skip }, async (t) => {
  const accepted = compare(t, [...[...read, ...refused].map((text) => Buffer.from(text)), ...brokenTexts])
  t.equal(accepted, read.length)
})

t.test('Python agrees on mutated bodies', { skip }, async (t) => {
  const bodies = (['small', 'wide', 'escapes', 'objects', 'pretty'] as const).map((name) => drawBody(name).bytes)
  const snippet = fc.constantFrom(
    ...[
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
      '\\ud83d',
      '\\ude00',
      '\\u00e9',
      '\n',
      ' ',
      'é',
      '😀',
      '\ufeff',
      '\u0000',
      '"a":',
      ',"a":1',
      ',"\\u0061":1',
      'null',
      '1e5',
    ].map((text) => Buffer.from(text)),
    Buffer.from([0x80]),
  )
  const edit = fc.tuple(fc.nat(1_000), fc.nat(2), snippet)
  const mutant = fc.tuple(
    fc.constantFrom(...bodies),
    fc.double({ min: 0, max: 0.999, noNaN: true }),
    fc.array(edit, { maxLength: 3 }),
  )
  const seed = Math.floor(Math.random() * 2 ** 31)
  t.comment(`seed ${seed}`)
  const texts = fc.sample(mutant, { seed, numRuns: 4_000 }).map(([body, place, edits]) => {
    // A stretch of a body in an array: seldom valid, so that half of them are taken as strings.
    const from = Math.floor(body.length * place)
    const stretch = body.subarray(from, from + 120)
    let text =
      from % 2 === 0 && body.length > 1_000
        ? Buffer.from(JSON.stringify([stretch.toString(), { a: 1 }]))
        : (bodies[0] as Buffer)
    for (const [at, cut, put] of edits) {
      const to = at % text.length
      text = Buffer.concat([text.subarray(0, to), put, text.subarray(to + cut)])
    }
    return text
  })
  const accepted = compare(t, texts)
  t.ok(accepted > 400 && accepted < 3_600, `${accepted} of them were accepted`)
})
