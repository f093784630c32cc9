// The reader goes over a text in steps of four and sixteen bytes, and remembers keys: nothing may depend on where a byte stands, what
// stands beside it, or what was read before.
import { Buffer } from 'node:buffer'
import { isDeepStrictEqual } from 'node:util'
import fc from 'fast-check'
import t, { type Test } from 'tap'
import { worstTexts } from '../../bench/read/worst.ts'
import { readJson } from '../../src/json/index.ts'
import { parsedAfresh } from './parsed-afresh.ts'

/** The value as JSON text, or null where it was refused. */
function meaningOf(bytes: Uint8Array): string | null {
  const reading = readJson(bytes)
  return reading.kind === 'value' ? JSON.stringify(reading.value) : null
}

const odd = [
  '"',
  '\\"',
  '\\\\',
  '\\n',
  '\\u00e9',
  '\\ud83d\\ude00',
  '\u0000',
  '\u001f',
  '\u007f',
  'é',
  '模',
  '😀',
  '\\',
  '\\x',
]

t.test('a special character is seen at every place of a string of every length, in every frame', async (t) => {
  const wrong: string[] = []
  for (const special of odd) {
    for (let length = 0; length <= 40; length++) {
      for (let place = 0; place <= length; place++) {
        const text = `"${'x'.repeat(place)}${special}${'x'.repeat(length - place)}"`
        let expected: string | null = null
        try {
          expected = JSON.stringify(JSON.parse(text))
        } catch {}
        // Alone; and in the midst of bytes that would end it, as in the pool that small bodies are cut from.
        const alone = new Uint8Array(Buffer.from(text))
        const frame = Buffer.from(`""""${text}\\""",]}`)
        const framed = frame.subarray(4, 4 + alone.length)
        const asKey = Buffer.from(`{${text}:${text}}`)
        const member = expected === null ? null : `{${expected}:${expected}}`
        if (meaningOf(alone) !== expected || meaningOf(framed) !== expected || meaningOf(asKey) !== member)
          wrong.push(text)
      }
    }
  }
  t.same(wrong, [])
})

t.test('every `\\u` escape and every pair of surrogates means what it says', async (t) => {
  const hex = (unit: number): string => `\\u${unit.toString(16).padStart(4, '0')}`
  const units = Array.from({ length: 0x10000 }, (_, unit) => unit)
  const scalars = units.filter((unit) => unit < 0xd800 || unit > 0xdfff)
  const pairs = units
    .filter((unit) => unit >= 0xd800 && unit < 0xdc00)
    .flatMap((high) => [0xdc00, 0xdd5a, 0xdfff].map((low) => hex(high) + hex(low)))
  const text = JSON.stringify([...scalars.map(hex), ...pairs]).replaceAll('\\\\', '\\')
  const reading = readJson(Buffer.from(text), { nodes: 1e6 })
  t.ok(reading.kind === 'value' && isDeepStrictEqual(reading.value, JSON.parse(text)))
  const lone = units.filter((unit) => unit >= 0xd800 && unit <= 0xdfff)
  t.same(
    lone.filter((unit) => readJson(Buffer.from(`"${hex(unit)}"`)).kind === 'value'),
    [],
  )
})

t.test('keys are told apart whatever keys were read before', async () => {
  const key = fc.oneof(
    fc.string({ unit: fc.constantFrom('a', 'b'), maxLength: 36 }),
    fc.string({ unit: fc.constantFrom('a', '\\', '"', 'u', '/', 'é'), maxLength: 9 }),
    fc.nat(3_000).map((index) => `key${index}`),
  )
  fc.assert(
    fc.property(fc.array(key, { maxLength: 40 }), (keys) => {
      const text = `[${keys.map((name) => `{${JSON.stringify(name)}:0}`).join(',')}]`
      const all = `{${keys.map((name) => `${JSON.stringify(name)}:0`).join(',')}}`
      const isUnique = new Set(keys).size === keys.length
      return meaningOf(Buffer.from(text)) === parsedAfresh(text) && (meaningOf(Buffer.from(all)) !== null) === isUnique
    }),
    { numRuns: 300 },
  )
})

t.test('no text that was read before makes a key another, as it does with the JSON.parse of V8 13.6', async (t) => {
  // There, a key met before is compared with the letters of an escaped key as they are spelt: `model` became `mod\u`.
  const seen = Buffer.from('[{"a":0,"mod\\\\u":1},{"a":0,"mod\\\\u":1}]')
  const body = Buffer.from('{"a":0,"mod\\u0065l":"x"}')
  for (let turn = 0; turn < 3; turn++) {
    JSON.parse(seen.toString())
    readJson(seen)
    t.equal(meaningOf(body), '{"a":0,"model":"x"}')
  }
})

t.test('different keys have a bound of their own; keys that come again do not count', async (t) => {
  const reason = (text: string, newKeys: number): string => {
    const reading = readJson(Buffer.from(text), { newKeys })
    return reading.kind === 'value' ? 'value' : reading.reason
  }
  const objects = (count: number): string =>
    `[${Array.from({ length: count }, () => '{"role":1,"content":2}').join(',')}]`
  for (const turn of ['first', 'second']) {
    t.equal(reason(objects(500), 6), 'value', turn)
    t.equal(reason(objects(500), 1), 'too_large', turn)
    t.equal(reason('{"a":1,"b":2,"c":3}', 3), 'value', turn)
    t.equal(reason('{"a":1,"b":2,"c":3}', 2), 'too_large', turn)
    t.equal(reason('[{"é":1},{"é":1}]', 1), 'too_large', `${turn}: keys beyond ASCII count each time`)
  }
})

t.test(
  'no text is gone over more than a few times: each of the worst is read in steps that grow as it does',
  async (t) => {
    const steps = countSteps(t)
    for (const [name, draw] of Object.entries(worstTexts)) {
      const [small, large] = [draw(20_000), draw(160_000)].map((bytes) => {
        const before = steps()
        readJson(bytes, { newKeys: 1e9, nodes: 1e9 })
        return (steps() - before) / bytes.length
      })
      t.ok((large ?? 9) < 8, `${name}: ${large} bytes looked at for each`)
      t.ok((large ?? 9) < (small ?? 0) * 1.2 + 0.1, `${name}: ${small} became ${large}`)
    }
  },
)

/** Bytes that words were read from and that searches and decoders passed over. */
function countSteps(t: Test): () => number {
  let count = 0
  const counted = (
    holder: object,
    name: string,
    cost: (result: unknown, self: { length: number }, ...args: number[]) => number,
  ): void => {
    const own = Reflect.get(holder, name) as (...args: unknown[]) => unknown
    Object.defineProperty(holder, name, {
      configurable: true,
      writable: true,
      value(this: { length: number }, ...args: unknown[]) {
        const result = own.apply(this, args)
        count += cost(result, this, ...args.filter((arg) => typeof arg === 'number'))
        return result
      },
    })
    t.teardown(() => Object.defineProperty(holder, name, { configurable: true, writable: true, value: own }))
  }
  counted(DataView.prototype, 'getInt32', () => 4)
  counted(
    String.prototype,
    'indexOf',
    (found, self, from = 0) => (Number(found) < 0 ? self.length : Number(found)) - from,
  )
  counted(Buffer.prototype, 'toString', (_, self, from = 0, to = self.length) => to - from)
  return () => count
}
