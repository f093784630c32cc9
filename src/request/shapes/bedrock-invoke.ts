// POST /model/{model}/invoke and /invoke-with-response-stream: the vendor's own body, of which the path does not say whose it is.
//
// A body is read as Anthropic's Messages if it says so itself by `anthropic_version`, and has no member beyond theirs; as another
// vendor's if it is one of those of bedrock-vendors.ts; any other is refused. Whatever model it then reaches, nothing in it was left unread.

import type { BodyShape } from '../body-shape.ts'
import { anthropicBetas } from '../forwarded-headers.ts'
import { anthropicMessages } from './anthropic-messages.ts'

const isServed = (at: string): boolean => !/^\/(?:fallbacks|model|tools\/\*\/model)/.test(at)

export const bedrockInvoke: BodyShape = {
  ...anthropicMessages,
  models: anthropicMessages.models.filter(({ at }) => isServed(at)),
  known: anthropicMessages.known.filter(isServed).concat('/thinking'),
  data: anthropicMessages.data.filter(isServed),
  refused: anthropicMessages.refused.filter(({ at }) => isServed(at)),
  closed: [
    {
      at: '',
      members: [
        'anthropic_beta',
        'anthropic_version',
        'context_management',
        'max_tokens',
        'messages',
        'metadata',
        'output_config',
        'output_format',
        'stop_sequences',
        'system',
        'temperature',
        'thinking',
        'tool_choice',
        'tools',
        'top_k',
        'top_p',
      ],
      must: ['anthropic_version'],
      says: 'bodies of this operation are Anthropic’s Messages with `anthropic_version` and without `model`; ask other models by Converse',
    },
  ],
  values: [
    { at: '/anthropic_version', accepted: ['bedrock-2023-05-31'], says: 'must be `bedrock-2023-05-31`' },
    { at: '/anthropic_beta/*', accepted: [...anthropicBetas], says: 'a feature of this name is not served here' },
  ],
  output: { limits: ['/max_tokens'], answers: null, overrides: null },
  stream: 'never',
}

export const bedrockInvokeStream: BodyShape = { ...bedrockInvoke, stream: 'always' }
