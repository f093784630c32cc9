// Bodies of Ollama's API: an answer is a stream unless the body says no, and `think` is a flag or a word.

import { Buffer } from 'node:buffer'
import t from 'tap'
import { applyEdits, findRoute, readOperation } from '../../src/request/index.ts'
import { json, matchOf, outcome } from './asking.ts'

const chat = { model: 'fable-5', messages: [{ role: 'user', content: 'hello' }] }
const read = (operation: string, body: object) =>
  readOperation(matchOf({ target: `/api/${operation}` }), Buffer.from(JSON.stringify(body)))

t.test('what its client sends passes', async (t) => {
  const whole = {
    ...chat,
    messages: [
      { role: 'user', content: 'see', images: ['AA=='] },
      {
        role: 'assistant',
        content: '',
        thinking: 'hm',
        tool_calls: [{ function: { name: 'f', arguments: { model: 1 } } }],
      },
      { role: 'tool', content: 'x', tool_name: 'f' },
    ],
    tools: [{ type: 'function', function: { name: 'f', parameters: { properties: { model: {} } } } }],
    format: { type: 'object', properties: { model: {} } },
    options: { temperature: 0, num_ctx: 4096, num_predict: 50, stop: ['x'] },
    keep_alive: '5m',
  }
  t.match(read('chat', whole), { operation: { stream: true, maxOutputTokens: 50 } })
  t.match(read('chat', { ...chat, stream: false }), { operation: { stream: false } })
  t.match(read('generate', { model: 'fable-5', prompt: 'x', system: 's', raw: true, context: [1] }), {
    kind: 'operation',
  })
  t.match(read('embed', { model: 'fable-5', input: ['x'], truncate: true }), { operation: { stream: false } })
  t.match(read('show', { model: 'fable-5', verbose: true }), { operation: { action: 'list-models' } })
})

t.test('what it chooses by `think`', async (t) => {
  const value = (think: unknown): unknown => {
    const reading = read('chat', { ...chat, think })
    return reading.kind === 'refused' ? reading.reason : reading.operation.models[0]?.mode?.value
  }
  t.equal(value(undefined), null)
  t.equal(value(false), 'false')
  t.equal(value(true), 'true')
  t.equal(value('high'), 'high')
  t.equal(value(1), 'request_unreadable')
  const forced = (given: string): string => {
    const forceMode = [{ pointer: '/model', field: 'think' as const, value: given }]
    const edits = { model: [], forceMode, capOutputTokens: null, noStore: false }
    return Buffer.from(
      applyEdits(matchOf({ target: '/api/chat' }), Buffer.from('{"model":"m"}'), edits).body,
    ).toString()
  }
  t.equal(forced('false'), '{"think":false,"model":"m"}')
  t.equal(forced('low'), '{"think":"low","model":"m"}')
})

t.test('what hides a model, sets no bound or changes one is refused', async (t) => {
  const reason = (operation: string, body: object): string => outcome(read(operation, body))
  t.equal(reason('chat', { ...chat, Model: 'mythos-5' }), 'request_ambiguous', 'its server matches keys in any case')
  t.equal(reason('show', { model: 'fable-5', name: 'mythos-5' }), 'request_ambiguous')
  t.equal(reason('chat', { messages: [] }), 'model_absent')
  t.equal(reason('generate', { model: 'fable-5', prompt: 'x', template: '{{ .Prompt }}' }), 'request_unreadable')
  t.equal(reason('chat', { ...chat, options: { num_predict: -1 } }), 'request_unreadable', 'no end is no limit')
  t.match(
    read('chat', { ...chat, options: { num_predict: 0 } }),
    { operation: { maxOutputTokens: null } },
    'its server goes on without end by zero',
  )
  t.equal(reason('chat', { ...chat, tools: [{ type: 'web_search' }] }), 'reference_unknown')
  t.equal(reason('embed', { model: 'fable-5', input: 'x', think: true }), 'request_ambiguous')
  for (const operation of ['pull', 'push', 'create', 'copy', 'delete', 'blobs/sha256:0', 'ps', 'version']) {
    const route = findRoute({ method: 'POST', target: `/api/${operation}`, rawHeaders: json })
    t.match(route, { kind: 'refused', reason: 'route_unknown', dialect: 'ollama' }, operation)
  }
})
