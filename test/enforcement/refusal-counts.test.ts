import t from 'tap'
import { createRefusalCounts } from '../../src/enforcement/index.ts'
import type { RefusalsRecord } from '../../src/vocabulary/record.ts'

const counts = (append: (record: RefusalsRecord) => Promise<void>) => {
  let id = 0
  return createRefusalCounts({ clock: { now: () => 1_000 }, newId: () => `id-${++id}`, append })
}

t.test('a flood from one source shares records, and no refusal is answered before its record is durable', async (t) => {
  const records: RefusalsRecord[] = []
  let release = (): void => {}
  const durable = new Promise<void>((resolve) => {
    release = resolve
  })
  const counting = counts(async (record) => {
    records.push(record)
    await durable
  })
  const answers = Array.from({ length: 1_000 }, () => counting.count('token_absent', 'hk1:a'))
  t.equal(answers.filter((answer) => answer === null).length, 20, 'the first ones get records of their own')
  let answered = 0
  for (const answer of answers) void answer?.written.then(() => answered++)
  await new Promise((resolve) => setTimeout(resolve, 400))
  t.equal(answered, 0)
  release()
  await new Promise((resolve) => setImmediate(resolve))
  t.equal(answered, 980)
  t.equal(records.length, 1)
  t.match(records[0], { reason: 'token_absent', count: 980, address: 'hk1:a', id: answers.at(-1)?.id })
  await counting.close()
})

t.test('sources and reasons are counted apart', async (t) => {
  const counting = counts(async () => {})
  for (let n = 0; n < 20; n++) counting.count('token_absent', 'hk1:a')
  t.equal(counting.count('token_absent', 'hk1:b'), null)
  t.equal(counting.count('route_unknown', 'hk1:a'), null)
  t.not(counting.count('token_absent', 'hk1:a'), null)
  await counting.close()
})

t.test('where the aggregate cannot be written, its refusals are told so', async (t) => {
  const counting = counts(async () => Promise.reject(new Error('disk')))
  for (let n = 0; n < 20; n++) counting.count('token_absent', null)
  const counted = counting.count('token_absent', null)
  await t.rejects(counted?.written ?? Promise.resolve(), { message: 'disk' })
  await counting.close()
})
