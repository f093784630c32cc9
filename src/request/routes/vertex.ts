// Vertex AI: Google's models, and Anthropic's. Project and location stand in the path, where the client's own settings put them; a
// request is forwarded only if they are those of the upstream, so that nobody is served by another project or in another region than
// they asked for, and no caller chooses either.

import type { BodyShape } from '../body-shape.ts'
import type { Provider, Route, SegmentRow } from '../route.ts'
import { vertexCount, vertexEmbed, vertexGenerate, vertexPredict, vertexStream } from '../shapes/google.ts'
import { thinking } from '../shapes/google-contents.ts'
import { vertexMessages, vertexMessagesCount, vertexMessagesStream } from '../shapes/vertex-anthropic.ts'
import { infer, modelSegment, modeOf } from './rows.ts'

const place: Readonly<Record<string, SegmentRow>> = {
  project: { pattern: /^[a-z0-9][a-z0-9.:-]{0,62}$/, example: 'portcullis-demo', setBy: 'upstream' },
  location: { pattern: /^[a-z][a-z0-9-]{0,31}$/, example: 'us-central1', setBy: 'upstream' },
}
/** A word of the path that is no model there. */
const countTokens = 'count-tokens'
const anthropicSegment: SegmentRow = {
  ...modelSegment,
  pattern: /^(?!count-tokens$)[A-Za-z0-9][A-Za-z0-9._:@+-]{0,255}$/,
}

interface Method {
  readonly dialect: 'vertex' | 'vertex-anthropic'
  readonly publisher: 'google' | 'anthropic'
  readonly id: string
  /** The last segment of the path. */
  readonly last: string
  readonly shape: BodyShape
}

/** One method of a publisher's model, in both versions of the API. */
function rowsOf({ dialect, publisher, id, last, shape }: Method, over: Partial<Route> = {}): readonly Route[] {
  return (['v1', 'v1beta1'] as const).map((version) => ({
    ...infer,
    id: version === 'v1' ? `${dialect}.${id}` : `${dialect}.${version}.${id}`,
    dialect,
    path: `/${version}/projects/{project}/locations/{location}/publishers/${publisher}/models/${last}`,
    segments: { ...place, model: publisher === 'google' ? modelSegment : anthropicSegment },
    models: [{ at: 'path:model', required: 'always', mode: null }],
    body: { json: shape },
    ...over,
  }))
}

const gemini = { dialect: 'vertex', publisher: 'google' } as const
const thinks: Partial<Route> = { models: [{ at: 'path:model', required: 'always', mode: thinking }] }

const routes: readonly Route[] = [
  ...rowsOf(
    { ...gemini, id: 'models.generateContent', last: '{model}:generateContent', shape: vertexGenerate },
    thinks,
  ),
  ...rowsOf(
    { ...gemini, id: 'models.generateContentStream', last: '{model}:streamGenerateContent', shape: vertexStream },
    { ...thinks, query: { alt: /^(?:sse|json)$/ } },
  ),
  ...rowsOf(
    { ...gemini, id: 'models.countTokens', last: '{model}:countTokens', shape: vertexCount },
    { action: 'count-tokens' },
  ),
  ...rowsOf({ ...gemini, id: 'models.embedContent', last: '{model}:embedContent', shape: vertexEmbed }),
  ...rowsOf({ ...gemini, id: 'models.predict', last: '{model}:predict', shape: vertexPredict }),
]

export const vertexRoutes: Provider = {
  title: 'Google Vertex AI',
  dialect: 'vertex',
  prefixes: ['/v1/projects/', '/v1beta1/'],
  routes,
}

const claude = { dialect: 'vertex-anthropic', publisher: 'anthropic' } as const
const named: Partial<Route> = {
  models: [{ at: 'path:model', required: 'always', mode: modeOf(vertexMessages) }],
  agree: ['path:model', '/model'],
}

export const vertexAnthropicRoutes: Provider = {
  title: 'Anthropic on Vertex AI',
  dialect: 'vertex-anthropic',
  prefixes: [],
  routes: [
    ...rowsOf({ ...claude, id: 'messages.create', last: '{model}:rawPredict', shape: vertexMessages }, named),
    ...rowsOf(
      { ...claude, id: 'messages.stream', last: '{model}:streamRawPredict', shape: vertexMessagesStream },
      named,
    ),
    ...rowsOf(
      { ...claude, id: 'messages.countTokens', last: `${countTokens}:rawPredict`, shape: vertexMessagesCount },
      { action: 'count-tokens', segments: place, models: [] },
    ),
  ],
}
