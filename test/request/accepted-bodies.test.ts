// Ordinary traffic: what callers of these APIs send every day passes, and every model in it is found.
import t from 'tap'
import { type Api, readBody, withPart } from './asking.ts'

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
