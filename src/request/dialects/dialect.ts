// What differs between the APIs that the gate speaks, beyond their routes.

import type { JsonObject, JsonValue } from '../../json/index.ts'
import type { Refusal } from '../../vocabulary/refusal.ts'

/** A model as a list shows it. */
export interface ListedModel {
  /** The name that a request may carry. */
  readonly name: string
  /** For people; null: the name. */
  readonly title: string | null
  /** Release, seconds since the epoch; null: not said. */
  readonly createdS: number | null
}

export interface StreamContext {
  readonly operationId: string
  /** `sequence_number` of the event that is added (OpenAI responses). */
  readonly sequence: number
}

/**
 * How streams of answers are framed: events that a blank line ends (WHATWG HTML §9.2), a JSON value on each line, or messages that
 * begin with their length (Amazon's event stream encoding).
 */
export type StreamType = 'text/event-stream' | 'application/x-ndjson' | 'application/vnd.amazon.eventstream'

export interface DialectWords {
  /** Media type of its streams. An answer of any other type is held until it is whole. */
  readonly streamType: StreamType
  /** Keys under which an answer names its model and counts its tokens: what holds neither need not be read. */
  readonly says: { readonly model: string; readonly tokens: string }
  /** The native error body: the official SDK raises its own typed error from it, with code and decision id. */
  refusalBody(refusal: Refusal): JsonObject
  /** Headers by which the official SDK finds its error, where the body is not enough. */
  refusalHeaders?(refusal: Refusal): Readonly<Record<string, string>>
  /** All that ends a stream which was cut, text or bytes. The SDK raises an error on it; no `[DONE]` follows. */
  streamError(refusal: Refusal, context: StreamContext): string | Uint8Array
  /** The native list. Takes the query of the match. */
  modelsList(models: readonly ListedModel[], query?: Readonly<Record<string, string>>): JsonObject
  modelObject(model: ListedModel): JsonObject
  /** The model that an answer, or one event of a stream, says served it; null: it does not say. */
  servedModel(value: JsonObject): string | null
  /** The answer within one line of a batch's results; undefined: the line holds none. Absent: no batch of it is served. */
  answerInLine?(line: JsonObject): JsonValue | undefined
  /** Output tokens so far, as an answer or an event counts them; null: it does not. */
  outputTokens(value: JsonObject): number | null
  /** Where its SDKs put their key, so that a caller's token may stand there and nowhere else: as src/identity names the places. */
  readonly credentialPlaces: readonly string[]
  /** The gate's own credential for the model API. */
  credentialHeaders(key: string): Readonly<Record<string, string>>
}
