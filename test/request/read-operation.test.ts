import fc from 'fast-check'
import t from 'tap'
import { readOperation, routes } from '../../src/request/index.ts'
import { least, matchOf, outcome, readBody } from './asking.ts'

type Api = keyof typeof least
const apis = Object.keys(least) as Api[]
const longText = 'x'.repeat(300)

function withPart(api: Api, part: object): object {
  return { ...least[api], ...part }
}

for (const api of apis) {
  t.test(`the least body of ${api} is an operation`, async (t) => {
    const reading = readBody(api, least[api])
    t.match(reading, {
      kind: 'operation',
      operation: { stream: false, models: [{ pointer: '/model', name: 'fable-5' }] },
    })
  })

  t.test(`A1 A2 A3 A15 ${api}: no second reading of \`model\` is possible`, async (t) => {
    const rest = JSON.stringify({ ...least[api], model: undefined }).slice(1)
    const twice: readonly [string, string][] = [
      ['a duplicate', '{"model":"ok","model":"bad",'],
      ['an escaped duplicate', '{"model":"ok","\\u006dodel":"bad",'],
      ['another case', '{"model":"ok","Model":"bad",'],
      ['upper case', '{"model":"ok","MODEL":"bad",'],
      ['a trailing blank', '{"model":"ok","model ":"bad",'],
      ['a NUL', '{"model":"ok","model\\u0000":"bad",'],
      ['a zero-width space', '{"model":"ok","mo\\u200bdel":"bad",'],
      ['a Cyrillic letter', '{"model":"ok","m\u043edel":"bad",'],
      ['full width', '{"model":"ok","\uff4dodel":"bad",'],
      ['a digit for a letter', '{"model":"ok","m0del":"bad",'],
      ['punctuation', '{"model":"ok","mo_del":"bad",'],
      ['another case instead', '{"Model":"bad",'],
    ]
    for (const [name, opening] of twice) t.equal(outcome(readBody(api, opening + rest)), 'request_ambiguous', name)
    t.equal(outcome(readBody(api, `{"\\u006dodel":"fable-5",${rest}`)), 'operation', 'escaped alone, it is the key')
    t.equal(outcome(readBody(api, `{${rest}`)), 'model_absent', 'absent')
    for (const value of [
      null,
      1,
      true,
      [],
      ['fable-5'],
      {},
      { toString: 'x' },
      '',
      longText,
      'a\nb',
      'a\u0000',
      '\u0085',
    ]) {
      t.equal(
        outcome(readBody(api, withPart(api, { model: value }))),
        'request_unreadable',
        JSON.stringify(value)?.slice(0, 20),
      )
    }
  })

  t.test(`A23 ${api}: a field that could choose a model is refused, at any depth of control`, async (t) => {
    for (const key of [
      'engine',
      'deployment',
      'deployment_id',
      'model_id',
      'modelId',
      'models',
      'agent',
      'agent_id',
      'fallback',
      'fallback_models',
      'base_model',
      'thinking_mode',
      'enable_thinking',
      'chat_template_kwargs',
      'include_reasoning',
    ]) {
      t.equal(outcome(readBody(api, withPart(api, { [key]: 'x' }))), 'request_ambiguous', key)
      t.equal(
        outcome(readBody(api, withPart(api, { extra_body: { a: [{ [key]: 'x' }] } }))),
        'request_ambiguous',
        `nested ${key}`,
      )
    }
    t.equal(
      outcome(readBody(api, withPart(api, { extra_body: { model: 'x' } }))),
      'request_ambiguous',
      'extra_body.model',
    )
    t.equal(outcome(readBody(api, withPart(api, { engine: null }))), 'operation', 'null chooses nothing')
  })

  t.test(`A6 A7 A17 ${api}: the body is one JSON object`, async (t) => {
    t.equal(outcome(readBody(api, '')), 'request_unreadable')
    t.equal(outcome(readBody(api, '[]')), 'request_unreadable')
    t.equal(outcome(readBody(api, '"x"')), 'request_unreadable')
    t.equal(outcome(readBody(api, `${JSON.stringify(least[api])}{}`)), 'request_unreadable')
    t.equal(
      outcome(readBody(api, withPart(api, { metadata: JSON.parse('['.repeat(64) + ']'.repeat(64)) }))),
      'too_large',
    )
  })

  t.test(`free-form data of ${api} may say anything`, async (t) => {
    const anything = {
      model: 'x',
      Model: 'y',
      'a key\u0000': 1,
      file_id: 'f',
      type: 'mcp',
      properties: { model: { type: 'string' }, agent: {} },
    }
    t.equal(outcome(readBody(api, withPart(api, { metadata: anything }))), 'operation')
    t.equal(outcome(readBody(api, withPart(api, { metadata: { a: [anything, null] } }))), 'operation')
  })
}

const accepted: readonly [string, Api, object, (readonly string[])?][] = [
  [
    'chat with tools whose schema has a model',
    'chat',
    {
      tools: [{ type: 'function', function: { name: 'f', parameters: { properties: { model: {}, engine: {} } } } }],
      functions: [{ name: 'g', parameters: { agent: 1 } }],
      tool_choice: 'auto',
    },
  ],
  [
    'chat with a JSON schema',
    'chat',
    { response_format: { type: 'json_schema', json_schema: { name: 'x', schema: { properties: { model: {} } } } } },
  ],
  [
    'chat with everyday settings',
    'chat',
    {
      temperature: 1,
      top_p: 1,
      seed: 1,
      stop: ['x'],
      logit_bias: { '50256': -100 },
      user: 'u',
      service_tier: 'auto',
      stream: true,
      stream_options: { include_usage: true },
      store: true,
      parallel_tool_calls: true,
      prompt_cache_key: 'k',
      verbosity: 'low',
      modalities: ['text'],
      safety_identifier: 's',
    },
  ],
  [
    'a chat about models',
    'chat',
    {
      messages: [
        { role: 'user', content: '{"model":"mythos-5"}' },
        {
          role: 'assistant',
          content: null,
          tool_calls: [{ id: 'c', type: 'function', function: { name: 'f', arguments: '{"model":"x"}' } }],
        },
        { role: 'tool', tool_call_id: 'c', content: 'ok' },
      ],
    },
  ],
  [
    'reasoning_content of another server in a chat',
    'chat',
    { messages: [{ role: 'assistant', content: 'x', reasoning_content: 'because' }] },
  ],
  [
    'an inline image',
    'chat',
    {
      messages: [
        {
          role: 'user',
          content: [
            { type: 'text', text: 'see' },
            { type: 'image_url', image_url: { url: 'data:image/png;base64,AA==', detail: 'low' } },
          ],
        },
      ],
    },
  ],
  [
    'a file sent in the chat',
    'chat',
    {
      messages: [
        {
          role: 'user',
          content: [{ type: 'file', file: { filename: 'a', file_data: 'data:application/pdf;base64,AA==' } }],
        },
      ],
    },
  ],
  ['chat moderated by a model', 'chat', { moderation: { model: 'guard-1' } }, ['/model', '/moderation/model']],
  [
    'chat with fallbacks',
    'chat',
    { fallbacks: [{ model: 'a' }, { model: 'b' }] },
    ['/model', '/fallbacks/0/model', '/fallbacks/1/model'],
  ],
  [
    'a tool with a model',
    'chat',
    { tools: [{ type: 'function', function: { name: 'f' }, model: 'm' }] },
    ['/model', '/tools/0/model'],
  ],
  [
    'responses with everyday settings',
    'responses',
    {
      instructions: 'x',
      stream: true,
      store: false,
      reasoning: { effort: 'low', summary: 'auto' },
      text: { format: { type: 'json_schema', name: 'x', schema: { properties: { model: {} } } }, verbosity: 'low' },
      include: ['reasoning.encrypted_content'],
      truncation: 'auto',
      background: false,
      conversation: null,
      previous_response_id: null,
    },
  ],
  [
    'responses with an image tool',
    'responses',
    { tools: [{ type: 'image_generation', model: 'image-1', moderation: 'auto' }] },
    ['/model', '/tools/0/model'],
  ],
  [
    'responses with tools',
    'responses',
    {
      tools: [
        { type: 'function', name: 'f', parameters: { model: 1 }, strict: true },
        {
          type: 'namespace',
          name: 'n',
          description: 'd',
          tools: [{ type: 'function', name: 'g', parameters: { agent: 1 } }],
        },
      ],
      tool_choice: { type: 'function', name: 'f' },
    },
  ],
  [
    'responses with a conversation sent whole',
    'responses',
    {
      input: [
        { role: 'user', content: 'x' },
        {
          type: 'message',
          role: 'assistant',
          id: 'msg_1',
          status: 'completed',
          content: [{ type: 'output_text', text: 'y', annotations: [] }],
        },
        { type: 'reasoning', id: 'rs_1', summary: [], encrypted_content: 'e' },
        { type: 'function_call', call_id: 'c', name: 'f', arguments: '{}' },
        { type: 'function_call_output', call_id: 'c', output: [{ type: 'input_text', text: 'z' }] },
        {
          type: 'local_shell_call',
          id: 'l',
          call_id: 'd',
          status: 'completed',
          action: { type: 'exec', command: ['ls'], env: { MODEL: 'x', 'A B': '1' } },
        },
      ],
    },
  ],
  [
    'messages with everyday settings',
    'messages',
    {
      system: [{ type: 'text', text: 's', cache_control: { type: 'ephemeral' } }],
      stop_sequences: ['x'],
      stream: true,
      temperature: 1,
      top_k: 5,
      metadata: { user_id: 'u' },
      service_tier: 'auto',
      thinking: { type: 'enabled', budget_tokens: 1024 },
      output_config: { effort: 'low' },
      tool_choice: { type: 'auto' },
      context_management: { edits: [{ type: 'clear_thinking_20251015', keep: { type: 'thinking_turns', value: 1 } }] },
    },
  ],
  [
    'messages with tools',
    'messages',
    {
      tools: [
        { name: 'f', input_schema: { properties: { model: {}, Model: {} } }, input_examples: [{ model: 'x' }] },
        { type: 'bash_20250124', name: 'bash' },
      ],
    },
  ],
  [
    'messages with tool use',
    'messages',
    {
      messages: [
        {
          role: 'assistant',
          content: [
            { type: 'thinking', thinking: 't', signature: 's' },
            {
              type: 'tool_use',
              id: 'i',
              name: 'f',
              input: { model: 'x', file_id: 'y', source: { url: 'https://x' }, 'odd key': 1 },
            },
          ],
        },
        {
          role: 'user',
          content: [{ type: 'tool_result', tool_use_id: 'i', content: [{ type: 'text', text: 'model' }] }],
        },
      ],
    },
  ],
  [
    'messages with inline documents',
    'messages',
    {
      messages: [
        {
          role: 'user',
          content: [
            { type: 'image', source: { type: 'base64', media_type: 'image/png', data: 'AA==' } },
            { type: 'document', source: { type: 'content', content: [{ type: 'text', text: 'x' }] } },
          ],
        },
      ],
    },
  ],
  [
    'messages with fallbacks',
    'messages',
    { fallbacks: [{ model: 'open-1', thinking: { type: 'disabled' }, max_tokens: 99 }] },
    ['/model', '/fallbacks/0/model'],
  ],
  [
    'a conversation that fell back',
    'messages',
    { messages: [{ role: 'assistant', content: [{ type: 'fallback', from: { model: 'a' }, to: { model: 'b' } }] }] },
    ['/model', '/messages/0/content/0/from/model', '/messages/0/content/0/to/model'],
  ],
]

for (const [name, api, part, pointers] of accepted) {
  t.test(`${name} is an operation`, async (t) => {
    const reading = readBody(api, withPart(api, part))
    if (reading.kind === 'refused') return t.fail(reading.message)
    return t.strictSame(
      reading.operation.models.map(({ pointer }) => pointer),
      pointers ?? ['/model'],
    )
  })
}

const userPart = (part: object): object => ({ messages: [{ role: 'user', content: [part] }] })
const refusals: readonly [string, Api, object, string][] = [
  ['B1 moderation without its model', 'chat', { moderation: {} }, 'model_absent'],
  ['B1 a moderation that is a string', 'chat', { moderation: 'guard-1' }, 'request_unreadable'],
  ['B1 moderation with a list of models', 'chat', { moderation: { model: ['a'] } }, 'request_unreadable'],
  ['B3 an image tool without its model', 'responses', { tools: [{ type: 'image_generation' }] }, 'model_absent'],
  ['B3 fallbacks left to the provider', 'messages', { fallbacks: 'default' }, 'model_absent'],
  ['B3 fallbacks by name alone', 'chat', { fallbacks: ['bad'] }, 'request_unreadable'],
  ['B3 fallbacks as an object', 'messages', { fallbacks: { model: 'x' } }, 'request_unreadable'],
  ['B3 a fallback without its model', 'messages', { fallbacks: [{ max_tokens: 1 }] }, 'model_absent'],
  ['B3 a fallback that is null', 'messages', { fallbacks: [null] }, 'request_unreadable'],
  ['B4 previous_response_id', 'responses', { previous_response_id: 'resp_1' }, 'reference_unknown'],
  ['B4 a conversation', 'responses', { conversation: 'conv_1' }, 'reference_unknown'],
  ['B4 a conversation object', 'responses', { conversation: { id: 'conv_1' } }, 'reference_unknown'],
  ['B4 a reference to an item', 'responses', { input: [{ type: 'item_reference', id: 'msg_1' }] }, 'reference_unknown'],
  ['B4 a reference to an item, without its type', 'responses', { input: [{ id: 'msg_1' }] }, 'request_unreadable'],
  [
    'B4 a reasoning item without its content',
    'responses',
    { input: [{ type: 'reasoning', id: 'rs_1', summary: [] }] },
    'reference_unknown',
  ],
  [
    'B4 an image without its content',
    'responses',
    { input: [{ type: 'image_generation_call', id: 'ig_1', result: null, status: 'completed' }] },
    'reference_unknown',
  ],
  ['B4 a file id in a chat', 'chat', userPart({ type: 'file', file: { file_id: 'file_1' } }), 'reference_unknown'],
  [
    'B4 a file id in responses',
    'responses',
    { input: [{ role: 'user', content: [{ type: 'input_file', file_id: 'file_1' }] }] },
    'reference_unknown',
  ],
  [
    'B4 a file id in messages',
    'messages',
    userPart({ type: 'document', source: { type: 'file', file_id: 'file_1' } }),
    'reference_unknown',
  ],
  [
    'B4 an earlier spoken answer',
    'chat',
    { messages: [{ role: 'assistant', audio: { id: 'audio_1' } }] },
    'reference_unknown',
  ],
  ['B4 a made voice', 'chat', { audio: { format: 'wav', voice: { id: 'voice_1' } } }, 'reference_unknown'],
  ['B4 a message thread', 'messages', { thread: { id: 'thread_1' } }, 'reference_unknown'],
  ['B4 a container', 'messages', { container: 'container_1' }, 'reference_unknown'],
  ['B4 a background answer', 'responses', { background: true }, 'request_unreadable'],
  ['B7 a stored prompt', 'responses', { prompt: { id: 'pmpt_1' } }, 'reference_unknown'],
  [
    'B14 an MCP tool',
    'responses',
    { tools: [{ type: 'mcp', server_label: 'x', server_url: 'https://x' }] },
    'reference_unknown',
  ],
  ['B14 a web search tool', 'responses', { tools: [{ type: 'web_search' }] }, 'reference_unknown'],
  [
    'B14 a code interpreter',
    'responses',
    { tools: [{ type: 'code_interpreter', container: { type: 'auto' } }] },
    'reference_unknown',
  ],
  [
    'B14 a hosted tool in a namespace',
    'responses',
    { tools: [{ type: 'namespace', name: 'n', description: 'd', tools: [{ type: 'mcp' }] }] },
    'reference_unknown',
  ],
  [
    'B14 tools added in the conversation',
    'responses',
    { input: [{ type: 'additional_tools', role: 'developer', tools: [{ type: 'mcp' }] }] },
    'reference_unknown',
  ],
  [
    'B14 an MCP approval',
    'responses',
    { input: [{ type: 'mcp_approval_response', approval_request_id: 'a', approve: true }] },
    'reference_unknown',
  ],
  ['B14 web search in a chat', 'chat', { web_search_options: {} }, 'reference_unknown'],
  ['B14 a tool of no type in a chat', 'chat', { tools: [{ function: { name: 'f' } }] }, 'request_unreadable'],
  [
    'B14 a tool whose type is no string',
    'messages',
    { tools: [{ type: ['custom'], name: 'f' }] },
    'request_unreadable',
  ],
  ['B14 MCP servers', 'messages', { mcp_servers: [{ type: 'url', url: 'https://x', name: 'x' }] }, 'reference_unknown'],
  [
    'B14 a web fetch tool',
    'messages',
    { tools: [{ type: 'web_fetch_20250910', name: 'web_fetch' }] },
    'reference_unknown',
  ],
  [
    'B14 an advisor',
    'messages',
    { tools: [{ type: 'advisor_20260301', name: 'advisor', model: 'x' }] },
    'reference_unknown',
  ],
  [
    'B14 a tool added in the conversation',
    'messages',
    { messages: [{ role: 'system', content: [{ type: 'tool_addition', tool: {} }] }] },
    'reference_unknown',
  ],
  ['B18 another account', 'messages', { workspace_id: 'wrkspc_1' }, 'reference_unknown'],
  ['B18 a region', 'messages', { inference_geo: 'eu' }, 'request_unreadable'],
  [
    'P10 a remote image in a chat',
    'chat',
    userPart({ type: 'image_url', image_url: { url: 'https://x/y.png' } }),
    'reference_unknown',
  ],
  [
    'P10 a remote image as a string',
    'chat',
    userPart({ type: 'image_url', image_url: 'http://169.254.169.254/' }),
    'reference_unknown',
  ],
  [
    'P10 a remote image behind a blank',
    'chat',
    userPart({ type: 'image_url', image_url: { url: ' https://x' } }),
    'reference_unknown',
  ],
  [
    'P10 a remote image in a list',
    'chat',
    userPart({ type: 'image_url', image_url: ['https://x'] }),
    'reference_unknown',
  ],
  [
    'P10 a remote image in responses',
    'responses',
    { input: [{ role: 'user', content: [{ type: 'input_image', image_url: 'https://x' }] }] },
    'reference_unknown',
  ],
  [
    'P10 a remote image as the answer of a computer',
    'responses',
    {
      input: [
        { type: 'computer_call_output', call_id: 'c', output: { type: 'computer_screenshot', image_url: 'https://x' } },
      ],
    },
    'reference_unknown',
  ],
  [
    'P10 a remote file in responses',
    'responses',
    { input: [{ role: 'user', content: [{ type: 'input_file', file_url: 'https://x' }] }] },
    'reference_unknown',
  ],
  [
    'P10 a remote image in messages',
    'messages',
    userPart({ type: 'image', source: { type: 'url', url: 'https://x' } }),
    'reference_unknown',
  ],
  [
    'P10 a remote image in the result of a tool',
    'messages',
    userPart({
      type: 'tool_result',
      tool_use_id: 'i',
      content: [{ type: 'image', source: { type: 'url', url: 'https://x' } }],
    }),
    'reference_unknown',
  ],
  [
    'P10 a remote image inside a document',
    'messages',
    userPart({
      type: 'document',
      source: { type: 'content', content: [{ type: 'image', source: { type: 'url', url: 'https://x' } }] },
    }),
    'reference_unknown',
  ],
  [
    'A3 another case of a field in the conversation',
    'chat',
    userPart({ type: 'image_url', image_URL: { url: 'https://x' } }),
    'request_ambiguous',
  ],
  [
    'A3 another case of a type',
    'messages',
    userPart({ Type: 'document', type: 'text', text: 'x' }),
    'request_ambiguous',
  ],
  ['A3 another case of stream', 'chat', { Stream: true }, 'request_ambiguous'],
  ['A3 another spelling of store', 'responses', { stor_e: true }, 'request_ambiguous'],
  ['a key that is no plain word', 'chat', { 'a b': 1 }, 'request_ambiguous'],
  ['a stream that is no boolean', 'chat', { stream: 'true' }, 'request_unreadable'],
  ['a streamed count', 'count', { stream: true }, 'request_unreadable'],
  ['a limit that is no number', 'chat', { max_tokens: '5' }, 'request_unreadable'],
  ['a negative limit', 'messages', { max_tokens: -1 }, 'request_unreadable'],
  ['a broken limit', 'messages', { max_tokens: 1.5 }, 'request_unreadable'],
  ['an infinite limit', 'responses', { max_output_tokens: 1e300 }, 'request_unreadable'],
  ['two limits that differ', 'chat', { max_tokens: 5, max_completion_tokens: 6 }, 'request_ambiguous'],
  ['a number of answers that is no number', 'chat', { n: '2' }, 'request_unreadable'],
  ['an effort that is no string', 'chat', { reasoning_effort: 1 }, 'request_unreadable'],
  ['an effort with odd characters', 'chat', { reasoning_effort: 'none\u0000' }, 'request_unreadable'],
  ['reasoning that is no object', 'responses', { reasoning: 'none' }, 'request_unreadable'],
  ['an effort of responses that is a list', 'responses', { reasoning: { effort: ['none'] } }, 'request_unreadable'],
  ['a chat’s effort in responses', 'responses', { reasoning_effort: 'none' }, 'request_ambiguous'],
  ['responses’ reasoning in a chat', 'chat', { reasoning: { effort: 'high' } }, 'request_ambiguous'],
  ['thinking in a chat', 'chat', { thinking: { type: 'enabled' } }, 'request_ambiguous'],
  ['thinking without a type', 'messages', { thinking: {} }, 'request_unreadable'],
  ['thinking that is a string', 'messages', { thinking: 'disabled' }, 'request_unreadable'],
  ['thinking whose type is no string', 'messages', { thinking: { type: null } }, 'request_unreadable'],
]

for (const [name, api, part, reason] of refusals) {
  t.test(`${name} is refused`, async (t) => t.equal(outcome(readBody(api, withPart(api, part))), reason))
}

t.test('a mode is what the body says, and null where it is left to the model', async (t) => {
  const cases: readonly [Api, object, string, string | null][] = [
    ['chat', {}, 'reasoning-effort', null],
    ['chat', { reasoning_effort: null }, 'reasoning-effort', null],
    ['chat', { reasoning_effort: 'minimal' }, 'reasoning-effort', 'minimal'],
    ['responses', { reasoning: null }, 'reasoning-effort', null],
    ['responses', { reasoning: { summary: 'auto' } }, 'reasoning-effort', null],
    ['responses', { reasoning: { effort: 'high' } }, 'reasoning-effort', 'high'],
    ['messages', {}, 'thinking', null],
    ['messages', { thinking: null }, 'thinking', null],
    ['messages', { thinking: { type: 'disabled' } }, 'thinking', 'disabled'],
    ['count', { thinking: { type: 'adaptive' } }, 'thinking', 'adaptive'],
  ]
  for (const [api, part, field, value] of cases) {
    const reading = readBody(api, withPart(api, part))
    t.match(reading, { operation: { models: [{ mode: { field, value } }] } }, `${api} ${JSON.stringify(part)}`)
  }
})

t.test('a fallback has its own mode, and does not take the request’s', async (t) => {
  const part = {
    thinking: { type: 'disabled' },
    fallbacks: [{ model: 'a' }, { model: 'b', thinking: { type: 'enabled', budget_tokens: 9 } }],
  }
  const reading = readBody('messages', withPart('messages', part))
  if (reading.kind === 'refused') throw new Error(reading.message)
  t.strictSame(
    reading.operation.models.map(({ mode }) => mode?.value),
    ['disabled', null, 'enabled'],
  )
})

t.test('the output limit is the most that the request lets out', async (t) => {
  const cases: readonly [Api, object, number | null][] = [
    ['chat', {}, null],
    ['chat', { max_tokens: 5 }, 5],
    ['chat', { max_tokens: null, max_completion_tokens: 6 }, 6],
    ['chat', { max_tokens: 5, max_completion_tokens: 5 }, 5],
    ['chat', { max_tokens: 5, n: 3 }, 15],
    ['chat', { n: 3 }, null],
    ['responses', { max_output_tokens: 7 }, 7],
    ['messages', { max_tokens: 8, fallbacks: [{ model: 'a', max_tokens: 20 }, { model: 'b' }] }, 20],
    ['count', {}, null],
  ]
  for (const [api, part, expected] of cases) {
    t.match(
      readBody(api, withPart(api, part)),
      { operation: { maxOutputTokens: expected } },
      `${api} ${JSON.stringify(part)}`,
    )
  }
})

t.test('models stand in order of appearance', async (t) => {
  const reading = readBody('chat', '{"moderation":{"model":"b"},"messages":[],"model":"a"}')
  if (reading.kind === 'refused') throw new Error(reading.message)
  t.strictSame(
    reading.operation.models.map(({ name }) => name),
    ['b', 'a'],
  )
})

t.test('a list has no model, one model has its name from the path', async (t) => {
  const list = matchOf({ method: 'GET', target: '/v1/models', rawHeaders: ['Host', 'x'] })
  t.match(readOperation(list, new Uint8Array()), {
    operation: { id: 'openai.models.list', action: 'list-models', models: [] },
  })
  const one = matchOf({ method: 'GET', target: '/v1/models/fable-5', rawHeaders: ['Host', 'x'] })
  t.match(readOperation(one, new Uint8Array()), {
    operation: { models: [{ pointer: 'path:model', name: 'fable-5', mode: null }] },
  })
  t.equal(outcome(readOperation(one, Buffer.from('{}'))), 'request_unreadable', 'A20')
})

t.test('a refusal names places of the request and never quotes its values', async () => {
  const secret = 'canary-7f3a'
  const key = fc.constantFrom(
    'model',
    'input',
    'messages',
    'tools',
    'fallbacks',
    'reasoning',
    'thinking',
    'stream',
    'type',
    'content',
    'file_id',
    'image_url',
    'background',
  )
  const value = fc.letrec((tie) => ({
    any: fc.oneof(
      { maxDepth: 4 },
      fc.constant(secret),
      fc.constantFrom(null, 1, true, 'function', 'text'),
      fc.array(tie('any'), { maxLength: 3 }),
      fc.dictionary(key, tie('any'), { maxKeys: 4 }),
    ),
  })).any
  fc.assert(
    fc.property(fc.constantFrom(...apis), fc.dictionary(key, value, { maxKeys: 6 }), (api, body) => {
      const reading = readBody(api, { model: 'fable-5', ...body })
      return reading.kind === 'operation' || !reading.message.includes(secret)
    }),
    { numRuns: 2000 },
  )
})

t.test('A1 B1 every model pointer of the table is found, and refused where it is no string', async (t) => {
  for (const { id, path, body } of routes) {
    if (body === null) continue
    for (const { at } of body.models) {
      const steps = at.split('/').slice(1)
      const build = (model: unknown): object => {
        const inner = steps.slice(0, -1).reduceRight<unknown>(
          (held, step) => {
            const object = typeof held === 'object' && held !== null && !Array.isArray(held)
            if (step === '*') return [object ? { type: 'fallback', ...held } : held]
            return { [step]: held }
          },
          { model },
        )
        return { model: 'fable-5', ...(inner as object) }
      }
      const toolTyped = (model: unknown): object =>
        at === '/tools/*/model'
          ? {
              model: 'fable-5',
              tools: [
                { type: path === '/v1/messages' || path.endsWith('count_tokens') ? 'custom' : 'function', model },
              ],
            }
          : build(model)
      const match = matchOf({ target: path })
      const found = readOperation(match, Buffer.from(JSON.stringify(toolTyped('target'))))
      if (found.kind === 'refused') throw new Error(`${id} ${at}: ${found.message}`)
      t.ok(
        found.operation.models.some(({ name }) => name === 'target'),
        `${id} ${at}`,
      )
      t.equal(
        outcome(readOperation(match, Buffer.from(JSON.stringify(toolTyped(['target']))))),
        'request_unreadable',
        `${id} ${at} as a list`,
      )
    }
  }
})
