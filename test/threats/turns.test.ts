// O3, A18: nobody holds up the others. What is long is read in turns of the event loop, and no turn reads more than its bound: counted
// in bytes and values, since time says nothing on a busy machine. How long the dearest turn takes is measured by `npm run bench -- read`.
import t from 'tap'
import { inTurns } from '../../src/enforcement/in-turns.ts'
import { limits } from '../../src/limits.ts'
import { applyingEdits, findRoute, readingOperation, readOperation, rebuildParts } from '../../src/request/index.ts'
import { readBatchFile } from '../../src/request/read-batch-file.ts'
import type { Steps } from '../../src/request/steps.ts'

const chat = '/v1/chat/completions'
const match = findRoute({ method: 'POST', target: chat, rawHeaders: ['content-type', 'application/json'] })
if (match.kind === 'refused') throw new Error(match.message)

const line = (n: number, content = 'hi'): string =>
  `${JSON.stringify({
    custom_id: `r${n}`,
    method: 'POST',
    url: chat,
    body: { model: 'open-1', messages: [{ role: 'user', content }] },
  })}\n`

/** What the steps give, and what `count` had grown by at the end of each. */
function driven<Result>(steps: Steps<Result>, count: () => number = () => 0): { result: Result; each: number[] } {
  const each: number[] = []
  for (let before = count(); ; before = count()) {
    const step = steps.next()
    each.push(count() - before)
    if (step.done === true) return { result: step.value, each }
  }
}

const present = (): boolean => false

t.test('a file of requests is read in turns of so many bytes and a line, whatever its lines are', async (t) => {
  const files = [
    Array.from({ length: 20_000 }, (_, n) => line(n)),
    Array.from({ length: 60 }, (_, n) => line(n, 'x'.repeat(60_000))),
    [line(1), line(2, 'x'.repeat(2_000_000)), line(3), line(4)],
  ]
  for (const lines of files) {
    const file = Buffer.from(lines.join(''))
    const longest = Math.max(...lines.map(({ length }) => length))
    let bytes = 0
    const read: Parameters<typeof readBatchFile>[1] = (at, body) => {
      bytes += JSON.stringify(body).length
      return readOperation(at, Buffer.from(JSON.stringify(body)))
    }
    const { result, each } = driven(readBatchFile(file, read), () => bytes)
    t.equal(result.kind, 'batch-file')
    t.ok(Math.max(...each) <= Math.max(limits.stepBytes, longest), `${Math.max(...each)} bytes in one turn`)
    t.ok(each.length > bytes / (limits.stepBytes + longest))
  }
})

t.test('a long body is read and walked in a turn each, and each of its edits is one', async (t) => {
  const body = Buffer.from(`{"messages":[{"role":"user","content":"${'x'.repeat(100_000)}"}],"model":"open-1"}`)
  const { result, each } = driven(readingOperation(match, body, {}))
  t.equal(result.kind, 'operation')
  t.equal(each.length, 3, 'what came before it, reading, walking')
  const edits = { model: [{ pointer: '/model', name: 'a' }], forceMode: [], capOutputTokens: null, noStore: true }
  const turns = driven(applyingEdits(match, body, edits)).each.length
  t.equal(turns, 3)
  t.ok(driven(applyingEdits(match, body, { ...edits, capOutputTokens: 9 })).each.length >= turns + 2)
  const short = Buffer.from('{"messages":[],"model":"open-1"}')
  t.equal(driven(readingOperation(match, short, {})).each.length, 1, 'what is short waits for nobody')
})

t.test('what is written anew is copied in turns, and its file of requests is not read twice', async (t) => {
  const type = 'multipart/form-data; boundary=B'
  const upload = findRoute({ method: 'POST', target: '/v1/files', rawHeaders: ['content-type', type] })
  if (upload.kind === 'refused') throw new Error(upload.message)
  const part = (head: string, content: string): string =>
    `--B\r\nContent-Disposition: form-data; ${head}\r\n\r\n${content}\r\n`
  const bodyOf = (purpose: string, content: string): Buffer =>
    Buffer.from(`${part('name="purpose"', purpose)}${part('name="file"; filename="a"', content)}--B--\r\n`)
  const none = { model: [], forceMode: [], capOutputTokens: null, noStore: false }

  const large = readOperation(upload, bodyOf('user_data', 'x'.repeat(limits.copyBytes * 2 + 1)))
  if (large.kind === 'refused') throw new Error(large.message)
  t.equal(driven(rebuildParts(upload, large.parts, none, 'C')).each.length, 4)

  const lines = Array.from({ length: 2_000 }, (_, n) => line(n)).join('')
  const first = driven(readingOperation(upload, bodyOf('batch', lines), {}))
  if (first.result.kind === 'refused') throw new Error(first.result.message)
  t.ok(first.each.length > 3)
  const { batch } = first.result
  const again = driven(readingOperation(upload, bodyOf('batch', lines), { batch }))
  t.equal(again.each.length, 2)
  t.same(again.result, first.result)
  const other = driven(readingOperation(upload, bodyOf('batch', lines.replace('open-1', 'list-1')), { batch }))
  t.match(other.result, { operation: { models: [{ name: 'list-1' }, { name: 'open-1' }] } }, 'other bytes are read')
})

t.test('of all that waits, one step is done in each turn of the event loop, in order', async (t) => {
  const done: string[] = []
  function* work(name: string): Steps<string> {
    for (let step = 0; step < 3; step++) {
      done.push(`${name}${step}`)
      yield
    }
    return name
  }
  let turns = 0
  let isOver = false
  const count = (): void => {
    turns += 1
    done.push('|')
    if (!isOver) setImmediate(count)
  }
  const all = Promise.all(['a', 'b', 'c'].map(async (name) => inTurns(work(name), present)))
  setImmediate(count)
  t.same(await all, ['a', 'b', 'c'])
  isOver = true
  t.same(done.filter((one) => one !== '|').join(' '), 'a0 b0 c0 a1 b1 c1 a2 b2 c2')
  const between = done.join('').split('|')
  t.ok(
    between.slice(1).every((one) => one.length <= 2),
    `one step a turn: ${done.join('')}`,
  )
  t.ok(turns >= 6)
})

t.test('what nobody waits for is given up, and what is done at once takes no turn', async (t) => {
  let steps = 0
  let isGone = false
  function* endless(): Steps<never> {
    for (;;) {
      steps += 1
      if (steps === 5) isGone = true
      yield
    }
  }
  t.match(await inTurns(endless(), () => isGone), { kind: 'refused', reason: 'request_unreadable' })
  t.equal(steps, 5)
  let isLater = false
  setImmediate(() => (isLater = true))
  t.match(await inTurns(readingOperation(match, Buffer.from('{}'), {}), present), { reason: 'model_absent' })
  t.notOk(isLater)
})
