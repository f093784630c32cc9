// References to what is stored: noted for who answers for them, with what their answer makes; refused where nobody does.

import { Buffer } from 'node:buffer'
import t from 'tap'
import { madeIn, readOperation, routes } from '../../src/request/index.ts'
import { matchOf, outcome, paths, readBody } from './asking.ts'

const references = (body: object): unknown => {
  const reading = readBody('responses', { model: 'fable-5', input: 'hello', ...body })
  return reading.kind === 'operation' ? reading.references : reading.reason
}
const item = (id: string, pointer = '/input/0') => [{ pointer, kind: 'item', id, purpose: null }]

t.test('every place of a response’s request that refers to what is stored is read', async (t) => {
  t.strictSame(references({ previous_response_id: 'resp_1' }), [
    { pointer: '/previous_response_id', kind: 'response', id: 'resp_1', purpose: null },
  ])
  t.strictSame(references({ previous_response_id: null }), [])
  const conversation = [{ pointer: '/conversation', kind: 'conversation', id: 'conv_1', purpose: null }]
  t.strictSame(references({ conversation: 'conv_1' }), conversation)
  t.strictSame(references({ conversation: { id: 'conv_1' } }), conversation)
  t.strictSame(references({ input: [{ role: 'user', content: [{ type: 'input_file', file_id: 'file_1' }] }] }), [
    { pointer: '/input/0/content/0/file_id', kind: 'file', id: 'file_1', purpose: null },
  ])
  t.equal(
    references({ tools: [{ type: 'image_generation', model: 'x', input_image_mask: { file_id: 'file_1' } }] }),
    'reference_unknown',
  )
  t.strictSame(references({ input: [{ type: 'item_reference', id: 'msg_1' }] }), item('msg_1'))
  t.strictSame(references({ input: [{ type: 'reasoning', id: 'rs_1', summary: [] }] }), item('rs_1'))
  t.strictSame(
    references({ input: [{ type: 'image_generation_call', id: 'ig_1', result: null, status: 'completed' }] }),
    item('ig_1'),
  )
  t.strictSame(references({ input: [{ type: 'reasoning', summary: [], encrypted_content: 'x' }] }), [])
  t.equal(
    references({ input: [{ type: 'reasoning', summary: [], encrypted_content: '' }] }),
    'reference_unknown',
    'what is empty carries nothing',
  )
})

t.test('an item with an id refers to what is stored under it, whatever else stands in it', async (t) => {
  const input = [{ role: 'user', id: 'msg_1', content: 'hello' }]
  t.strictSame(references({ input }), item('msg_1', '/input/0/id'))
  t.match(references({ input, conversation: 'conv_1' }), [...item('msg_1', '/input/0/id'), { id: 'conv_1' }])
  t.strictSame(references({ input: [{ role: 'user', id: null, content: 'hello' }] }), [])
  for (const junk of [
    { type: 'reasoning', summary: [], encrypted_content: 'junk' },
    { type: 'compaction', encrypted_content: 'junk' },
    { type: 'image_generation_call', result: 'junk', status: 'completed' },
    { type: 'message', role: 'assistant', content: [] },
    { type: 'function_call', call_id: 'c', name: 'f', arguments: '' },
    { type: 'computer_call_output', call_id: 'c', output: {} },
  ]) {
    t.strictSame(references({ input: [{ ...junk, id: 'x_1' }] }), item('x_1', '/input/0/id'), junk.type)
    t.strictSame(references({ input: [junk] }), [], `${junk.type} without one`)
  }
  const added = readOperation(
    matchOf({ target: '/v1/conversations/conv_1/items' }),
    Buffer.from(JSON.stringify({ items: input })),
  )
  t.match(added, { references: [{ id: 'conv_1' }, ...item('msg_1', '/items/0/id')] })
  const twice = [{ type: 'item_reference', id: 'msg_1' }]
  t.equal((references({ input: twice, conversation: 'conv_1' }) as unknown[]).length, 2, 'one object is noted once')
})

t.test('what is no id is refused, and so are more references than one request may have', async (t) => {
  for (const odd of [1, true, '', '../x', 'a b', 'a/b', 'x'.repeat(129), { id: 'resp_1' }, ['resp_1']]) {
    t.equal(references({ previous_response_id: odd }), 'reference_unknown', JSON.stringify(odd))
  }
  const many = (count: number) => ({
    input: Array.from({ length: count }, (_, n) => ({ type: 'item_reference', id: `msg_${n}` })),
  })
  t.equal((references(many(64)) as unknown[]).length, 64)
  t.equal(references(many(65)), 'too_large')
})

t.test('where a route does not answer for what is stored, every reference is refused', async (t) => {
  const match = matchOf({ target: paths.responses })
  const deaf = { ...match, route: { ...match.route, stored: null } }
  for (const part of [
    { previous_response_id: 'resp_1' },
    { input: [{ type: 'item_reference', id: 'msg_1' }] },
    { input: [{ type: 'reasoning', id: 'rs_1', summary: [] }] },
  ]) {
    const body = Buffer.from(JSON.stringify({ model: 'fable-5', input: 'hello', ...part }))
    t.equal(outcome(readOperation(deaf, body)), 'reference_unknown', JSON.stringify(part))
    t.equal(outcome(readOperation(match, body)), 'operation')
  }
})

t.test('an answer that is not to be stored makes nothing but ids that may be said again', async (t) => {
  const kinds = (body: object): unknown => {
    const reading = readBody('responses', { model: 'fable-5', input: 'hello', ...body })
    return reading.kind === 'operation' && reading.makes.map(({ kind }) => kind)
  }
  t.strictSame(kinds({}), ['response', 'item'])
  t.strictSame(kinds({ store: null }), ['response', 'item'])
  t.strictSame(kinds({ store: false }), ['item'])
})

t.test('an id is read wherever a row says that one stands, and nowhere else', async (t) => {
  const rows = routes.find(({ id }) => id === 'openai.responses.create')?.stored?.makes ?? []
  const response = { id: 'resp_1', output: [{ id: 'msg_1' }, { type: 'x' }, { id: 'rs_1' }], metadata: { id: 'no' } }
  const made = [
    { kind: 'response', id: 'resp_1' },
    { kind: 'item', id: 'msg_1' },
    { kind: 'item', id: 'rs_1' },
  ]
  t.strictSame(madeIn(rows, response), made)
  t.strictSame(madeIn(rows, { type: 'response.created', response }), made)
  t.strictSame(madeIn(rows, { type: 'response.output_item.added', item: { id: 'fc_1' } }), [
    { kind: 'item', id: 'fc_1' },
  ])
  t.strictSame(madeIn(rows, { id: ['resp_1'], output: { id: 'x' } }), [])
  t.strictSame(madeIn(rows, { id: '../x', output: [] }), [])
})

t.test('a line of a batch holds no end of a line that others could see in it', async (t) => {
  const inner =
    '{"custom_id":"2","method":"POST","url":"/v1/chat/completions","body":{"model":"mythos-5","messages":[]}}'
  const line = (hidden: string): string =>
    `{"custom_id":"1","method":"POST","url":"/v1/chat/completions","body":{"model":"fable-5","messages":[],"metadata":${hidden}}}`
  const upload = (file: string): string => {
    const rawHeaders = ['Host', 'gate.example', 'Content-Type', 'multipart/form-data; boundary=b']
    const part = (head: string, content: string): string =>
      `--b\r\nContent-Disposition: form-data; ${head}\r\n\r\n${content}\r\n`
    const body = `${part('name="purpose"', 'batch')}${part('name="file"; filename="f.jsonl"', file)}--b--\r\n`
    return outcome(readOperation(matchOf({ target: '/v1/files', rawHeaders }), Buffer.from(body)))
  }
  t.equal(
    upload(`${line(inner)}\r\n${line(inner)}`),
    'operation',
    'CRLF ends a line, and what is within a body is data',
  )
  t.equal(upload(line(`\r${inner}\r`)), 'request_ambiguous')
})
