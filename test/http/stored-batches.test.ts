// Anthropic's batches of messages and files, by its official client: each request of a batch is decided like a message, and what is stored
// is its maker's.

import Anthropic, { toFile } from '@anthropic-ai/sdk'
import t, { type Test } from 'tap'
import type { World } from '../../src/demo/world.ts'
import { type AnsweringApi, type Said, type Seen, startAnsweringApi, upstreamsAt } from '../support/answering-api.ts'
import { decisions, gateFor, scenarioInstant } from '../support/gate.ts'

const json = (body: object, status = 200): Said => ({ type: 'application/json', body: JSON.stringify(body), status })
const batch = {
  id: 'msgbatch_1',
  type: 'message_batch',
  processing_status: 'ended',
  results_url: 'https://api.anthropic.com/v1/messages/batches/msgbatch_1/results',
}
const resultOf = (model: string): object => ({
  custom_id: 'a',
  result: { type: 'succeeded', message: { type: 'message', model, content: [{ type: 'text', text: 'hi' }] } },
})

const models = ['open-1', 'fable-5', 'muse-spark']

interface Around {
  readonly world: World
  readonly api: AnsweringApi
  readonly client: (persona: string) => Promise<Anthropic>
}

interface Situation {
  readonly now?: number
  /** Media type of the results. */
  readonly type?: string
}

/** @param served the models of the results, as the provider tells them */
async function around(
  t: Test,
  served: readonly string[] = ['open-1'],
  { now = scenarioInstant, type = 'application/x-jsonl' }: Situation = {},
): Promise<Around> {
  const lines = served.map((model) => `${JSON.stringify(resultOf(model))}\n`).join('')
  const answer = ({ method, path }: Seen): Said => {
    if (path.includes('/results')) return { type, body: lines }
    if (path.includes('/batches')) return json(method === 'DELETE' ? { id: batch.id, type: 'deleted' } : batch)
    if (path.endsWith('/content')) return { type: 'text/plain', body: 'of the file' }
    if (path.includes('/files')) return json({ id: 'file_1', type: 'file', filename: 'a.txt' })
    return json({ type: 'message', model: 'open-1', content: [{ type: 'text', text: 'hi' }] })
  }
  const api = await startAnsweringApi(answer)
  t.teardown(() => api.close())
  const world = await gateFor(t, { upstreams: upstreamsAt(api.url, ['anthropic', 'openai'], models), now })
  const client = async (persona: string): Promise<Anthropic> =>
    new Anthropic({ baseURL: world.gateway.data, apiKey: await world.provider.token(persona), maxRetries: 0 })
  return { world, api, client }
}

const message = (over: object = {}) => ({
  model: 'open-1',
  max_tokens: 100,
  messages: [{ role: 'user' as const, content: 'hello' }],
  ...over,
})
const requests = (...each: readonly object[]) => ({
  requests: each.map((over, n) => ({ custom_id: `request-${n}`, params: message(over) })),
})

async function codeOf(asking: PromiseLike<unknown>): Promise<string> {
  return Promise.resolve(asking).then(
    () => 'permitted',
    (error: unknown) => {
      if (!(error instanceof Anthropic.APIError)) return String(error)
      return `${error.status} ${(error.error as { error: { details: { error_code: string } } }).error.details.error_code}`
    },
  )
}

t.test('a batch is made, asked about, cancelled and fetched by its maker, through the gate alone', async (t) => {
  const { client, api, world } = await around(t)
  const citizen = await client('us-citizen')
  const made = await citizen.messages.batches.create(requests({}, { model: 'fable-5' }, {}))
  t.equal(made.results_url, '/v1/messages/batches/msgbatch_1/results', 'an address of the gate')
  t.match((await decisions(world)).at(-1)?.models, [
    { pointer: '/requests/0/params/model' },
    { pointer: '/requests/1/params/model' },
  ])
  t.equal((await citizen.messages.batches.retrieve(made.id)).id, made.id)
  t.equal((await citizen.beta.messages.batches.cancel(made.id)).id, made.id)
  const models: unknown[] = []
  for await (const { result } of await citizen.messages.batches.results(made.id)) {
    models.push(result.type === 'succeeded' ? result.message.model : result)
  }
  t.strictSame(models, ['open-1'])
  t.match(api.seen.at(-1), { path: '/v1/messages/batches/msgbatch_1/results' })
  const reached = api.seen.length
  const other = await client('green-card')
  const asked = [
    other.messages.batches.retrieve(made.id),
    other.messages.batches.cancel(made.id),
    other.messages.batches.delete(made.id),
    other.messages.batches.results(made.id),
  ].map(codeOf)
  t.strictSame(await Promise.all(asked), Array(4).fill('404 reference_unknown'))
  t.equal(await codeOf(citizen.messages.batches.list()), '405 method_not_allowed')
  t.equal(api.seen.length, reached)
  t.equal(await codeOf(citizen.messages.batches.delete(made.id)), 'permitted')
  t.equal(await codeOf(citizen.messages.batches.retrieve(made.id)), '404 reference_unknown')
})

t.test('B6 one request of a batch that is not permitted, or not read, closes it', async (t) => {
  const { client, api } = await around(t)
  const foreign = await client('foreign-national')
  const asking = (...each: readonly object[]) => codeOf(foreign.messages.batches.create(requests(...each)))
  const refused: readonly (readonly [code: string, request: object])[] = [
    ['403 person_restricted', { model: 'fable-5' }],
    ['403 person_restricted', { fallbacks: [{ model: 'fable-5' }] }],
    ['404 model_unknown', { model: 'claude-unknown' }],
    ['400 model_absent', { model: undefined }],
    ['400 request_unreadable', { model: ['open-1'] }],
    ['400 request_unreadable', { stream: true }],
    ['404 reference_unknown', { container: 'container_1' }],
    ['404 reference_unknown', { mcp_servers: [{ type: 'url', url: 'https://x', name: 'x' }] }],
    ['400 request_ambiguous', { Model: 'fable-5' }],
  ]
  for (const [code, request] of refused) {
    const said = await asking({}, {}, request)
    t.ok(said === code || said === '403 access_restricted', `${JSON.stringify(request)}: ${said}`)
  }
  for (const body of [
    { requests: [] },
    { requests: ['x'] },
    { requests: [null] },
    { requests: [{ custom_id: 'a' }] },
  ]) {
    t.match(await codeOf(foreign.messages.batches.create(body as never)), /^400 (?:model_absent|request_unreadable)$/)
  }
  t.equal(api.seen.length, 0)
  t.equal(await asking({}, {}), 'permitted')
  t.equal(await asking({}, { model: 'muse-spark' }), 'permitted')
  const thinking = { type: 'disabled' }
  t.match(JSON.parse(api.seen.at(-1)?.body.toString() ?? ''), { requests: [{}, { params: { thinking } }] }, 'forced')
  const both = await asking({ model: 'muse-spark' }, { model: 'muse-spark' })
  t.match(both, /^403 (?:obligation_unenforceable|access_restricted)$/, 'an edit reaches one request')
})

t.test('B13 results that name another model than was decided are stopped', async (t) => {
  for (const type of ['application/x-jsonl', 'application/binary']) {
    const { client } = await around(t, ['open-1', 'fable-5'], { type })
    const citizen = await client('us-citizen')
    const { id } = await citizen.messages.batches.create(requests({}))
    t.equal(await codeOf(citizen.messages.batches.results(id)), '502 model_mismatch', type)
  }
})

t.test('B4 results are decided for who fetches them, when they are fetched', async (t) => {
  const { client, api, world } = await around(t, ['fable-5'], { now: Date.parse('2026-05-01T12:00:00Z') })
  const foreign = await client('foreign-national')
  const { id } = await foreign.messages.batches.create(requests({ model: 'fable-5' }))
  t.equal(await codeOf(foreign.messages.batches.results(id)), 'permitted')
  const reached = api.seen.length
  await world.setNow(scenarioInstant)
  t.equal(await codeOf((await client('foreign-national')).messages.batches.results(id)), '403 person_restricted')
  t.equal(api.seen.length, reached)
})

t.test('B20 a file is its maker’s, and a message may refer to it', async (t) => {
  const { client, api } = await around(t)
  const citizen = await client('us-citizen')
  const file = await toFile(Buffer.from('a text'), 'a.txt', { type: 'text/plain' })
  const { id } = await citizen.beta.files.upload({ file, betas: ['files-api-2025-04-14'] })
  t.match(api.seen[0]?.body.toString(), 'a text')
  t.equal((await citizen.beta.files.retrieveMetadata(id)).id, id)
  t.equal(await (await citizen.beta.files.download(id)).text(), 'of the file')
  const source = { type: 'file' as const, file_id: id }
  const using = message({ messages: [{ role: 'user', content: [{ type: 'document', source }] }] })
  t.equal(await codeOf(citizen.beta.messages.create(using)), 'permitted')
  const reached = api.seen.length
  const other = await client('green-card')
  const asked = [
    other.beta.files.retrieveMetadata(id),
    other.beta.files.download(id),
    other.beta.files.delete(id),
    other.beta.messages.create(using),
    other.messages.batches.create(requests(using)),
  ].map(codeOf)
  t.strictSame(await Promise.all(asked), Array(5).fill('404 reference_unknown'))
  t.equal(await codeOf(citizen.beta.files.list()), '405 method_not_allowed')
  t.equal(api.seen.length, reached)
  t.equal(await codeOf(citizen.beta.files.delete(id)), 'permitted')
  t.equal(await codeOf(citizen.beta.messages.create(using)), '404 reference_unknown')
})
