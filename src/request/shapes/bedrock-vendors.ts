// POST /model/{model}/invoke with bodies of other vendors than Anthropic, each told by a member that it alone has: Amazon's Nova and
// Titan, Llama and Mistral by a prompt, Cohere's Command R and Embed. Closed lists: what a body may hold is known whatever model it then
// reaches. None has a field of a mode here, or of a limit that every model behind the path would keep: Converse has both.

import type { BodyShape, ClosedRow } from '../body-shape.ts'
import { bedrockConverse } from './bedrock-converse.ts'

export interface VendorShape {
  /** A body that has one of these members is of this form, unless it is of one before it. */
  readonly tells: readonly string[]
  readonly shape: BodyShape
}

const says = 'only the documented fields of the vendor are served here: ask by Converse'
const only = (at: string, members: readonly string[], must: readonly string[] = []): ClosedRow => ({
  at,
  members,
  must,
  says,
})

const plain: BodyShape = {
  models: [],
  known: [],
  data: [],
  content: [],
  types: [],
  carried: [],
  refused: [],
  references: [],
  urls: [],
  output: null,
  store: false,
  stream: 'never',
}

const nova: BodyShape = {
  ...bedrockConverse,
  closed: [
    ...(bedrockConverse.closed ?? []),
    only('', ['schemaVersion', 'system', 'messages', 'inferenceConfig', 'toolConfig'], ['messages']),
    only('/inferenceConfig', [
      'maxTokens',
      'max_new_tokens',
      'temperature',
      'topP',
      'top_p',
      'topK',
      'top_k',
      'stopSequences',
    ]),
  ],
  output: null,
}

const titan: BodyShape = {
  ...plain,
  content: ['/inputText'],
  closed: [
    only('', [
      'inputText',
      'inputImage',
      'textGenerationConfig',
      'dimensions',
      'normalize',
      'embeddingTypes',
      'embeddingConfig',
    ]),
    only('/textGenerationConfig', ['maxTokenCount', 'temperature', 'topP', 'stopSequences']),
    only('/embeddingConfig', ['outputEmbeddingLength']),
  ],
}

/** Llama's limit is `max_gen_len`, Mistral's `max_tokens`. */
const prompted: BodyShape = {
  ...plain,
  content: ['/prompt'],
  closed: [only('', ['prompt', 'images', 'max_gen_len', 'max_tokens', 'temperature', 'top_p', 'top_k', 'stop'])],
}

const command: BodyShape = {
  ...plain,
  content: ['/message', '/chat_history', '/preamble', '/documents'],
  data: ['/tools/*/parameter_definitions', '/tool_results'],
  closed: [
    only('', [
      'message',
      'chat_history',
      'preamble',
      'documents',
      'tools',
      'tool_results',
      'max_tokens',
      'temperature',
      'p',
      'k',
      'seed',
      'frequency_penalty',
      'presence_penalty',
      'stop_sequences',
    ]),
    only('/tools/*', ['name', 'description', 'parameter_definitions']),
  ],
}

const embed: BodyShape = {
  ...plain,
  content: ['/texts'],
  closed: [only('', ['texts', 'input_type', 'truncate', 'embedding_types'])],
}

export const bedrockVendors: readonly VendorShape[] = [
  { tells: ['schemaVersion', 'inferenceConfig'], shape: nova },
  { tells: ['inputText'], shape: titan },
  { tells: ['prompt'], shape: prompted },
  { tells: ['message'], shape: command },
  { tells: ['texts'], shape: embed },
]
