import fc from 'fast-check'
import t from 'tap'
import { createEventEdges } from '../../src/gateway/event-edges.ts'

const edges = /(\r\n\r\n|\n\n|\r\r)$/

t.test('whatever the chunks, only whole events are released, and every byte once', async (t) => {
  const line = fc.constantFrom('data: {"a":1}', 'event: x', ': comment', 'data: é', '')
  const newline = fc.constantFrom('\n', '\r\n', '\r')
  fc.assert(
    fc.property(fc.array(fc.tuple(line, newline), { maxLength: 30 }), fc.array(fc.nat({ max: 9 })), (lines, cuts) => {
      const whole = Buffer.from(lines.flat().join(''))
      const reader = createEventEdges()
      const released: Buffer[] = []
      let at = 0
      for (const cut of [...cuts, whole.length]) {
        const chunk = whole.subarray(at, at + cut)
        at += chunk.length
        const events = reader.push(chunk)
        if (events === null) continue
        released.push(Buffer.from(events))
        if (!edges.test(events.toString())) return false
      }
      return Buffer.concat([...released, reader.rest()]).equals(whole)
    }),
  )
  t.pass()
})

t.test('an unfinished event is held back until its blank line comes', async (t) => {
  const reader = createEventEdges()
  t.equal(reader.push(Buffer.from('data: 1\n')), null)
  t.equal(reader.held(), 8)
  t.equal(String(reader.push(Buffer.from('\ndata: 2'))), 'data: 1\n\n')
  t.equal(String(reader.rest()), 'data: 2')
})

t.test('a blank line of CRLFs that is split anywhere is found', async (t) => {
  for (const at of [1, 2, 3, 4]) {
    const reader = createEventEdges()
    const whole = Buffer.from('x\r\n\r\n')
    const first = reader.push(whole.subarray(0, at))
    const second = reader.push(whole.subarray(at))
    t.equal(String(first ?? '') + String(second ?? ''), 'x\r\n\r\n', `split at ${at}`)
  }
})
