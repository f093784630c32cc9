// What is fetched as a file: the results of a batch name the model of each line, which is held to what was decided; a caller's own file
// says what the caller likes (threat B13).
import { toFile } from 'openai'
import t from 'tap'
import { records } from '../support/gate.ts'
import { around, codeOf } from '../support/stored.ts'

const requests = `${JSON.stringify({
  custom_id: '1',
  method: 'POST',
  url: '/v1/chat/completions',
  body: { model: 'open-1', messages: [] },
})}\n`
const result = (model: string, custom = '1'): string =>
  JSON.stringify({
    id: `batch_req_${custom}`,
    custom_id: custom,
    response: {
      status_code: 200,
      request_id: 'r',
      body: { id: 'c', object: 'chat.completion', model, choices: [], usage: { completion_tokens: 9 } },
    },
    error: null,
  })

t.test('each line of a batch’s results is held to the models that were decided', async (t) => {
  const { client, api, world } = await around(t)
  const citizen = await client('us-citizen')
  const { id } = await citizen.files.create({ file: await toFile(Buffer.from(requests), 'r.jsonl'), purpose: 'batch' })
  const started = await citizen.batches.create({
    input_file_id: id,
    endpoint: '/v1/chat/completions',
    completion_window: '24h',
  })
  const output = (await citizen.batches.retrieve(started.id)).output_file_id ?? ''
  const many = (last: string): string =>
    [...Array.from({ length: 500 }, (_, n) => result('open-1', `${n}`)), last].join('\n')
  const failed = JSON.stringify({ custom_id: 'x', response: null, error: { message: 'no' } })

  for (const good of [many(result('open-1')), `${many(failed)}\n`, '']) {
    api.content = good
    t.equal(await (await citizen.files.content(output)).text(), good)
  }
  const served = result('mythos-5')
  for (const bad of [many(served), `${served}\r\n${many('')}`, served, many(served.replace('model', '\\u006dodel'))]) {
    api.content = bad
    t.equal(await codeOf(citizen.files.content(output)), '502 model_mismatch', bad.slice(-40))
  }
  const ended = (await records(world)).filter(({ k }) => k === 'outcome')
  t.match(ended.at(-1), { ending: 'model_mismatch', servedModel: 'mythos-5', outputTokens: null })
})

t.test('a caller’s own file may say what it likes', async (t) => {
  const { client, api } = await around(t)
  const citizen = await client('us-citizen')
  for (const own of [
    '{"model":"mythos-5"}',
    '[{"model":"mythos-5"}]',
    '{"model":"a","model":"b"}',
    result('mythos-5'),
  ]) {
    const file = await toFile(Buffer.from(own), 'own.json')
    const { id } = await citizen.files.create({ file, purpose: 'user_data' })
    api.content = own
    t.equal(await codeOf(citizen.files.content(id)), 'permitted', own)
  }
  const { id } = await citizen.files.create({ file: await toFile(Buffer.from(requests), 'r.jsonl'), purpose: 'batch' })
  api.content = requests
  t.equal(await codeOf(citizen.files.content(id)), 'permitted', 'a file of one request is no answer')
})
