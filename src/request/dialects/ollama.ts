// Ollama's words, as `ollama` reads them: an error is a text, and a stream is a JSON value on each line.

import type { JsonObject } from '../../json/index.ts'
import type { Refusal } from '../../vocabulary/refusal.ts'
import type { DialectWords, ListedModel } from './dialect.ts'

function errorBody({ code, message, decisionId }: Refusal): JsonObject {
  return { error: message, code, decision_id: decisionId }
}

/** What only the server of a model knows is empty; clients expect the members. */
const details: JsonObject = {
  parent_model: '',
  format: '',
  family: '',
  families: [],
  parameter_size: '',
  quantization_level: '',
}

function modifiedAt({ createdS }: ListedModel): string {
  return new Date((createdS ?? 0) * 1000).toISOString()
}

export const ollama: DialectWords = {
  streamType: 'application/x-ndjson',
  says: { model: 'model', tokens: 'eval_count' },
  refusalBody: errorBody,
  streamError: (refusal) => `${JSON.stringify(errorBody(refusal))}\n`,
  modelsList: (models) => ({
    models: models.map((model) => ({
      name: model.name,
      model: model.name,
      modified_at: modifiedAt(model),
      size: 0,
      digest: '',
      details,
    })),
  }),
  /** The answer of `show`. */
  modelObject: (model) => ({ details, model_info: {}, capabilities: ['completion'], modified_at: modifiedAt(model) }),
  servedModel(value) {
    const model = value['model']
    return typeof model === 'string' ? model : null
  },
  outputTokens(value) {
    const tokens = value['eval_count']
    return typeof tokens === 'number' && Number.isInteger(tokens) && tokens >= 0 ? tokens : null
  },
  credentialPlaces: ['authorization'],
  credentialHeaders: (key) => ({ authorization: `Bearer ${key}` }),
}
