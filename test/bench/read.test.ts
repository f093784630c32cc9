// Not a benchmark: that the bench of reading measures what it says.
import { Buffer } from 'node:buffer'
import t from 'tap'
import { bodyNames, drawBody } from '../../bench/read/bodies.ts'
import { checkBody } from '../../bench/read/read-process.ts'
import { worstTexts } from '../../bench/read/worst.ts'
import { ratios } from '../../bench/read.ts'
import { limits } from '../../src/limits.ts'

const sizes: Readonly<Record<string, number>> = { small: 877, image: 1_000_000 }

t.test('every body has its size to the byte, is drawn alike each time, and is an operation for the gate', async (t) => {
  for (const name of bodyNames) {
    const { bytes } = drawBody(name)
    t.equal(bytes.length, sizes[name] ?? 100_000, name)
    t.ok(bytes.equals(drawBody(name).bytes), name)
    checkBody(bytes)
  }
})

t.test('the bodies are of the kinds that they say', async (t) => {
  const text = (name: (typeof bodyNames)[number]): string => drawBody(name).bytes.toString()
  const share = (name: (typeof bodyNames)[number], pattern: RegExp): number =>
    (text(name).match(pattern) ?? []).length / text(name).length
  t.equal(share('ascii', /[^\u0000-\u007f]/g), 0)
  t.ok(share('latin', /[\u0080-\u00ff]/g) > 0.01)
  t.equal(share('latin', /[^\u0000-\u00ff]/g), 0)
  t.ok(share('wide', /[^\u0000-\u00ff]/g) > 0.5)
  t.ok(share('escapes', /\\/g) > 0.05)
  t.ok(share('objects', /\{/g) > 0.01)
  t.ok(share('pretty', /\n/g) > 0.005)
})

t.test('a body is not measured if it is read as something else than JSON.parse reads, or refused', async (t) => {
  t.throws(() => checkBody(Buffer.from('{"model":"a","model":"b"}')), /does not give/)
  t.throws(() => checkBody(Buffer.from('{"messages":[]}')), /refuses/)
})

t.test('no worst text is longer than a body may be', async (t) => {
  for (const [name, draw] of Object.entries(worstTexts)) t.ok(draw().length <= limits.bodyBytes, name)
})

t.test('ratios are taken within a round', async (t) => {
  t.same(ratios([2, 9], [1, 3]), [2, 3])
})
