// Bodies of Amazon Bedrock: what Converse and InvokeModel may say, where modes and limits can hide, what is refused.

import { Buffer } from 'node:buffer'
import t from 'tap'
import {
  applyEdits,
  type Edits,
  findRoute,
  type OperationReading,
  type RouteMatch,
  readOperation,
} from '../../src/request/index.ts'
import type { ModeField } from '../../src/vocabulary/operation.ts'
import { outcome } from './asking.ts'

const model = 'anthropic.claude-3%3A0'
const messages = [{ role: 'user', content: [{ text: 'hello' }] }]
const anthropic = { anthropic_version: 'bedrock-2023-05-31', max_tokens: 5, messages: [{ role: 'user', content: 'x' }] }
const none: Edits = { model: [], forceMode: [], capOutputTokens: null, noStore: false }

function matchOf(operation: string, type = 'application/json'): RouteMatch {
  const target = `/model/${model}/${operation}`
  const match = findRoute({ method: 'POST', target, rawHeaders: ['Host', 'gate.example', 'Content-Type', type] })
  if (match.kind === 'refused') throw new Error(match.message)
  return match
}

const read = (operation: string, body: object): OperationReading =>
  readOperation(matchOf(operation), Buffer.from(JSON.stringify(body)))
const converse = (part: object): OperationReading => read('converse', { messages, ...part })
const extra = (fields: unknown): OperationReading => converse({ additionalModelRequestFields: fields })

t.test('a whole request of Converse is read', async (t) => {
  const reading = converse({
    system: [{ text: 'be brief' }, { cachePoint: { type: 'default' } }],
    inferenceConfig: { maxTokens: 5, topP: 1, stopSequences: ['x'] },
    toolConfig: {
      tools: [{ toolSpec: { name: 'a', inputSchema: { json: { properties: { model: { type: 'string' } } } } } }],
      toolChoice: { auto: {} },
    },
    additionalModelRequestFields: {
      thinking: { type: 'enabled', budget_tokens: 5 },
      anthropic_beta: ['context-1m-2025-08-07'],
      output_config: { effort: 'high' },
    },
    additionalModelResponseFieldPaths: ['/delta/stop_sequence'],
    requestMetadata: { model: 'a word of the caller' },
    performanceConfig: { latency: 'standard' },
    serviceTier: { type: 'flex' },
    outputConfig: { effort: 'low', textFormat: { type: 'json_schema', structure: { jsonSchema: { schema: '{}' } } } },
  })
  t.match(reading, {
    operation: {
      id: 'bedrock.converse',
      stream: false,
      maxOutputTokens: 5,
      models: [{ pointer: 'path:model', name: 'anthropic.claude-3:0', mode: { field: 'thinking', value: 'enabled' } }],
    },
  })
  const content = [
    { image: { format: 'png', source: { bytes: 'aGk=' } } },
    { document: { name: 'a', source: { content: [{ text: 'x' }] } } },
    { toolUse: { toolUseId: '1', name: 'a', input: { model: 'x', s3Location: 'y' } } },
    { toolResult: { toolUseId: '1', content: [{ json: { modelId: 'x' } }, { text: 'y' }] } },
    { reasoningContent: { reasoningText: { text: 'x', signature: 'y' } } },
  ]
  t.equal(outcome(converse({ messages: [{ role: 'user', content }] })), 'operation')
  t.match(read('converse-stream', { messages }), { operation: { stream: true } })
})

t.test('each vendor’s field of a mode is read for itself: none speaks for another', async (t) => {
  const mode = (reading: OperationReading): unknown => {
    if (reading.kind === 'refused') return reading.reason
    const said = reading.operation.models[0]?.mode
    return said && [said, ...(said.beside ?? [])].map(({ field, value }) => `${field} ${value}`)
  }
  const fields = ['thinking', 'reasoning-config', 'reasoning-effort', 'reasoning-object']
  const says = (...values: readonly (string | null)[]): readonly string[] =>
    fields.map((field, index) => `${field} ${values[index] ?? 'null'}`)
  t.strictSame(mode(converse({})), says(null, null, null, null))
  t.strictSame(mode(extra({ reasoning_effort: 'high' })), says(null, null, 'high', null))
  t.strictSame(mode(extra({ reasoning: { effort: 'low' } })), says(null, null, null, 'low'))
  const nova = { type: 'enabled', maxReasoningEffort: 'low' }
  t.strictSame(mode(extra({ reasoningConfig: nova })), says(null, 'enabled', null, null))
  const thinking = { type: 'disabled' }
  t.strictSame(mode(extra({ reasoningConfig: nova, thinking })), says('disabled', 'enabled', null, null))
  t.strictSame(mode(extra({ reasoning_effort: 'high', thinking })), says('disabled', null, 'high', null))
  for (const odd of [{ thinking: {} }, { thinking: 'x' }, { reasoning_effort: 5 }, { reasoning: 'high' }]) {
    t.equal(mode(extra(odd)), 'request_unreadable', JSON.stringify(odd))
  }
})

t.test('what names a model, a limit or a feature in words of its own is refused', async (t) => {
  const refused: readonly (readonly [object, string])[] = [
    [{ modelId: 'x' }, 'request_ambiguous'],
    [{ model: 'x' }, 'request_ambiguous'],
    [{ ModelId: 'x' }, 'request_ambiguous'],
    [{ inferenceConfig: { max_tokens: 5 } }, 'request_ambiguous'],
    [{ additionalModelRequestFields: { max_tokens: 5 } }, 'reference_unknown'],
    [{ additionalModelRequestFields: { max_gen_len: 5 } }, 'reference_unknown'],
    [{ additionalModelRequestFields: { inferenceConfig: { maxTokens: 5 } } }, 'reference_unknown'],
    [{ additionalModelRequestFields: { anthropic_beta: ['files-api-2025-04-14'] } }, 'request_unreadable'],
    [{ additionalModelRequestFields: { anthropic_beta: 'context-1m-2025-08-07' } }, 'request_unreadable'],
    [{ additionalModelRequestFields: { tools: [{ type: 'web_search_20250305' }] } }, 'reference_unknown'],
    [{ additionalModelRequestFields: [{ max_tokens: 5 }] }, 'request_unreadable'],
  ]
  for (const [part, reason] of refused) t.equal(outcome(converse(part)), reason, JSON.stringify(part))
})

t.test('what is stored at the provider, fetched or run by it is refused', async (t) => {
  const of = (content: object): object => ({ messages: [{ role: 'user', content: [content] }] })
  const s3Location = { uri: 's3://bucket/key' }
  const inside = { toolUseId: '1', content: [{ document: { name: 'a', source: { s3Location } } }] }
  for (const part of [
    { promptVariables: { a: { text: 'x' } } },
    { guardrailConfig: { guardrailIdentifier: 'x', guardrailVersion: '1' } },
    { toolConfig: { tools: [{ systemTool: { name: 'nova_grounding' } }] } },
    of({ image: { format: 'png', source: { s3Location } } }),
    of({ video: { format: 'mp4', source: { bytes: '', s3Location } } }),
    of({ toolResult: inside }),
    of({ toolAddition: { tool: { name: 'x' } } }),
    of({ somethingNew: {} }),
  ]) {
    t.equal(outcome(converse(part)), 'reference_unknown', JSON.stringify(part))
  }
  t.equal(outcome(converse({ toolConfig: { tools: { systemTool: { name: 'x' } } } })), 'request_unreadable')
})

t.test('a body of InvokeModel says that it is Anthropic’s, and has no member beyond theirs', async (t) => {
  const { operation } = read('invoke', { ...anthropic, thinking: { type: 'enabled', budget_tokens: 4 } }) as never as {
    operation: object
  }
  t.match(operation, { id: 'bedrock.invokeModel', maxOutputTokens: 5, stream: false })
  t.match(operation, { models: [{ mode: { field: 'thinking', value: 'enabled' } }] })
  t.match(read('invoke-with-response-stream', anthropic), { operation: { stream: true } })
  const { anthropic_version: _, ...unsaid } = anthropic
  const refused: readonly (readonly [object, string])[] = [
    [unsaid, 'request_unreadable'],
    [{ messages: [{ role: 'user', content: 'hello' }], max_tokens: 9 }, 'request_unreadable'],
    [{ ...anthropic, anthropic_version: '2023-06-01' }, 'request_unreadable'],
    [{ ...anthropic, inferenceConfig: { max_new_tokens: 9 } }, 'reference_unknown'],
    [{ ...anthropic, model: 'x' }, 'reference_unknown'],
    [{ ...anthropic, stream: true }, 'reference_unknown'],
    [{ ...anthropic, mcp_servers: [] }, 'reference_unknown'],
    [{ ...anthropic, fallbacks: [{ model: 'x' }] }, 'reference_unknown'],
    [{ ...anthropic, anthropic_beta: ['mcp-client-2025-04-04'] }, 'request_unreadable'],
  ]
  for (const [body, reason] of refused) t.equal(outcome(read('invoke', body)), reason, JSON.stringify(body))
})

t.test('bodies of other vendors are closed lists, each told by a member of its own', async (t) => {
  const tool = { toolSpec: { name: 'a', inputSchema: { json: { model: 'x' } } } }
  const accepted: readonly object[] = [
    { schemaVersion: 'messages-v1', messages, inferenceConfig: { max_new_tokens: 9 }, toolConfig: { tools: [tool] } },
    { messages, inferenceConfig: { maxTokens: 9, topK: 1 } },
    { inputText: 'hello', textGenerationConfig: { maxTokenCount: 9 } },
    { inputText: 'hello', dimensions: 256, normalize: true },
    { prompt: 'hello', max_gen_len: 9 },
    { prompt: 'hello', max_tokens: 9, stop: ['x'] },
    { message: 'hello', chat_history: [{ role: 'USER', message: 'the model' }], max_tokens: 9 },
    { texts: ['hello'], input_type: 'search_query' },
  ]
  for (const body of accepted) {
    for (const operation of ['invoke', 'invoke-with-response-stream'] as const) {
      const reading = read(operation, body)
      t.match(
        reading,
        { operation: { models: [{ pointer: 'path:model', mode: { value: null } }] } },
        JSON.stringify(body),
      )
    }
  }
  const s3Location = { uri: 's3://bucket/key' }
  const video = { role: 'user', content: [{ video: { format: 'mp4', source: { s3Location } } }] }
  const refused: readonly object[] = [
    { schemaVersion: 'messages-v1', messages: [video] },
    { schemaVersion: 'messages-v1', messages, reasoningConfig: { type: 'enabled' } },
    { messages, inferenceConfig: { reasoningConfig: { type: 'enabled' } } },
    { messages, inferenceConfig: {}, toolConfig: { tools: [{ systemTool: { name: 'nova_grounding' } }] } },
    { schemaVersion: 'messages-v1', messages, additionalModelRequestFields: { thinking: { type: 'enabled' } } },
    { inputText: 'hello', model: 'x' },
    { inputText: 'hello', textGenerationConfig: { model: 'x' } },
    { prompt: 'hello', thinking: { type: 'enabled' } },
    { prompt: 'hello', messages },
    { prompt: 'hello', inputText: 'hello' },
    { message: 'hello', connectors: [{ id: 'web-search' }] },
    { message: 'hello', tools: [{ name: 'a', url: 'https://x' }] },
    { texts: ['hello'], model: 'x' },
    { taskType: 'TEXT_IMAGE', textToImageParams: { text: 'x' } },
  ]
  for (const body of refused) t.match(outcome(read('invoke', body)), /^re(?:quest|ference)_/, JSON.stringify(body))
})

t.test('InvokeModel may be called octets, as its SDK does; Converse may not', async (t) => {
  const match = matchOf('invoke', 'application/octet-stream')
  t.equal(outcome(readOperation(match, Buffer.from(JSON.stringify(anthropic)))), 'operation')
  t.match(match.headers, { 'content-type': 'application/json' })
  t.throws(() => matchOf('converse', 'application/octet-stream'), /application\/json/)
})

t.test('tokens are counted of Converse alone', async (t) => {
  const thinking = { type: 'disabled' }
  t.match(read('count-tokens', { input: { converse: { messages, additionalModelRequestFields: { thinking } } } }), {
    operation: { action: 'count-tokens', models: [{ mode: { field: 'thinking', value: 'disabled' } }] },
  })
  t.equal(outcome(read('count-tokens', { input: { invokeModel: { body: 'e30=' } } })), 'reference_unknown')
  t.equal(outcome(read('count-tokens', { input: { converse: { messages } }, modelId: 'x' })), 'reference_unknown')
})

t.test('a header that asks for a guardrail is refused', async (t) => {
  const rawHeaders = [
    'Host',
    'gate.example',
    'Content-Type',
    'application/json',
    'X-Amzn-Bedrock-GuardrailIdentifier',
    'g',
  ]
  const match = findRoute({ method: 'POST', target: `/model/${model}/invoke`, rawHeaders })
  t.match(match, { kind: 'refused', reason: 'reference_unknown', dialect: 'bedrock' })
})

t.test('a mode is forced in the field that the request fills, and nothing beside it is lost', async (t) => {
  const match = matchOf('converse')
  const forced = (fields: object | null, field: ModeField, value: string): unknown => {
    const body = Buffer.from(JSON.stringify({ messages, ...(fields && { additionalModelRequestFields: fields }) }))
    const edited = applyEdits(match, body, { ...none, forceMode: [{ pointer: 'path:model', field, value }] })
    if (edited.unmade.length > 0) return edited.unmade
    return (JSON.parse(Buffer.from(edited.body).toString()) as Record<string, unknown>)['additionalModelRequestFields']
  }
  const disabled = { thinking: { type: 'disabled' } }
  t.strictSame(forced(null, 'thinking', 'disabled'), disabled)
  t.strictSame(forced({ top_k: 5 }, 'thinking', 'disabled'), { top_k: 5, ...disabled })
  t.strictSame(forced({ thinking: { type: 'enabled', budget_tokens: 9 } }, 'thinking', 'disabled'), disabled)
  t.strictSame(forced({ reasoningConfig: { type: 'enabled' } }, 'reasoning-config', 'disabled'), {
    reasoningConfig: { type: 'disabled' },
  })
  t.strictSame(forced({ reasoning: { effort: 'high' } }, 'reasoning-object', 'none'), { reasoning: { effort: 'none' } })
  t.strictSame(forced({ thinking: { type: 'enabled' } }, 'reasoning-effort', 'none'), {
    thinking: { type: 'enabled' },
    reasoning_effort: 'none',
  })
  t.strictSame(forced({ thinking: { type: 'disabled' } }, 'thinking', 'enabled'), ['path:model'])
})

t.test('a cap on the output stands in `inferenceConfig`, an alias in the path with its escapes', async (t) => {
  const body = Buffer.from(JSON.stringify({ messages, inferenceConfig: { maxTokens: 900 } }))
  const edited = applyEdits(matchOf('converse'), body, {
    ...none,
    capOutputTokens: 100,
    model: [{ pointer: 'path:model', name: 'arn:aws:bedrock:us-east-1:1:inference-profile/us.anthropic.claude:0' }],
  })
  t.strictSame(edited.unmade, [])
  t.match(JSON.parse(Buffer.from(edited.body).toString()), { inferenceConfig: { maxTokens: 100 } })
  t.equal(
    edited.match.target,
    '/model/arn%3Aaws%3Abedrock%3Aus-east-1%3A1%3Ainference-profile%2Fus.anthropic.claude%3A0/converse',
  )
})
