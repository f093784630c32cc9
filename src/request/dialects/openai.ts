// OpenAI's words, as `openai` (core/error, core/streaming, core/pagination) reads them.

import { isJsonObject, type JsonObject, type JsonValue } from '../../json/index.ts'
import type { Refusal } from '../../vocabulary/refusal.ts'
import type { DialectWords, ListedModel } from './dialect.ts'

function errorType(status: number): string {
  if (status === 401) return 'authentication_error'
  if (status === 403 || status === 451) return 'permission_error'
  return status >= 500 && status !== 505 ? 'server_error' : 'invalid_request_error'
}

function errorObject({ status, code, message, decisionId }: Refusal): JsonObject {
  return { message, type: errorType(status), param: null, code, decision_id: decisionId }
}

function modelObject({ name, createdS }: ListedModel): JsonObject {
  return { id: name, object: 'model', created: createdS ?? 0, owned_by: 'portcullis' }
}

/** The response inside an event of the Responses stream, or the value itself. */
function answerIn(value: JsonObject): JsonObject {
  const response = value['response']
  return isJsonObject(response) ? response : value
}

function count(value: JsonValue | undefined): number | null {
  return typeof value === 'number' && Number.isInteger(value) && value >= 0 ? value : null
}

export const openai: DialectWords = {
  streamType: 'text/event-stream',
  says: { model: 'model', tokens: 'usage' },
  refusalBody: (refusal) => ({ error: errorObject(refusal) }),
  streamError(refusal, { operationId, sequence }) {
    const error = errorObject(refusal)
    if (!operationId.endsWith('.responses.create')) return `data: ${JSON.stringify({ error })}\n\n`
    // The SDK raises only what has `error`; the other members are the event that the API documents.
    const event = {
      type: 'error',
      code: refusal.code,
      message: refusal.message,
      param: null,
      sequence_number: sequence,
      error,
    }
    return `event: error\ndata: ${JSON.stringify(event)}\n\n`
  },
  // One page: the API has no more, and the SDK asks for none.
  modelsList: (models) => ({ object: 'list', data: models.map(modelObject) }),
  modelObject,
  servedModel(value) {
    const model = answerIn(value)['model']
    return typeof model === 'string' ? model : null
  },
  answerInLine({ response }) {
    return isJsonObject(response) ? response['body'] : undefined
  },
  outputTokens(value) {
    const usage = answerIn(value)['usage']
    return isJsonObject(usage) ? count(usage['completion_tokens'] ?? usage['output_tokens']) : null
  },
  credentialPlaces: ['authorization'],
  credentialHeaders: (key) => ({ authorization: `Bearer ${key}` }),
}
