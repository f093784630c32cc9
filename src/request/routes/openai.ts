// OpenAI's operations, and those of every server that speaks its API.

import type { Provider, Route } from '../route.ts'
import { openaiChat } from '../shapes/openai-chat.ts'
import { openaiCompletions } from '../shapes/openai-completions.ts'
import { openaiEmbeddings } from '../shapes/openai-embeddings.ts'
import { makesCompletion, openaiConversations } from './openai-conversations.ts'
import { openaiFiles } from './openai-files.ts'
import { responseRoutes } from './openai-responses.ts'
import { infer, list, retrieve } from './rows.ts'

const dialect = 'openai'

const routes: readonly Route[] = [
  {
    ...infer,
    id: 'openai.chat.completions.create',
    dialect,
    path: '/v1/chat/completions',
    body: { json: openaiChat },
    stored: makesCompletion,
  },
  ...openaiConversations,
  ...openaiFiles,
  ...responseRoutes(dialect, { id: 'openai', path: '/v1' }, {}),
  { ...infer, id: 'openai.completions.create', dialect, path: '/v1/completions', body: { json: openaiCompletions } },
  { ...infer, id: 'openai.embeddings.create', dialect, path: '/v1/embeddings', body: { json: openaiEmbeddings } },
  { ...list, id: 'openai.models.list', dialect, path: '/v1/models', whenClient: dialect },
  { ...retrieve, id: 'openai.models.retrieve', dialect, path: '/v1/models/{model}', whenClient: dialect },
]

export const openaiRoutes: Provider = { title: 'OpenAI', dialect, prefixes: [], routes }
