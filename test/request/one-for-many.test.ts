// One object where an array belongs, or an array where an object does: a server that takes the one for the other would find in it what
// the rows of this place were not asked about.
import { Buffer } from 'node:buffer'
import t from 'tap'
import { readOperation } from '../../src/request/index.ts'
import { type Api, matchOf, outcome, readBody, withPart } from './asking.ts'

const hidden = { type: 'web_search', model: 'mythos-5' }
const user = (content: unknown): object => ({ messages: [{ role: 'user', content }] })
const input = (item: object): object => ({ input: [item] })

const bodies: readonly [Api, object][] = [
  ['chat', { messages: { role: 'user', content: 'hello' } }],
  ['chat', { messages: { 0: { role: 'user', content: 'hello' } } }],
  ['chat', { tools: hidden }],
  ['chat', { tools: { 0: hidden } }],
  ['chat', { tools: [[hidden]] }],
  ['chat', { functions: { name: 'f' } }],
  ['chat', { fallbacks: { 0: { model: 'mythos-5' } } }],
  ['chat', user({ type: 'file', file: {} })],
  ['chat', user([{ type: 'file', file: [{ file_id: 'file_1' }] }])],
  ['chat', { messages: [{ role: 'assistant', tool_calls: { type: 'mcp' } }] }],
  ['chat', { messages: [{ role: 'assistant', audio: [{ id: 'audio_1' }] }] }],
  ['chat', { moderation: [{ model: 'x' }] }],
  ['responses', { input: { role: 'user', content: 'hello' } }],
  ['responses', { tools: hidden }],
  ['responses', { tools: [{ type: 'namespace', name: 'n', tools: hidden }] }],
  ['responses', input({ role: 'user', content: { type: 'input_file' } })],
  ['responses', input([{ role: 'user', content: 'hello' }])],
  ['messages', { messages: { role: 'user', content: 'hello' } }],
  ['messages', { system: { type: 'text', text: 's' } }],
  ['messages', { tools: hidden }],
  ['messages', user({ type: 'document' })],
  ['messages', user([{ type: 'tool_result', tool_use_id: 'i', content: { type: 'document' } }])],
  ['messages', user([{ type: 'document', source: { type: 'content', content: { type: 'image' } } }])],
]

for (const [api, part] of bodies) {
  t.test(`${api} ${JSON.stringify(part)} is refused`, async (t) =>
    t.equal(outcome(readBody(api, withPart(api, part))), 'request_unreadable'),
  )
}

const elsewhere: readonly [target: string, body: object][] = [
  ['/v1/moderations', { model: 'fable-5', input: { type: 'image_url' } }],
  ['/v1/images/edits', { model: 'fable-5', prompt: 'x', images: { image_url: 'data:,' } }],
  ['/v1/conversations', { items: { role: 'user', content: 'hello' } }],
  ['/api/chat', { model: 'fable-5', messages: { role: 'user', content: 'hello' } }],
  ['/api/chat', { model: 'fable-5', messages: [], tools: hidden }],
]
for (const [target, body] of elsewhere) {
  t.test(`${target} ${JSON.stringify(body)} is refused`, async (t) =>
    t.equal(outcome(readOperation(matchOf({ target }), Buffer.from(JSON.stringify(body)))), 'request_unreadable'),
  )
}

t.test('what the API takes in either kind is met in both', async (t) => {
  const shown = { type: 'computer_screenshot', image_url: 'data:image/png;base64,AA==' }
  const output = (value: unknown): string =>
    outcome(
      readBody(
        'responses',
        withPart('responses', input({ type: 'computer_call_output', call_id: 'c', output: value })),
      ),
    )
  t.equal(output(shown), 'operation')
  t.equal(output([{ type: 'input_text', text: 'x' }]), 'operation')
  t.equal(output({ ...shown, file_id: 'file_1' }), 'reference_unknown')
  t.equal(output({ ...shown, image_url: 'https://x' }), 'reference_unknown')
})
