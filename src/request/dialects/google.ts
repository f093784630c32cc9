// Google's words, of the Gemini API and of Vertex AI, as `@google/genai` and `@ai-sdk/google` read them (google.rpc.Status,
// AIP-193).

import { Buffer } from 'node:buffer'
import { isJsonObject, type JsonObject } from '../../json/index.ts'
import type { Refusal } from '../../vocabulary/refusal.ts'
import type { DialectWords, ListedModel } from './dialect.ts'

/** Names of google.rpc.Code, by the status that goes with them. */
const codes: Readonly<Record<number, string>> = {
  401: 'UNAUTHENTICATED',
  403: 'PERMISSION_DENIED',
  404: 'NOT_FOUND',
  405: 'UNIMPLEMENTED',
  408: 'DEADLINE_EXCEEDED',
  451: 'PERMISSION_DENIED',
  502: 'INTERNAL',
  503: 'UNAVAILABLE',
}

function errorBody({ status, code, message, decisionId }: Refusal): JsonObject {
  const info: JsonObject = {
    '@type': 'type.googleapis.com/google.rpc.ErrorInfo',
    reason: code,
    domain: 'portcullis',
    metadata: decisionId === null ? {} : { decision_id: decisionId },
  }
  return { error: { code: status, message, status: codes[status] ?? 'INVALID_ARGUMENT', details: [info] } }
}

function modelObject({ name, title }: ListedModel): JsonObject {
  return {
    name: `models/${name}`,
    displayName: title ?? name,
    // What a model is able to do is the model API's to know: these are what may be asked here.
    supportedGenerationMethods: ['generateContent', 'countTokens', 'embedContent'],
  }
}

/** No character of it needs an escape in a query. */
function tokenOf(name: string): string {
  return Buffer.from(name).toString('base64url')
}

export const google: DialectWords = {
  streamType: 'text/event-stream',
  says: { model: 'modelVersion', tokens: 'usageMetadata' },
  refusalBody: errorBody,
  streamError: (refusal) => `data: ${JSON.stringify(errorBody(refusal))}\n\n`,
  modelsList(models, query = {}) {
    const { pageSize, pageToken } = query
    const size = pageSize === undefined ? models.length : Number(pageSize)
    // The token of the next page is the last model of this one; one that is no longer in the list ends it.
    const last = pageToken === undefined ? -1 : models.findIndex(({ name }) => tokenOf(name) === pageToken)
    const start = pageToken !== undefined && last < 0 ? models.length : last + 1
    const page = models.slice(start, start + size)
    const hasMore = page.length > 0 && start + size < models.length
    return {
      models: page.map(modelObject),
      ...(hasMore ? { nextPageToken: tokenOf(page.at(-1)?.name ?? '') } : {}),
    }
  },
  modelObject,
  servedModel(value) {
    const model = value['modelVersion']
    return typeof model === 'string' ? model : null
  },
  outputTokens(value) {
    const usage = value['usageMetadata']
    if (!isJsonObject(usage)) return null
    // Thoughts are output that the answer may not show.
    const counts = [usage['candidatesTokenCount'], usage['thoughtsTokenCount']].filter(
      (count) => typeof count === 'number' && Number.isInteger(count) && count >= 0,
    )
    return counts.length === 0 ? null : counts.reduce<number>((sum, count) => sum + (count as number), 0)
  },
  credentialPlaces: ['x-goog-api-key', 'authorization'],
  credentialHeaders: (key) => ({ 'x-goog-api-key': key }),
}
