// POST /v1/messages and its token count, as the official SDK's MessageCreateParams declare them, beta fields included.

import { type BodyShape, type ModeRow, saysHosted, saysStored } from '../body-shape.ts'

const thinking: ModeRow = {
  field: 'thinking',
  from: 'body',
  path: ['thinking', 'type'],
  required: true,
  forced: 'object-of-type',
  // `enabled` needs a budget, which is the caller's to choose.
  forceable: ['disabled', 'adaptive'],
}

/** Tools that run at the caller. */
export const anthropicToolTypes: readonly string[] = [
  'custom',
  'bash_20241022',
  'bash_20250124',
  'computer_20241022',
  'computer_20250124',
  'computer_20251124',
  'memory_20250818',
  'text_editor_20241022',
  'text_editor_20250124',
  'text_editor_20250429',
  'text_editor_20250728',
]

const blockTypes = [
  'text',
  'image',
  'document',
  'search_result',
  'thinking',
  'redacted_thinking',
  'tool_use',
  'tool_result',
  'fallback',
]
const saysBlock = 'content blocks of this type are not served here'
const saysAccount = 'the account is the gateway\u2019s: leave this out'

const messages: BodyShape = {
  models: [
    { at: '/model', required: 'always', mode: thinking },
    // Tried in order when the model declines. What a fallback leaves out is left to it, not taken from the request.
    { at: '/fallbacks/*/model', required: 'with-its-object', mode: { ...thinking, from: 'beside-the-model' } },
    { at: '/tools/*/model', required: 'never', mode: null },
    // A conversation that fell back says so in a block of its own, by which the provider goes on where it was.
    { at: '/messages/*/content/*/from/model', required: 'with-its-object', mode: null },
    { at: '/messages/*/content/*/to/model', required: 'with-its-object', mode: null },
  ],
  // How hard a model works is no mode of the catalogue.
  known: ['/output_config/effort', '/fallbacks/*/output_config/effort'],
  data: [
    '/metadata',
    '/tools/*/input_schema',
    '/tools/*/input_examples',
    '/output_config/format/schema',
    '/output_format/schema',
    '/fallbacks/*/output_config/format/schema',
    '/messages/*/content/*/input',
    '/messages/*/content/*/trigger',
  ],
  content: ['/messages', '/system'],
  types: [
    {
      at: '/tools/*',
      accepted: anthropicToolTypes,
      untyped: 'accepted',
      says: saysHosted,
    },
    { at: '/system/*', accepted: ['text'], untyped: 'refused', says: saysBlock },
    { at: '/messages/*/content/*', accepted: blockTypes, untyped: 'refused', says: saysBlock },
    {
      at: '/messages/*/content/*/content/*',
      accepted: ['text', 'image', 'document', 'search_result', 'tool_reference'],
      untyped: 'refused',
      says: saysBlock,
    },
    { at: '/messages/*/content/*/source/content/*', accepted: ['text', 'image'], untyped: 'refused', says: saysBlock },
    {
      at: '/messages/*/content/*/content/*/source/content/*',
      accepted: ['text', 'image'],
      untyped: 'refused',
      says: saysBlock,
    },
  ],
  carried: [],
  stored: [
    { at: '/messages/*/content/*/source/file_id', kind: 'file' },
    { at: '/messages/*/content/*/content/*/source/file_id', kind: 'file' },
  ],
  refused: [
    {
      at: '/fallbacks',
      value: 'default',
      reason: 'model_absent',
      says: 'name the models to fall back to: which ones are the default is the provider\u2019s to change',
    },
    { at: '/container', reason: 'reference_unknown', says: saysStored },
    { at: '/thread', reason: 'reference_unknown', says: saysStored },
    { at: '/diagnostics/previous_message_id', reason: 'reference_unknown', says: saysStored },
    { at: '/fallback_credit_token', reason: 'reference_unknown', says: saysStored },
    { at: '/mcp_servers', reason: 'reference_unknown', says: saysHosted },
    { at: '/billing_policy', reason: 'reference_unknown', says: saysAccount },
    { at: '/user_profile_id', reason: 'reference_unknown', says: saysAccount },
    { at: '/workspace_id', reason: 'reference_unknown', says: saysAccount },
    {
      at: '/inference_geo',
      reason: 'request_unreadable',
      says: 'where the model runs is not the request\u2019s to choose here: leave this out',
    },
  ],
  references: ['file_id', 'file_ids', 'server_url', 'mcp_server_name', 'skill_id'],
  urls: [{ parent: 'source', key: 'url' }],
  output: { limits: ['/max_tokens'], answers: null, overrides: '/fallbacks' },
  store: false,
  stream: 'asked',
}

export const anthropicMessages: BodyShape = messages

/** Counting runs no model, but tells of one: the same fields, no stream, no limit. */
export const anthropicCountTokens: BodyShape = { ...messages, output: null, stream: 'never' }
