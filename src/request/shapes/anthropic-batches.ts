// POST /v1/messages/batches, as the official SDK's BatchCreateParams declares it: many requests of Messages in one body. Each is read by
// the rows of Messages, and decided; what cannot be edited in each of them alike is refused.

import type { BodyShape, ModelRow } from '../body-shape.ts'
import { anthropicMessages } from './anthropic-messages.ts'

const each = '/requests/*/params'

function within<Row extends { readonly at: string }>(rows: readonly Row[]): readonly Row[] {
  return rows.map((row) => ({ ...row, at: each + row.at }))
}
const pointers = (rows: readonly string[]): readonly string[] => rows.map((at) => each + at)

/** What stands in the body of one request stands beside the model here. */
function oneOf(row: ModelRow): ModelRow {
  if (row.at !== `${each}/model` || row.mode === null) return row
  return { ...row, required: 'with-its-object', mode: { ...row.mode, from: 'beside-the-model' } }
}

export const anthropicBatch: BodyShape = {
  ...anthropicMessages,
  many: true,
  models: within(anthropicMessages.models).map(oneOf),
  known: pointers(anthropicMessages.known),
  data: pointers(anthropicMessages.data),
  content: pointers(anthropicMessages.content),
  types: within(anthropicMessages.types),
  stored: within(anthropicMessages.stored ?? []),
  closed: [
    { at: '', members: ['requests'], must: ['requests'], says: 'a batch holds `requests`, and nothing beside them' },
    {
      at: '/requests/*',
      members: ['custom_id', 'params'],
      must: ['custom_id', 'params'],
      says: 'a request of a batch has a `custom_id` and `params`',
    },
  ],
  refused: [
    ...within(anthropicMessages.refused),
    { at: `${each}/stream`, reason: 'request_unreadable', says: 'no request of a batch streams: leave this out' },
  ],
  // A limit of one request bounds nothing of the others.
  output: null,
  stream: 'never',
}
