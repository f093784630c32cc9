// Bedrock Runtime's words, as `@aws-sdk/client-bedrock-runtime` reads them. It picks its typed error by a header, keeps what else the
// body holds, and takes the id of the request from `x-amzn-requestid`, where the decision id stands.
//
// An answer of Converse names no model: what served it is known only where a prompt router says which model it chose. Answers of
// InvokeModel are the vendor's own and name it as the vendor spells it.

import { Buffer } from 'node:buffer'
import { EventStreamCodec } from '@smithy/eventstream-codec'
import { isJsonObject, type JsonObject, type JsonValue } from '../../json/index.ts'
import type { Refusal } from '../../vocabulary/refusal.ts'
import { anthropic } from './anthropic.ts'
import type { DialectWords, ListedModel } from './dialect.ts'

const errorTypes: Readonly<Record<number, string>> = {
  401: 'UnrecognizedClientException',
  403: 'AccessDeniedException',
  404: 'ResourceNotFoundException',
  451: 'AccessDeniedException',
  502: 'InternalServerException',
  503: 'ServiceUnavailableException',
}

/** The errors that a stream can end in are fewer: nothing in it is an access that is denied. */
const streamErrorTypes: Readonly<Record<number, string>> = {
  502: 'internalServerException',
  503: 'serviceUnavailableException',
}

const utf8 = (text: string): Uint8Array => new Uint8Array(Buffer.from(text))
const codec = new EventStreamCodec((bytes) => Buffer.from(bytes).toString(), utf8)

function errorBody({ code, message, decisionId }: Refusal): JsonObject {
  return { message, code, decision_id: decisionId }
}

function member(value: JsonValue | undefined, ...path: readonly string[]): JsonValue | undefined {
  return path.reduce<JsonValue | undefined>((held, key) => (isJsonObject(held) ? held[key] : undefined), value)
}

function modelObject({ name, title }: ListedModel): JsonObject {
  return { modelId: name, modelName: title ?? name }
}

export const bedrock: DialectWords = {
  streamType: 'application/vnd.amazon.eventstream',
  says: { model: 'model', tokens: 'usage' },
  refusalBody: errorBody,
  refusalHeaders: ({ status, decisionId }) => ({
    'x-amzn-errortype': errorTypes[status] ?? 'ValidationException',
    ...(decisionId === null ? {} : { 'x-amzn-requestid': decisionId }),
  }),
  streamError(refusal) {
    const text = (value: string) => ({ type: 'string', value }) as const
    return codec.encode({
      headers: {
        ':message-type': text('exception'),
        ':exception-type': text(streamErrorTypes[refusal.status] ?? 'validationException'),
        ':content-type': text('application/json'),
      },
      // The SDK keeps nothing of it but the message, so that the code stands there too.
      body: utf8(JSON.stringify({ ...errorBody(refusal), message: `${refusal.code}: ${refusal.message}` })),
    })
  },
  modelsList: (models) => ({ modelSummaries: models.map(modelObject) }),
  modelObject,
  servedModel(value) {
    const routed = member(value, 'trace', 'promptRouter', 'invokedModelId')
    return typeof routed === 'string' ? routed : anthropic.servedModel(value)
  },
  outputTokens(value) {
    const tokens = member(value, 'usage', 'outputTokens')
    return typeof tokens === 'number' && Number.isInteger(tokens) && tokens >= 0
      ? tokens
      : anthropic.outputTokens(value)
  },
  credentialPlaces: ['authorization'],
  credentialHeaders: (key) => ({ authorization: `Bearer ${key}` }),
}
