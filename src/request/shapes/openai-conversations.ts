// POST /v1/conversations and its items, as the official SDK's ConversationCreateParams and ItemCreateParams declare them: items are those
// of a response's input. No model is asked for; what an item refers to brings the models that it was made with.

import type { BodyShape } from '../body-shape.ts'
import { openaiResponses } from './openai-responses.ts'

/** The rows that stand under `/input`, under `/items`. */
function underItems<Row extends { readonly at: string }>(rows: readonly Row[]): readonly Row[] {
  return rows.filter(({ at }) => at.startsWith('/input')).map((row) => ({ ...row, at: itemsOf(row.at) }))
}
const itemsOf = (pointer: string): string => pointer.replace(/^\/input/, '/items')

export const openaiConversation: BodyShape = {
  ...openaiResponses,
  models: [],
  known: [],
  data: ['/metadata', ...openaiResponses.data.filter((at) => at.startsWith('/input')).map(itemsOf)],
  content: ['/items'],
  types: underItems(openaiResponses.types),
  either: ['/items/*/output'],
  carried: underItems(openaiResponses.carried),
  stored: underItems(openaiResponses.stored ?? []),
  closed: [],
  refused: [],
  output: null,
  store: false,
  stream: 'never',
}

/** A body that only labels what is stored. */
export const openaiMetadata: BodyShape = {
  models: [],
  known: [],
  data: ['/metadata'],
  content: [],
  types: [],
  carried: [],
  closed: [{ at: '', members: ['metadata'], says: 'only `metadata` can be changed' }],
  refused: [],
  references: [],
  urls: [],
  output: null,
  store: false,
  stream: 'never',
}
