// POST /v1/chat/completions, as the official SDK's ChatCompletionCreateParams declares it.

import { type BodyShape, saysHosted, saysStored } from '../body-shape.ts'
import { elsewhere } from './openai-elsewhere.ts'

const contentTypes = ['text', 'refusal', 'image_url', 'input_audio', 'file']

const output = { limits: ['/max_completion_tokens', '/max_tokens'], answers: '/n', overrides: null } as const

export const openaiChat: BodyShape = {
  models: [
    {
      at: '/model',
      required: 'always',
      mode: {
        field: 'reasoning-effort',
        from: 'body',
        path: ['reasoning_effort'],
        required: false,
        forced: 'value',
        forceable: null,
      },
    },
    { at: '/moderation/model', required: 'with-its-object', mode: null },
    // No tool of this API declares a model today; servers that speak it could.
    { at: '/tools/*/model', required: 'never', mode: null },
    // Other servers of this API, and its newest fields, name further models so.
    { at: '/fallbacks/*/model', required: 'with-its-object', mode: null },
  ],
  known: [],
  data: [
    '/metadata',
    '/logit_bias',
    '/functions/*/parameters',
    '/tools/*/function/parameters',
    '/response_format/json_schema/schema',
  ],
  content: ['/messages', '/prediction'],
  types: [
    { at: '/tools/*', accepted: ['function', 'custom'], untyped: 'refused', says: saysHosted },
    {
      at: '/messages/*/content/*',
      accepted: contentTypes,
      untyped: 'refused',
      says: 'content of this type is not served here',
    },
    {
      at: '/messages/*/tool_calls/*',
      accepted: ['function', 'custom'],
      untyped: 'refused',
      says: saysHosted,
    },
  ],
  carried: [],
  stored: [{ at: '/messages/*/content/*/file/file_id', kind: 'file' }],
  refused: [
    ...elsewhere,
    { at: '/web_search_options', reason: 'reference_unknown', says: saysHosted },
    // xAI's: a search at the provider, and an answer that is fetched later by whoever asks.
    { at: '/search_parameters', reason: 'reference_unknown', says: saysHosted },
    {
      at: '/deferred',
      value: true,
      reason: 'request_unreadable',
      says: 'an answer that waits would be fetched later, by whoever asks: send the request without it',
    },
    // An earlier spoken answer, or a voice that somebody made.
    { at: '/messages/*/audio/id', reason: 'reference_unknown', says: saysStored },
    { at: '/audio/voice/id', reason: 'reference_unknown', says: saysStored },
  ],
  references: ['file_id', 'file_ids', 'previous_response_id', 'conversation', 'server_url', 'mcp_servers', 'container'],
  urls: [
    { parent: null, key: 'image_url' },
    { parent: 'image_url', key: 'url' },
    { parent: null, key: 'file_url' },
    // Other servers of this API take them beside the text of a message.
    ...['audios', 'images', 'videos'].map((key) => ({ parent: null, key })),
  ],
  inline: [
    { parent: null, key: 'file_data' },
    { parent: 'input_audio', key: 'data' },
  ],
  output,
  store: true,
  stream: 'asked',
}

/** Where one server alone speaks the dialect, and knows both limits. */
export const openaiChatAlone: BodyShape = { ...openaiChat, output: { ...output, each: true } }
