// OpenAI's operations, and those of every server that speaks its API.

import type { Provider, Route } from '../route.ts'
import {
  heard,
  openaiSpeech,
  openaiTranscriptionParts,
  openaiTranslationParts,
  spoken,
} from '../shapes/openai-audio.ts'
import { openaiChat } from '../shapes/openai-chat.ts'
import { openaiCompletions } from '../shapes/openai-completions.ts'
import { openaiEmbeddings } from '../shapes/openai-embeddings.ts'
import {
  openaiImageEditParts,
  openaiImageEdits,
  openaiImages,
  openaiImageVariationParts,
} from '../shapes/openai-images.ts'
import { openaiModerations } from '../shapes/openai-moderations.ts'
import { openaiRealtime } from '../sockets/openai-realtime.ts'
import { openaiResponsesSocket } from '../sockets/openai-responses.ts'
import { makesCompletion, openaiConversations } from './openai-conversations.ts'
import { openaiFiles } from './openai-files.ts'
import { responseRoutes } from './openai-responses.ts'
import { converse, infer, list, modelName, outside, retrieve } from './rows.ts'

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
  { ...infer, id: 'openai.images.generate', dialect, path: '/v1/images/generations', body: { json: openaiImages } },
  {
    ...infer,
    id: 'openai.images.edit',
    dialect,
    path: '/v1/images/edits',
    body: { json: openaiImageEdits, multipart: openaiImageEditParts },
  },
  {
    ...infer,
    id: 'openai.images.createVariation',
    dialect,
    path: '/v1/images/variations',
    body: { multipart: openaiImageVariationParts },
  },
  {
    ...infer,
    id: 'openai.audio.speech.create',
    dialect,
    path: '/v1/audio/speech',
    body: { json: openaiSpeech },
    answers: spoken,
  },
  {
    ...infer,
    id: 'openai.audio.transcriptions.create',
    dialect,
    path: '/v1/audio/transcriptions',
    body: { multipart: openaiTranscriptionParts },
    answers: heard,
  },
  {
    ...infer,
    id: 'openai.audio.translations.create',
    dialect,
    path: '/v1/audio/translations',
    body: { multipart: openaiTranslationParts },
    answers: heard,
  },
  { ...infer, id: 'openai.moderations.create', dialect, path: '/v1/moderations', body: { json: openaiModerations } },
  {
    ...converse,
    id: 'openai.realtime.connect',
    dialect,
    path: '/v1/realtime',
    query: { model: modelName },
    models: [outside('query:model')],
    socket: openaiRealtime,
  },
  { ...converse, id: 'openai.responses.connect', dialect, path: '/v1/responses', socket: openaiResponsesSocket },
  { ...list, id: 'openai.models.list', dialect, path: '/v1/models', whenClient: dialect },
  { ...retrieve, id: 'openai.models.retrieve', dialect, path: '/v1/models/{model}', whenClient: dialect },
]

export const openaiRoutes: Provider = { title: 'OpenAI', dialect, prefixes: [], routes }
