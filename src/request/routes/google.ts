// Google's Gemini API, as `@google/genai` and `@ai-sdk/google` ask it, and the part of it that speaks OpenAI's.

import type { BodyShape } from '../body-shape.ts'
import type { Provider, Route } from '../route.ts'
import {
  googleBatchEmbed,
  googleCount,
  googleEmbed,
  googleGenerate,
  googlePredict,
  googleStream,
} from '../shapes/google.ts'
import { thinking } from '../shapes/google-contents.ts'
import { googleChat, googleEmbeddings } from '../shapes/google-openai.ts'
import { googleLive } from '../sockets/google-live.ts'
import { converse, infer, list, modelSegment, retrieve } from './rows.ts'

const dialect = 'google'

/** One method of a model, in both versions of the API. */
function ofModel(id: string, method: string, shape: BodyShape, over: Partial<Route> = {}): readonly Route[] {
  const inside = shape.models.map(({ at }) => at)
  return (['v1beta', 'v1'] as const).map((version) => ({
    ...infer,
    id: version === 'v1' ? `google.v1.models.${id}` : `google.models.${id}`,
    dialect,
    path: `/${version}/models/{model}:${method}`,
    segments: { model: modelSegment },
    models: [{ at: 'path:model', required: 'always', mode: null }],
    agree: inside.length === 0 ? [] : ['path:model', ...inside],
    body: { json: shape },
    ...over,
  }))
}

const thinks: Partial<Route> = { models: [{ at: 'path:model', required: 'always', mode: thinking }] }

/** `/v1/models` is the list of other dialects, too. */
function listed(version: 'v1beta' | 'v1', whenClient: Route['whenClient']): readonly Route[] {
  const id = version === 'v1' ? 'google.v1.models' : 'google.models'
  const path = `/${version}/models`
  const query = { pageSize: /^(?:[1-9]\d{0,2}|1000)$/, pageToken: /^[A-Za-z0-9_-]{1,512}$/ }
  return [
    { ...list, id: `${id}.list`, dialect, path, whenClient, query },
    { ...retrieve, id: `${id}.get`, dialect, path: `${path}/{model}`, whenClient },
  ]
}

function live(version: 'v1beta' | 'v1'): readonly Route[] {
  const id = version === 'v1' ? 'google.v1.live' : 'google.live'
  const path = `/ws/google.ai.generativelanguage.${version}.GenerativeService.BidiGenerateContent`
  return [
    { ...converse, id: `${id}.connect`, dialect, path, socket: googleLive },
    // As `@google/genai` spells it: the slash of its base URL, and one more.
    { ...converse, id: `${id}.sdk.connect`, dialect, path: `/${path}`, socket: googleLive },
  ]
}

const routes: readonly Route[] = [
  ...ofModel('generateContent', 'generateContent', googleGenerate, thinks),
  // Server-sent events where `alt=sse` says so; otherwise one array, which is held until it is whole.
  ...ofModel('generateContentStream', 'streamGenerateContent', googleStream, {
    ...thinks,
    query: { alt: /^(?:sse|json)$/ },
  }),
  ...ofModel('countTokens', 'countTokens', googleCount, { action: 'count-tokens' }),
  ...ofModel('embedContent', 'embedContent', googleEmbed),
  ...ofModel('batchEmbedContents', 'batchEmbedContents', googleBatchEmbed),
  ...ofModel('predict', 'predict', googlePredict),
  ...live('v1beta'),
  ...live('v1'),
  ...listed('v1beta', null),
  ...listed('v1', dialect),
]

export const googleRoutes: Provider = {
  title: 'Google Gemini',
  dialect,
  prefixes: ['/v1beta/', '/ws/google.', '//ws/google.'],
  routes,
}

const openai = 'google-openai'
const openaiPath = '/v1beta/openai'

export const googleOpenaiRoutes: Provider = {
  title: 'Google Gemini, as OpenAI’s clients ask it',
  dialect: openai,
  prefixes: [`${openaiPath}/`],
  routes: [
    {
      ...infer,
      id: 'google-openai.chat.completions.create',
      dialect: openai,
      path: `${openaiPath}/chat/completions`,
      body: { json: googleChat },
    },
    {
      ...infer,
      id: 'google-openai.embeddings.create',
      dialect: openai,
      path: `${openaiPath}/embeddings`,
      body: { json: googleEmbeddings },
    },
    { ...list, id: 'google-openai.models.list', dialect: openai, path: `${openaiPath}/models` },
    { ...retrieve, id: 'google-openai.models.retrieve', dialect: openai, path: `${openaiPath}/models/{model}` },
  ],
}
