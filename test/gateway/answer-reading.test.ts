// What an answer says of itself, whatever was read before it in the same process.
import t from 'tap'
import { createAnswerReading } from '../../src/gateway/answer-reading.ts'

function servedBy(...answers: readonly string[]): readonly string[] {
  const reading = createAnswerReading('openai', { read: () => {}, concerns: () => false })
  for (const answer of answers) reading.readWhole(Buffer.from(answer), 'application/json')
  return [...reading.served]
}

t.test('the model is found, however its key is written', async (t) => {
  t.strictSame(servedBy('{"model":"a","choices":[]}'), ['a'])
  t.strictSame(servedBy('{"mod\\u0065l":"a","choices":[]}'), ['a'])
  t.strictSame(servedBy('\uFEFF{"model":"a"}'), ['a'])
})

t.test('the model is found after an answer with a key that a reader could take the next one for', async (t) => {
  const before = '[{"a":0,"mod\\\\u":1},{"a":0,"mod\\\\u":1}]'
  JSON.parse(before)
  t.strictSame(servedBy(before, '{"a":0,"mod\\u0065l":"bad"}'), ['bad'])
})

t.test('an answer that names a model twice names none that was decided', async (t) => {
  t.strictSame(servedBy('{"model":"a","model":"b"}'), ['(named twice)'])
})

t.test('a list of embeddings is read, however long', async (t) => {
  const vectors = JSON.stringify(Array.from({ length: 300_000 }, (_, index) => index))
  t.strictSame(servedBy(`{"data":[${vectors}],"model":"a"}`), ['a'])
})
