// POST /v1/completions, as the official SDK's CompletionCreateParams declares it. Its limit is for each of any number of prompts and
// of attempts (`best_of`), so that it bounds nothing here: where a cap must be kept, the request is refused.

import type { BodyShape } from '../body-shape.ts'
import { elsewhere } from './openai-elsewhere.ts'

export const openaiCompletions: BodyShape = {
  models: [{ at: '/model', required: 'always', mode: null }],
  known: [],
  data: ['/logit_bias'],
  content: ['/prompt'],
  types: [],
  carried: [],
  closed: [{ at: '/prompt/*', members: [], says: 'a prompt is text or tokens' }],
  refused: elsewhere,
  references: ['file_id', 'file_ids'],
  urls: [],
  output: null,
  store: false,
  stream: 'asked',
}
