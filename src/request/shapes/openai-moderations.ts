// POST /v1/moderations, as the official SDK's ModerationCreateParams declares it.

import type { BodyShape } from '../body-shape.ts'
import { elsewhere } from './openai-elsewhere.ts'

export const openaiModerations: BodyShape = {
  models: [{ at: '/model', required: 'or-default', mode: null }],
  known: [],
  data: [],
  content: ['/input'],
  types: [
    {
      at: '/input/*',
      accepted: ['text', 'image_url'],
      untyped: 'refused',
      says: 'input of this type is not served here',
    },
  ],
  carried: [],
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
