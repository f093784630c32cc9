// POST /v1/responses, as the official SDK's ResponseCreateParams declares it. Everything that it can refer to is stored at the
// provider under the gate's own key, which all callers share: what the gate does not know to be the caller's is refused.

import { type BodyShape, saysHosted, saysStored } from '../body-shape.ts'
import { elsewhere } from './openai-elsewhere.ts'
import { drawing } from './openai-images.ts'

const contentTypes = [
  'input_text',
  'input_image',
  'input_file',
  'input_audio',
  'output_text',
  'refusal',
  'reasoning_text',
  'summary_text',
  'text',
]
const saysContent = 'content of this type is not served here'

export const openaiResponses: BodyShape = {
  models: [
    {
      at: '/model',
      required: 'always',
      mode: {
        field: 'reasoning-effort',
        from: 'body',
        path: ['reasoning', 'effort'],
        required: false,
        forced: 'value',
        forceable: null,
      },
    },
    { at: '/moderation/model', required: 'with-its-object', mode: null },
    // The image tool runs a model of its own: which one must be said, since the provider's default is nobody's decision.
    { at: '/tools/*/model', required: ['image_generation'], mode: null },
    // The model that writes the drawing's text, where the image is one.
    { at: '/tools/*/svg/model', required: 'with-its-object', mode: drawing },
    { at: '/fallbacks/*/model', required: 'with-its-object', mode: null },
  ],
  known: [],
  data: [
    '/metadata',
    '/tools/*/parameters',
    '/tools/*/output_schema',
    '/tools/*/tools/*/parameters',
    '/tools/*/tools/*/output_schema',
    '/text/format/schema',
    // What a client-side computer or shell was asked to do; its environment has names of its own.
    '/input/*/action',
  ],
  content: ['/input'],
  types: [
    {
      at: '/tools/*',
      accepted: [
        'function',
        'custom',
        'namespace',
        'image_generation',
        'computer',
        'computer_use_preview',
        'local_shell',
        'apply_patch',
      ],
      untyped: 'refused',
      says: saysHosted,
    },
    { at: '/tools/*/tools/*', accepted: ['function', 'custom'], untyped: 'refused', says: saysHosted },
    {
      at: '/input/*',
      accepted: [
        'message',
        'reasoning',
        'compaction',
        'function_call',
        'function_call_output',
        'custom_tool_call',
        'custom_tool_call_output',
        'computer_call',
        'computer_call_output',
        'local_shell_call',
        'local_shell_call_output',
        'apply_patch_call',
        'apply_patch_call_output',
        'image_generation_call',
        'item_reference',
      ],
      // An item without a type is a message if it has a role, and otherwise a reference that does not say so.
      untyped: { with: 'role' },
      says: saysStored,
    },
    { at: '/input/*/content/*', accepted: contentTypes, untyped: 'refused', says: saysContent },
    { at: '/input/*/output/*', accepted: contentTypes, untyped: 'refused', says: saysContent },
  ],
  values: [
    {
      at: '/reasoning/mode',
      accepted: ['standard'],
      says: 'how a model thinks is chosen by `effort` alone: leave this out',
    },
  ],
  closed: [{ at: '/instructions/*', members: [], says: 'instructions are a text: send items in `input`' }],
  // What a computer shows is an object; what a function gives, an array.
  either: ['/input/*/output'],
  carried: [
    { at: '/input/*', type: 'reasoning', member: 'encrypted_content', kind: 'item' },
    { at: '/input/*', type: 'compaction', member: 'encrypted_content', kind: 'item' },
    { at: '/input/*', type: 'image_generation_call', member: 'result', kind: 'item' },
  ],
  stored: [
    { at: '/conversation', kind: 'conversation', member: 'id' },
    { at: '/previous_response_id', kind: 'response' },
    { at: '/prompt_cache_options/comparison_response_id', kind: 'response' },
    { at: '/input/*', kind: 'item', member: 'id', type: 'item_reference' },
    // Whatever else stands in the item: whether the API goes by that or by what it has under the id, it does not say.
    { at: '/input/*/id', kind: 'item' },
    { at: '/input/*/content/*/file_id', kind: 'file' },
    { at: '/input/*/output/*/file_id', kind: 'file' },
  ],
  refused: [
    ...elsewhere,
    // Whoever keeps it at the provider can change what it says, and its model.
    { at: '/prompt', reason: 'reference_unknown', says: saysStored },
    {
      at: '/access_programs',
      reason: 'request_unreadable',
      says: 'what the account is admitted to is the gateway’s: leave this out',
    },
  ],
  references: [
    'file_id',
    'file_ids',
    'container',
    'container_id',
    'server_url',
    'connector_id',
    'tunnel_id',
    'mcp_servers',
    'vector_store_ids',
    'skill_id',
    'approval_request_id',
    'web_search_options',
  ],
  urls: [
    { parent: null, key: 'image_url' },
    { parent: 'image_url', key: 'url' },
    { parent: null, key: 'file_url' },
  ],
  inline: [
    { parent: null, key: 'file_data' },
    { parent: 'input_audio', key: 'data' },
  ],
  output: { limits: ['/max_output_tokens'], answers: null, overrides: null },
  store: true,
  stream: 'asked',
}
