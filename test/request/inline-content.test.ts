// Content that is sent with the request, in every field that some server takes for the place to fetch it from (threat P10).
import { Buffer } from 'node:buffer'
import t from 'tap'
import { readOperation } from '../../src/request/index.ts'
import { matchOf, outcome, readBody, withPart } from './asking.ts'

const chat = (part: object): string =>
  outcome(readBody('chat', withPart('chat', { messages: [{ role: 'user', content: [part] }] })))
const responses = (part: object): string =>
  outcome(readBody('responses', withPart('responses', { input: [{ role: 'user', content: [part] }] })))

/** Whatever a lenient reader could make a request of. */
const fetched: readonly unknown[] = [
  'https://x/y.pdf',
  'HTTPS://x/y.pdf',
  ' https://x',
  '//x/y.pdf',
  'http://169.254.169.254/latest/meta-data',
  'gs://bucket/key',
  's3://bucket/key',
  'file:///etc/passwd',
  'Data:text/plain,x',
  'https://api.openai.com/v1/files/file_1/content',
  ['https://x'],
  { url: 'https://x' },
]

for (const value of fetched) {
  t.test(`${JSON.stringify(value)} is no content`, async (t) => {
    t.equal(chat({ type: 'file', file: { filename: 'a', file_data: value } }), 'reference_unknown')
    t.equal(chat({ type: 'input_audio', input_audio: { format: 'wav', data: value } }), 'reference_unknown')
    t.equal(responses({ type: 'input_file', filename: 'a', file_data: value }), 'reference_unknown')
    t.equal(responses({ type: 'input_audio', input_audio: { format: 'wav', data: value } }), 'reference_unknown')
  })
}

t.test('content itself is accepted, in either alphabet and as a `data:` URL', async (t) => {
  for (const value of ['data:application/pdf;base64,AA==', 'AA==', 'A-_+/w==', '']) {
    t.equal(chat({ type: 'file', file: { filename: 'a', file_data: value } }), 'operation', value)
    t.equal(responses({ type: 'input_file', filename: 'a', file_data: value }), 'operation', value)
    t.equal(chat({ type: 'input_audio', input_audio: { format: 'wav', data: value } }), 'operation', value)
  }
})

t.test('an image to begin with, as other servers take it, is no URL', async (t) => {
  const generate = (part: object): string =>
    outcome(
      readOperation(
        matchOf({ target: '/v1/images/generations' }),
        Buffer.from(JSON.stringify({ model: 'fable-5', prompt: 'a cat', ...part })),
      ),
    )
  for (const key of ['image', 'images', 'image_url', 'image_urls', 'init_image', 'reference_images']) {
    t.equal(generate({ [key]: 'https://x' }), 'reference_unknown', key)
    t.equal(generate({ [key]: ['https://x'] }), 'reference_unknown', key)
  }
  t.equal(generate({ image: 'data:image/png;base64,AA==' }), 'operation')
})

t.test('fields by which other servers go elsewhere are refused wherever OpenAI’s paths are', async (t) => {
  const speech = { model: 'fable-5', input: 'x', voice: 'alloy' }
  const bodies: readonly (readonly [string, object])[] = [
    ['/v1/images/generations', { model: 'fable-5', prompt: 'x' }],
    ['/v1/moderations', { model: 'fable-5', input: 'x' }],
    ['/v1/audio/speech', speech],
    ['/v1/chat/completions', { model: 'fable-5', messages: [] }],
  ]
  for (const [target, body] of bodies) {
    for (const field of ['api_base', 'extra_headers', 'kv_transfer_params', 'bootstrap_host', 'user_config']) {
      const text = JSON.stringify({ ...body, [field]: 'x' })
      t.equal(
        outcome(readOperation(matchOf({ target }), Buffer.from(text))),
        'request_unreadable',
        `${target} ${field}`,
      )
    }
  }
})

t.test('where a text belongs, no object stands that says where to fetch it or what is stored', async (t) => {
  const read = (target: string, body: object): string =>
    outcome(readOperation(matchOf({ target }), Buffer.from(JSON.stringify({ model: 'fable-5', ...body }))))
  const refused: readonly (readonly [string, object])[] = [
    ['/v1/responses', { input: 'x', instructions: [{ type: 'item_reference', id: 'msg_1' }] }],
    ['/v1/embeddings', { input: [{ image: 'https://x' }] }],
    ['/v1/completions', { prompt: [{ url: 'https://x' }] }],
    ['/v1/chat/completions', { messages: [{ role: 'user', content: 'x', images: ['https://x'] }] }],
    ['/v1/chat/completions', { messages: [{ role: 'user', content: 'x', videos: 'https://x' }] }],
  ]
  for (const [target, body] of refused) t.equal(read(target, body), 'reference_unknown', JSON.stringify(body))
  const objects: readonly (readonly [string, object])[] = [
    ['/v1/responses', { input: 'x', instructions: { type: 'item_reference', id: 'msg_1' } }],
    ['/v1/embeddings', { input: { image: 'https://x' } }],
    ['/v1/completions', { prompt: { url: 'https://x' } }],
    ['/v1/chat/completions', { messages: [], webhook: 'https://x' }],
  ]
  for (const [target, body] of objects) t.equal(read(target, body), 'request_unreadable', JSON.stringify(body))
  t.equal(read('/v1/responses', { input: 'x', instructions: 'be brief' }), 'operation')
  t.equal(read('/v1/embeddings', { input: ['a', 'b'] }), 'operation')
  t.equal(read('/v1/embeddings', { input: [[1, 2], [3]] }), 'operation')
  t.equal(read('/v1/completions', { prompt: [1, 2] }), 'operation')
})

t.test('P10 an image of a prediction is no address', async (t) => {
  const target = '/v1beta/models/fable-5:predict'
  const body = { instances: [{ prompt: 'x', image: { uri: 'https://x' } }] }
  t.equal(outcome(readOperation(matchOf({ target }), Buffer.from(JSON.stringify(body)))), 'reference_unknown')
})
