import fc from 'fast-check'
import t from 'tap'
import { createEventEdges } from '../../src/gateway/event-edges.ts'

const lineEnd = fc.constantFrom('\n', '\r\n', '\r')
const line = fc.constantFrom('data: {"a":1}', 'event: x', ': comment', 'data: é')

/** A stream event by event, as a reader that goes line by line takes it: no state machine, no search for edges. */
const event = fc
  .tuple(fc.array(fc.tuple(line, lineEnd), { minLength: 1, maxLength: 4 }), lineEnd)
  .map(([lines, end]) => lines.flat().join('') + end)
  // CR LF is one line end: an event that ends in CR before a blank LF would read as no blank line at all.
  .filter((text) => !/[^\r\n]\r\n$/.test(text))

t.test('whatever the chunks, whole events are released as soon as they are whole, and every byte once', async (t) => {
  fc.assert(
    fc.property(fc.array(event, { maxLength: 12 }), fc.array(fc.integer({ min: 1, max: 9 })), (events, cuts) => {
      const whole = Buffer.from(`${events.join('')}data: unfinished`)
      const ends = events.map((_, index) => Buffer.byteLength(events.slice(0, index + 1).join('')))
      const reader = createEventEdges('text/event-stream')
      let released = Buffer.alloc(0)
      let at = 0
      for (const cut of [...cuts, whole.length]) {
        const chunk = whole.subarray(at, at + cut)
        at += chunk.length
        const out = reader.push(chunk)
        if (out !== null) released = Buffer.concat([released, out])
        const due = ends.filter((end) => end <= at).at(-1) ?? 0
        // The LF of a CR LF may come with the next chunk: it is then not yet part of the edge.
        if (released.length < due - 1 || released.length > at) return false
        if (released.length !== due && whole[released.length - 1] !== 0x0d) return false
      }
      const rest = reader.rest()
      if (reader.rest().length > 0) return false
      return Buffer.concat([released, rest]).equals(whole) && String(rest).endsWith('data: unfinished')
    }),
  )
  t.pass()
})

t.test('an unfinished event is held back until its blank line comes', async (t) => {
  const reader = createEventEdges('text/event-stream')
  t.equal(reader.push(Buffer.from('data: 1\n')), null)
  t.equal(reader.held(), 8)
  t.equal(String(reader.push(Buffer.from('\ndata: 2'))), 'data: 1\n\n')
  t.equal(String(reader.rest()), 'data: 2')
})

t.test('line ends of every kind make a blank line, also mixed', async (t) => {
  for (const end of ['\n\n', '\r\r', '\r\n\r\n', '\n\r\n', '\r\n\n', '\n\r']) {
    t.equal(
      String(createEventEdges('text/event-stream').push(Buffer.from(`data: 1${end}`))),
      `data: 1${end}`,
      JSON.stringify(end),
    )
  }
  t.equal(createEventEdges('text/event-stream').push(Buffer.from('data: 1\r\n')), null, 'CR LF alone is one line end')
})

t.test('a blank line of CRLFs that is split anywhere is found', async (t) => {
  for (const at of [1, 2, 3, 4]) {
    const reader = createEventEdges('text/event-stream')
    const whole = Buffer.from('x\r\n\r\n')
    const first = reader.push(whole.subarray(0, at))
    const second = reader.push(whole.subarray(at))
    t.equal(String(first ?? '') + String(second ?? '') + String(reader.rest()), 'x\r\n\r\n', `split at ${at}`)
    t.match(String(first ?? '') + String(second ?? ''), /^x\r\n\r/, `released, split at ${at}`)
  }
})

t.test('a stream of lines is cut behind a line feed, wherever its chunks end', async (t) => {
  const text = '{"a":"\r"}\n{"b":2}\n\n{"c":'
  for (let cut = 0; cut <= text.length; cut++) {
    const reader = createEventEdges('application/x-ndjson')
    const parts = [text.slice(0, cut), text.slice(cut)].map((part) => reader.push(Buffer.from(part)))
    t.equal(parts.map((part) => String(part ?? '')).join(''), '{"a":"\r"}\n{"b":2}\n\n', `cut at ${cut}`)
    t.equal(reader.held(), 5)
    t.equal(String(reader.rest()), '{"c":')
  }
})
