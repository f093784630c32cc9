// OpenAI's bodies as the Gemini API takes them: what only Google's own API has (a cache, thinking, tools) can be asked for under
// `extra_body`, and is not read there.

import { type BodyShape, type RefusedRow, saysHosted, saysStored } from '../body-shape.ts'
import { openaiChat, openaiChatAlone } from './openai-chat.ts'
import { openaiEmbeddings } from './openai-embeddings.ts'

const says = 'what only Google’s own API has is asked for there: leave this out'

const beyond: readonly RefusedRow[] = [
  { at: '/extra_body', reason: 'request_ambiguous', says },
  { at: '/google', reason: 'request_ambiguous', says },
  { at: '/cached_content', reason: 'reference_unknown', says: saysStored },
]

/** The server behind tells tools apart by what they hold, here too. */
function withoutMore(shape: BodyShape): BodyShape {
  return { ...shape, refused: [...shape.refused, ...beyond] }
}

export const googleChat: BodyShape = {
  ...withoutMore(openaiChatAlone),
  // A tool holds nothing but a function here, hence no model.
  models: openaiChat.models.filter(({ at }) => at !== '/tools/*/model'),
  closed: [{ at: '/tools/*', members: ['type', 'function'], says: saysHosted }],
}
export const googleEmbeddings: BodyShape = withoutMore(openaiEmbeddings)
