// Ollama's own operations; those that it shares with OpenAI stand there. What fetches, makes, copies or removes models is not here.

import type { Provider, Route } from '../route.ts'
import { ollamaChat, ollamaEmbed, ollamaEmbeddings, ollamaGenerate, ollamaShow } from '../shapes/ollama.ts'
import { infer, list } from './rows.ts'

const dialect = 'ollama'

const routes: readonly Route[] = [
  { ...infer, id: 'ollama.chat', dialect, path: '/api/chat', body: { json: ollamaChat } },
  { ...infer, id: 'ollama.generate', dialect, path: '/api/generate', body: { json: ollamaGenerate } },
  { ...infer, id: 'ollama.embed', dialect, path: '/api/embed', body: { json: ollamaEmbed } },
  { ...infer, id: 'ollama.embeddings', dialect, path: '/api/embeddings', body: { json: ollamaEmbeddings } },
  { ...list, id: 'ollama.list', dialect, path: '/api/tags' },
  { ...list, id: 'ollama.show', dialect, method: 'POST', path: '/api/show', body: { json: ollamaShow } },
]

export const ollamaRoutes: Provider = { title: 'Ollama', dialect, prefixes: ['/api/'], routes }
