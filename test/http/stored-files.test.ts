// Files and batches, through the gate: bound to who uploaded them, a batch read line by line at its upload (threats B4, B6, B20).

import type OpenAI from 'openai'
import { toFile } from 'openai'
import t from 'tap'
import { decisions, scenarioInstant } from '../support/gate.ts'
import { around, codeOf } from '../support/stored.ts'

type Body = Record<string, unknown>

const request = (n: number, body: Body = {}, url = '/v1/chat/completions'): string =>
  JSON.stringify({
    custom_id: `request-${n}`,
    method: 'POST',
    url,
    body: { model: 'open-1', messages: [{ role: 'user', content: 'hello' }], ...body },
  })

const upload = async (client: OpenAI, text: string, purpose: 'batch' | 'user_data' = 'batch') =>
  client.files.create({ file: await toFile(Buffer.from(text), 'requests.jsonl'), purpose })

const batchOf = (
  client: OpenAI,
  file: string,
  endpoint: '/v1/chat/completions' | '/v1/responses' = '/v1/chat/completions',
) => client.batches.create({ input_file_id: file, endpoint, completion_window: '24h' })

const using = (id: string) => [{ role: 'user' as const, content: [{ type: 'input_file' as const, file_id: id }] }]

t.test('the official client uploads a file, asks about it, fetches it and deletes it', async (t) => {
  const { client, world, api } = await around(t)
  const citizen = await client('us-citizen')
  const { id } = await upload(citizen, 'a text that nobody reads', 'user_data')
  t.match(api.seen[0]?.body, /a text that nobody reads/)
  t.equal((await citizen.files.retrieve(id)).id, id)
  t.equal((await citizen.files.content(id)).status, 200)
  t.equal(await codeOf(citizen.responses.create({ model: 'fable-5', input: using(id) })), 'permitted')
  const content = [{ type: 'file' as const, file: { file_id: id } }]
  t.equal(
    await codeOf(citizen.chat.completions.create({ model: 'open-1', messages: [{ role: 'user', content }] })),
    'permitted',
  )
  t.equal(await codeOf(citizen.files.delete(id)), 'permitted')
  t.equal(await codeOf(citizen.files.retrieve(id)), '404 reference_unknown')
  const [first] = await decisions(world)
  t.match(first, { effect: 'permit', models: [{ pointer: 'any' }] }, 'who may use some model may store what is theirs')
})

t.test('B20 another’s file, its content and what was made of it are unknown', async (t) => {
  const { client, api } = await around(t)
  const citizen = await client('us-citizen')
  const { id } = await upload(citizen, request(1))
  const batch = await batchOf(citizen, id)
  const output = (await citizen.batches.retrieve(batch.id)).output_file_id ?? ''
  t.equal((await citizen.files.content(output)).status, 200, 'the results are the maker’s')
  const reached = api.seen.length
  const other = await client('green-card')
  const asked = [
    other.files.retrieve(id),
    other.files.content(id),
    other.files.delete(id),
    other.files.content(output),
    other.batches.retrieve(batch.id),
    other.batches.cancel(batch.id),
    batchOf(other, id),
    other.responses.create({ model: 'open-1', input: using(id) }),
  ].map(codeOf)
  t.strictSame(await Promise.all(asked), Array(8).fill('404 reference_unknown'))
  t.equal(api.seen.length, reached)
})

t.test('B6 an embargoed model on line 9 999 closes the whole file', async (t) => {
  const { client, api, world } = await around(t)
  const lines = Array.from({ length: 10_000 }, (_, n) => request(n, n === 9_998 ? { model: 'fable-5' } : {}))
  const foreign = await client('foreign-national')
  t.equal(await codeOf(upload(foreign, lines.join('\n'))), '403 person_restricted')
  t.equal(api.seen.length, 0)
  t.match((await decisions(world))[0]?.models, [{ pointer: 'line:1/model' }, { pointer: 'line:9999/model' }])
  t.equal(await codeOf(upload(foreign, `${lines.slice(0, 100).join('\n')}\n`)), 'permitted')
})

t.test('B6 what a line may not say refuses the file, and nothing of it goes on', async (t) => {
  const { client, api } = await around(t)
  const citizen = await client('us-citizen')
  const refused: readonly (readonly [text: string, code: string])[] = [
    [`${request(1)}\n${request(2, { model: 'gpt-unknown' })}`, '404 model_unknown'],
    [`${request(1)}\n${request(2, {}, '/v1/embeddings')}`, '400 request_ambiguous'],
    [request(1, {}, '/v1/models'), '400 request_unreadable'],
    [request(1, { stream: true }), '400 request_unreadable'],
    [request(1, { model: null }), '400 request_unreadable'],
    [request(1).replace('"model":"open-1",', ''), '400 model_absent'],
    [request(1).replace('"model"', '"model":"fable-5","model"'), '400 request_ambiguous'],
    [request(1).replace('"POST"', '"GET"'), '400 request_unreadable'],
    [`${request(1)}\n\n${request(2)}`, '400 request_unreadable'],
    [`${request(1)} ${request(2)}`, '400 request_unreadable'],
    ['', '400 request_unreadable'],
    [request(1, { input: 'hello', previous_response_id: 'resp_1' }, '/v1/responses'), '404 reference_unknown'],
    [request(1, { model: 'fable-latest' }), '403 obligation_unenforceable'],
  ]
  for (const [text, code] of refused) {
    const said = String(await codeOf(upload(citizen, text)))
    t.ok(said === code || said === '403 access_restricted', `${text.slice(-60)}: ${said}`)
  }
  t.equal(api.seen.length, 0)
})

t.test('B6 a batch takes a file that was read for this very operation, decided for who starts it, now', async (t) => {
  const { client, api, world } = await around(t, Date.parse('2026-05-01T12:00:00Z'))
  const foreign = await client('foreign-national')
  const plain = await upload(foreign, request(1), 'user_data')
  const { id } = await upload(foreign, request(1, { model: 'fable-5' }))
  const batch = await batchOf(foreign, id)
  const reached = api.seen.length
  t.equal(await codeOf(batchOf(foreign, plain.id)), '404 reference_unknown', 'not read as requests')
  t.equal(await codeOf(batchOf(foreign, id, '/v1/responses')), '404 reference_unknown', 'read for another operation')
  t.equal(await codeOf(batchOf(foreign, 'file_none')), '404 reference_unknown')
  await world.setNow(scenarioInstant)
  const again = await client('foreign-national')
  t.equal(await codeOf(batchOf(again, id)), '403 person_restricted')
  t.equal(await codeOf(again.batches.retrieve(batch.id)), '403 person_restricted')
  t.equal(await codeOf(again.files.content(id)), '403 person_restricted')
  t.equal(api.seen.length, reached)
  t.equal(await codeOf(again.batches.list()), '405 method_not_allowed')
  t.equal(await codeOf(again.files.list()), '405 method_not_allowed')
})
