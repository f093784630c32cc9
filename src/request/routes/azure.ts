// Azure OpenAI: OpenAI's bodies under paths of its own, as `AzureOpenAI` of the official SDK sends them. A deployment is asked for by
// its name, which is a name of the catalogue here; its SDK repeats the name in the body, and the two must agree.

import type { Provider, Route, RouteBody } from '../route.ts'
import {
  heard,
  openaiSpeech,
  openaiTranscriptionParts,
  openaiTranslationParts,
  spoken,
} from '../shapes/openai-audio.ts'
import { openaiChatAlone } from '../shapes/openai-chat.ts'
import { openaiCompletions } from '../shapes/openai-completions.ts'
import { openaiEmbeddings } from '../shapes/openai-embeddings.ts'
import { openaiImageEditParts, openaiImageEdits, openaiImages } from '../shapes/openai-images.ts'
import { openaiRealtime } from '../sockets/openai-realtime.ts'
import { openaiResponsesSocket } from '../sockets/openai-responses.ts'
import { responseRoutes } from './openai-responses.ts'
import {
  converse,
  infer,
  list,
  modelInPath,
  modelName,
  modelSegment,
  modeOf,
  outside,
  partsWithModelInPath,
  retrieve,
} from './rows.ts'

const dialect = 'azure'
const dated = { 'api-version': /^20\d\d-\d\d-\d\d(?:-preview)?$/ }
const unversioned = { 'api-version': /^(?:v1|preview|latest)$/ }

/** An operation of one deployment. */
function ofDeployment(id: string, path: string, { json, multipart }: RouteBody, answers?: readonly string[]): Route {
  return {
    ...infer,
    id: `azure.deployments.${id}`,
    dialect,
    path: `/openai/deployments/{deployment}${path}`,
    segments: { deployment: modelSegment },
    query: dated,
    models: [{ at: 'path:deployment', required: 'always', mode: json === undefined ? null : modeOf(json) }],
    agree: [
      'path:deployment',
      ...(json === undefined ? [] : ['/model']),
      ...(multipart === undefined ? [] : ['part:model']),
    ],
    body: {
      ...(json === undefined ? {} : { json: modelInPath(json) }),
      ...(multipart === undefined ? {} : { multipart: partsWithModelInPath(multipart) }),
    },
    ...(answers === undefined ? {} : { answers }),
  }
}

const routes: readonly Route[] = [
  ofDeployment('chat.completions.create', '/chat/completions', { json: openaiChatAlone }),
  ofDeployment('completions.create', '/completions', { json: openaiCompletions }),
  ofDeployment('embeddings.create', '/embeddings', { json: openaiEmbeddings }),
  ofDeployment('images.generate', '/images/generations', { json: openaiImages }),
  ofDeployment('images.edit', '/images/edits', { json: openaiImageEdits, multipart: openaiImageEditParts }),
  ofDeployment('audio.speech.create', '/audio/speech', { json: openaiSpeech }, spoken),
  ofDeployment('audio.transcriptions.create', '/audio/transcriptions', { multipart: openaiTranscriptionParts }, heard),
  ofDeployment('audio.translations.create', '/audio/translations', { multipart: openaiTranslationParts }, heard),
  ...responseRoutes(dialect, { id: 'azure', path: '/openai' }, dated),
  { ...list, id: 'azure.models.list', dialect, path: '/openai/models', query: dated },
  { ...retrieve, id: 'azure.models.retrieve', dialect, path: '/openai/models/{model}', query: dated },
  {
    ...infer,
    id: 'azure.v1.chat.completions.create',
    dialect,
    path: '/openai/v1/chat/completions',
    query: unversioned,
    body: { json: openaiChatAlone },
  },
  ...responseRoutes(dialect, { id: 'azure.v1', path: '/openai/v1' }, unversioned),
  {
    ...infer,
    id: 'azure.v1.embeddings.create',
    dialect,
    path: '/openai/v1/embeddings',
    query: unversioned,
    body: { json: openaiEmbeddings },
  },
  {
    ...infer,
    id: 'azure.v1.completions.create',
    dialect,
    path: '/openai/v1/completions',
    query: unversioned,
    body: { json: openaiCompletions },
  },
  {
    ...infer,
    id: 'azure.v1.images.generate',
    dialect,
    path: '/openai/v1/images/generations',
    query: unversioned,
    body: { json: openaiImages },
  },
  {
    ...infer,
    id: 'azure.v1.images.edit',
    dialect,
    path: '/openai/v1/images/edits',
    query: unversioned,
    body: { json: openaiImageEdits, multipart: openaiImageEditParts },
  },
  {
    ...infer,
    id: 'azure.v1.audio.speech.create',
    dialect,
    path: '/openai/v1/audio/speech',
    query: unversioned,
    body: { json: openaiSpeech },
    answers: spoken,
  },
  {
    ...infer,
    id: 'azure.v1.audio.transcriptions.create',
    dialect,
    path: '/openai/v1/audio/transcriptions',
    query: unversioned,
    body: { multipart: openaiTranscriptionParts },
    answers: heard,
  },
  {
    ...infer,
    id: 'azure.v1.audio.translations.create',
    dialect,
    path: '/openai/v1/audio/translations',
    query: unversioned,
    body: { multipart: openaiTranslationParts },
    answers: heard,
  },
  {
    ...converse,
    id: 'azure.realtime.connect',
    dialect,
    path: '/openai/realtime',
    query: { ...dated, deployment: modelName },
    models: [outside('query:deployment')],
    socket: openaiRealtime,
  },
  {
    ...converse,
    id: 'azure.v1.realtime.connect',
    dialect,
    path: '/openai/v1/realtime',
    query: { ...unversioned, model: modelName },
    models: [outside('query:model')],
    socket: openaiRealtime,
  },
  {
    ...converse,
    id: 'azure.v1.responses.connect',
    dialect,
    path: '/openai/v1/responses',
    query: unversioned,
    socket: openaiResponsesSocket,
  },
  { ...list, id: 'azure.v1.models.list', dialect, path: '/openai/v1/models', query: unversioned },
  { ...retrieve, id: 'azure.v1.models.retrieve', dialect, path: '/openai/v1/models/{model}', query: unversioned },
]

export const azureRoutes: Provider = { title: 'Azure OpenAI', dialect, prefixes: ['/openai/'], routes }
