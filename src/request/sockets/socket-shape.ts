// What a WebSocket operation's client may send, as data like a body's shape: a closed list of frames, and of each where models, modes
// and references stand. A frame that no row names closes the socket.

import type { JsonObject } from '../../json/index.ts'
import type { Refusal } from '../../vocabulary/refusal.ts'
import type { BodyShape, ModeRow } from '../body-shape.ts'
import type { StoredRow } from '../stored-row.ts'

export interface FrameRow {
  /** What the frame says it is. */
  readonly type: string
  readonly shape: BodyShape
  /** The choice of mode that it makes for the model that the upgrade named; null: none. */
  readonly mode: ModeRow | null
  /** Models of the frame that must be the one that the upgrade named. */
  readonly agree: readonly string[]
  /** What it has to do with what is stored; null: nobody answers for that, and every reference is refused. */
  readonly stored: StoredRow | null
  /** `first`: it opens the conversation, and stands nowhere else. */
  readonly turn: 'first' | 'later' | 'any'
}

/** What an API says on its sockets, beyond its dialect's words. */
export interface SocketWords {
  /** The text of the event that tells why the socket closes; null: this API has none, and the close code says it alone. */
  errorEvent(refusal: Refusal): string | null
  /** Every model that an event of the model API says it runs. */
  servedModels(event: JsonObject): readonly string[]
  /** Output tokens of an answer that this event ends; null: it ends none. */
  outputTokens(event: JsonObject): number | null
}

export interface SocketShape {
  /** Where a frame says what it is: in its member `type`, or by the one member that it has. */
  readonly told: 'type' | 'sole-member'
  /** JSON may come in binary frames too. */
  readonly binary: boolean
  readonly frames: readonly FrameRow[]
  /** Subprotocols that are answered; the first that the client offers. None is asked for upstream. */
  readonly protocols: readonly string[]
  /** Where the API's own SDK puts its key in browsers, beside the places of the dialect. */
  readonly credentialPlaces: readonly string[]
  readonly words: SocketWords
}

/** A frame that names no model, chooses no mode and refers to nothing. */
export const plainFrame: BodyShape = {
  models: [],
  known: [],
  data: [],
  content: [],
  types: [],
  carried: [],
  refused: [],
  references: [],
  urls: [],
  output: null,
  store: false,
  stream: 'always',
}

export function frame(type: string, shape: BodyShape = plainFrame, more: Partial<FrameRow> = {}): FrameRow {
  return { type, shape, mode: null, agree: [], stored: null, turn: 'any', ...more }
}
