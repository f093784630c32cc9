// Messages of Amazon's event stream encoding: whole and intact, or not at all.
import fc from 'fast-check'
import t from 'tap'
import { createEventEdges, type EventEdges } from '../../src/gateway/event-edges.ts'
import { payloadsOf } from '../../src/gateway/event-frames.ts'
import { limits } from '../../src/limits.ts'
import { eventMessage } from '../support/bedrock-api.ts'

const edges = (): EventEdges => createEventEdges('application/vnd.amazon.eventstream')
const some = [
  eventMessage('messageStart', { role: 'assistant' }),
  eventMessage('contentBlockDelta', { delta: { text: 'é\n\n' } }),
  eventMessage('metadata', { usage: { outputTokens: 7 } }),
]

t.test('whatever the chunks, whole messages come out at once, byte for byte, and every one', async (t) => {
  const whole = Buffer.concat(some)
  const ends = some.map((_, index) => Buffer.concat(some.slice(0, index + 1)).length)
  fc.assert(
    fc.property(fc.array(fc.integer({ min: 1, max: 60 })), (cuts) => {
      const reader = edges()
      const out: Buffer[] = []
      let at = 0
      for (const cut of [...cuts, whole.length]) {
        const released = reader.push(whole.subarray(at, at + cut))
        at = Math.min(whole.length, at + cut)
        if (released !== null) out.push(released)
        const due = ends.filter((end) => end <= at).at(-1) ?? 0
        if (Buffer.concat(out).length !== due || reader.fault() !== null) return false
      }
      return Buffer.concat(out).equals(whole) && reader.fault('at-end') === null
    }),
  )
  t.pass()
})

t.test('any bit that is turned is noticed, and nothing of its message is released', async (t) => {
  const [first, second] = some as [Buffer, Buffer, Buffer]
  for (let bit = 0; bit < second.length * 8; bit += 5) {
    const bent = Buffer.from(second)
    bent.writeUInt8(bent.readUInt8(bit >> 3) ^ (1 << (bit & 7)), bit >> 3)
    const reader = edges()
    t.ok(reader.push(first)?.equals(first))
    const released = reader.push(bent)
    // A length that has grown waits for bytes that do not come.
    const isNoticed = released === null && reader.fault('at-end') !== null
    if (!isNoticed) t.fail(`bit ${bit}`)
  }
})

t.test('a message without end, one too short, and what follows a damaged one are refused', async (t) => {
  const lengths: readonly (readonly [number, RegExp])[] = [
    [limits.sseEventBytes + 1, /longer than can be held/],
    [0xffff_ffff, /longer than can be held/],
    [15, /damaged/],
    [0, /damaged/],
  ]
  for (const [length, fault] of lengths) {
    const reader = edges()
    const prelude = Buffer.alloc(4)
    prelude.writeUInt32BE(length)
    t.equal(reader.push(prelude), null)
    t.match(reader.fault(), fault)
    t.equal(reader.push(some[0] as Buffer), null)
    t.match(reader.fault(), fault)
  }
})

t.test('a stream that ends inside a message has not ended by itself', async (t) => {
  const reader = edges()
  const last = some[2] as Buffer
  reader.push(last.subarray(0, -1))
  t.equal(reader.fault(), null)
  t.match(reader.fault('at-end'), /inside an event/)
  t.equal(reader.rest().length, 0)
})

t.test('a vendor’s event comes out of its base64; one that says two things stays as it is', async (t) => {
  const inner = '{"type":"message_start"}'
  const chunk = eventMessage('chunk', { p: 'abc', bytes: Buffer.from(inner).toString('base64') })
  const plain = eventMessage('contentBlockDelta', { delta: { text: '"bytes"' } })
  t.strictSame(payloadsOf(Buffer.concat([chunk, plain])).map(String), [inner, '{"delta":{"text":"\\"bytes\\""}}'])
})
