// One row of the route table, and one provider's rows. The table stands in routes/, a file for each provider.

import type { Action, Dialect, Phase } from '../vocabulary/operation.ts'
import type { BodyShape, ModelRow } from './body-shape.ts'
import type { VendorShape } from './shapes/bedrock-vendors.ts'
import type { SocketShape } from './sockets/socket-shape.ts'
import type { StoredRow } from './stored-row.ts'

export type Method = 'GET' | 'POST' | 'PUT' | 'DELETE'

/**
 * Whose client asks, by a header that it always sends: Anthropic's `anthropic-version`, Google's its key in `x-goog-api-key`.
 * OpenAI's sends neither, and nobody's sends both.
 */
export type Client = 'openai' | 'anthropic' | 'google'

/** What may stand for a `{name}` of a path: a closed pattern, anchored on both ends. */
export interface SegmentRow {
  readonly pattern: RegExp
  /** A value that it accepts: the tests of the whole table ask for it. */
  readonly example: string
  /**
   * Escapes that this segment accepts, with the character that each stands for: the decision is about the character, and the
   * path that goes upstream is written with the escape, however it was received. Absent: none, as everywhere else.
   */
  readonly escapes?: Readonly<Record<string, string>>
  /** The upstream's settings have its one value: no caller chooses a project or a region (threats B18, H9). Absent: any value. */
  readonly setBy?: 'upstream'
}

/** One part of a multipart body, by its name. What no row names is refused. */
export interface PartRow {
  readonly name: string
  readonly holds: 'text' | 'file' | 'model' | 'stream'
  /** `or-default`: a model that may be absent where the settings pin one for this operation, which the gate then inserts. */
  readonly required: boolean | 'or-default'
  /** It may stand more than once, spelt `name[]` as the official SDKs do. Never a model. */
  readonly repeated: boolean
  /** What a text may be, anchored on both ends; absent: any. */
  readonly accepts?: RegExp
}

export interface MultipartShape {
  readonly parts: readonly PartRow[]
  /** The longest such body that is read: the provider's own limit of a file, and a little for the rest. */
  readonly bodyBytes: number
}

/** What a body may be, by its exact media type; both where an operation takes either. */
export interface RouteBody {
  readonly json?: BodyShape
  /** Its SDK may call the same JSON `application/octet-stream`; the model API is told what it is. */
  readonly octets?: true
  readonly multipart?: MultipartShape
  /** Bodies of other forms, each told by a member; any other is of the form `json`. What none of them has is read by `json`. */
  readonly vendors?: readonly VendorShape[]
}

export interface Route {
  /** Dialect and the SDK's own method path: the operation id in records. */
  readonly id: string
  readonly dialect: Dialect
  readonly action: Action
  readonly phase: Phase
  readonly method: Method
  /** Segments between slashes. One may be `{name}`, or `{name}` with more after it: `{model}:generateContent`. */
  readonly path: string
  /** One row for each `{name}` of the path. */
  readonly segments: Readonly<Record<string, SegmentRow>>
  /** Paths such as `/v1/models` belong to several dialects: to the one whose client asks. Null: to one dialect alone. */
  readonly whenClient: Client | null
  /** Query parameters that may be sent, each at most once, and their values as they stand on the wire. */
  readonly query: Readonly<Record<string, RegExp>>
  /** Models that stand outside the body: `path:NAME`, `query:NAME`, `header:NAME`. Those inside it are in its shape. */
  readonly models: readonly ModelRow[]
  /** Pointers that must hold one and the same name, as far as they are there. */
  readonly agree: readonly string[]
  /** Null: the operation takes none. */
  readonly body: RouteBody | null
  /** Null: nobody answers for what is stored, and every reference to it is refused. */
  readonly stored: StoredRow | null
  /** The segment of the path whose object's content the answer is: no answer of a model, but what holds many, or none. Absent: none. */
  readonly contentOf?: string
  /** Media types of its answers, without parameters, beside a stream's. Absent: JSON alone. Errors are not bound to them. */
  readonly answers?: readonly string[]
  /** The operation is a WebSocket, and its client may send these frames; null: an ordinary request. */
  readonly socket: SocketShape | null
  /** Members of its answers that hold an address of the model API's: the caller is given the same path of the gate. Absent: none. */
  readonly addresses?: readonly string[]
}

export interface Provider {
  /** Over its operations in docs/operations.md. */
  readonly title: string
  readonly dialect: Dialect
  /** Paths that are this dialect's also where no row fits: in whose words such a request is refused. */
  readonly prefixes: readonly string[]
  /** What who uses it must know beyond the table: a sentence or more. Absent: nothing. */
  readonly note?: string
  readonly routes: readonly Route[]
}
