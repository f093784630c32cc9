// Anthropic's words, as `@anthropic-ai/sdk` (core/error, core/streaming, core/pagination) reads them.

import { isJsonObject, type JsonObject, type JsonValue } from '../../json/index.ts'
import type { Refusal } from '../../vocabulary/refusal.ts'
import type { DialectWords, ListedModel } from './dialect.ts'

const errorTypes: Readonly<Record<number, string>> = {
  401: 'authentication_error',
  403: 'permission_error',
  404: 'not_found_error',
  408: 'timeout_error',
  413: 'request_too_large',
  451: 'permission_error',
  502: 'api_error',
  503: 'overloaded_error',
}

function errorBody({ status, code, message, decisionId }: Refusal): JsonObject {
  return {
    type: 'error',
    error: {
      type: errorTypes[status] ?? 'invalid_request_error',
      message,
      details: { error_code: code, decision_id: decisionId },
    },
    request_id: decisionId,
  }
}

function modelObject({ name, title, createdS }: ListedModel): JsonObject {
  return {
    type: 'model',
    id: name,
    display_name: title ?? name,
    // The API's own word for a date that is not known is the epoch.
    created_at: new Date((createdS ?? 0) * 1000).toISOString().replace('.000Z', 'Z'),
  }
}

/** Part of a list, by the cursors of the API: `after_id` and `before_id` name a model of the last page. */
function pageOf(
  models: readonly ListedModel[],
  query: Readonly<Record<string, string>>,
): { readonly page: readonly ListedModel[]; readonly hasMore: boolean } {
  const limit = query['limit'] === undefined ? models.length : Number(query['limit'])
  const { after_id: after, before_id: before } = query
  if (before !== undefined) {
    const end = models.findIndex(({ name }) => name === before)
    const start = Math.max(0, end - limit)
    return { page: models.slice(start, Math.max(0, end)), hasMore: start > 0 }
  }
  const last = after === undefined ? -1 : models.findIndex(({ name }) => name === after)
  // A cursor that is not, or no longer, in the list ends it.
  const start = after !== undefined && last < 0 ? models.length : last + 1
  return { page: models.slice(start, start + limit), hasMore: start + limit < models.length }
}

function member(value: JsonObject, key: string): JsonObject | undefined {
  const held = value[key]
  return isJsonObject(held) ? held : undefined
}

function text(value: JsonValue | undefined): string | null {
  return typeof value === 'string' ? value : null
}

export const anthropic: DialectWords = {
  streamType: 'text/event-stream',
  says: { model: 'model', tokens: 'usage' },
  refusalBody: errorBody,
  streamError: (refusal) => `event: error\ndata: ${JSON.stringify(errorBody(refusal))}\n\n`,
  modelsList(models, query = {}) {
    const { page, hasMore } = pageOf(models, query)
    return {
      data: page.map(modelObject),
      has_more: hasMore,
      first_id: page[0]?.name ?? null,
      last_id: page.at(-1)?.name ?? null,
    }
  },
  modelObject,
  servedModel(value) {
    // A message, the start of its stream, or the block by which a stream says that another model goes on.
    const block = member(value, 'content_block')
    const next = block?.['type'] === 'fallback' ? member(block, 'to') : undefined
    return text((next ?? member(value, 'message') ?? value)['model'])
  },
  answerInLine: (line) => member(line, 'result')?.['message'],
  outputTokens(value) {
    // What the start of a stream says in its `message` is no count of it: it may still break off.
    const tokens = member(value, 'usage')?.['output_tokens']
    return typeof tokens === 'number' && Number.isInteger(tokens) && tokens >= 0 ? tokens : null
  },
  credentialPlaces: ['x-api-key', 'authorization'],
  credentialHeaders: (key) => ({ 'x-api-key': key }),
}
