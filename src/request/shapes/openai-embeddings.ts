// POST /v1/embeddings, as the official SDK's EmbeddingCreateParams declares it.

import type { BodyShape } from '../body-shape.ts'
import { elsewhere } from './openai-elsewhere.ts'

export const openaiEmbeddings: BodyShape = {
  models: [{ at: '/model', required: 'always', mode: null }],
  known: [],
  data: [],
  content: ['/input'],
  types: [],
  carried: [],
  closed: [{ at: '/input/*', members: [], says: 'what is embedded is text or tokens' }],
  refused: elsewhere,
  references: ['file_id', 'file_ids'],
  urls: [
    { parent: null, key: 'image_url' },
    { parent: 'image_url', key: 'url' },
    { parent: null, key: 'file_url' },
  ],
  output: null,
  store: false,
  stream: 'never',
}
