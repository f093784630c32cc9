// POST /v1/batches, as the official SDK's BatchCreateParams declares it. Which models it runs stands in the file, which was read when it
// was uploaded, for this very operation.

import type { BodyShape } from '../body-shape.ts'
import { openaiMetadata } from './openai-conversations.ts'

export const openaiBatch: BodyShape = {
  ...openaiMetadata,
  closed: [
    {
      at: '',
      members: ['input_file_id', 'endpoint', 'completion_window', 'metadata', 'output_expires_after'],
      must: ['input_file_id', 'endpoint'],
      says: 'a batch has a file of requests and their operation',
    },
  ],
  stored: [{ at: '/input_file_id', kind: 'file', batchFor: '/endpoint' }],
}
