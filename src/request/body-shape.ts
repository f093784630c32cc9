// What a route's JSON body can hold, as data: where models stand, what chooses a mode, what is free-form, what is refused.
//
// Places inside a body are RFC 6901 pointers in which `*` stands for every item of an array. What no row names is passed on, with three
// exceptions outside free-form data: a key that looks as if it chose a model or a mode, a key that differs from a named one
// only by case or punctuation, and a key that is no plain word. They are refused: another reader could take them for more.

import type { ModeField } from '../vocabulary/operation.ts'
import type { Reason } from '../vocabulary/reason.ts'
import type { StoredKind } from '../vocabulary/stored-object.ts'

export interface ModeRow {
  readonly field: ModeField
  /** Way to the chosen value, from the body or from the object that holds the model. */
  readonly from: 'body' | 'beside-the-model'
  readonly path: readonly string[]
  /** The object that holds the value makes no sense without it. */
  readonly required: boolean
  /**
   * What stands there. Absent: a word as the catalogue writes it. `any-case`: a word whose case means nothing to the API; the
   * catalogue has it in small letters. `number`: a whole one. `flag-or-word`: `true`, `false` or a word.
   */
  readonly holds?: 'any-case' | 'number' | 'flag-or-word'
  /** Values, as the catalogue would write them, that leave the choice to the model. */
  readonly open?: readonly string[]
  /** Another field that can choose instead. Both at once would be two readings; where neither stands, this row's counts. */
  readonly or?: ModeRow
  /** A field of another vendor: which of them a model goes by, its catalogue entry says, so that each is read. */
  readonly beside?: ModeRow
  /** What the gate writes, and where, to fix a mode: the value alone, or a whole object with that `type`. */
  readonly forced: 'value' | 'object-of-type'
  /** Values that can be forced; null: any. Others would need further members that the gate cannot choose. */
  readonly forceable: readonly string[] | null
}

export interface ModelRow {
  /**
   * Where it stands: a pointer into the body, or `path:NAME`, `query:NAME`, `header:NAME` among the models of a route,
   * `part:NAME` in a body of several parts.
   */
  readonly at: string
  /**
   * `or-default`: always, but for what the settings pin for this operation, which the gate then inserts. `with-its-object`:
   * wherever the object that would hold it stands. An array: where that object's `type` is one of these. `never`: where it is
   * absent, nothing is asked for by it.
   */
  readonly required: 'always' | 'or-default' | 'with-its-object' | 'never' | readonly string[]
  /** What stands before the name there: `models/`. Absent: nothing. */
  readonly prefix?: string
  /** Null: this model is offered no choice of mode here. */
  readonly mode: ModeRow | null
}

export interface RefusedRow {
  readonly at: string
  /** Only this value is refused; absent: everything but null. */
  readonly value?: boolean | string
  readonly reason: Reason
  readonly says: string
}

/** Objects told apart by their `type`: closed lists, since a new type can be a new way to reach a model, a store or a host. */
export interface TypesRow {
  readonly at: string
  readonly accepted: readonly string[]
  /** Where `type` is absent: refused, accepted, or accepted if this member is there. */
  readonly untyped: 'refused' | 'accepted' | { readonly with: string }
  readonly says: string
}

/** Objects in which these members alone may stand: closed lists, for APIs that tell objects apart by what they hold. */
export interface ClosedRow {
  /** Empty: the body. */
  readonly at: string
  readonly members: readonly string[]
  /** Members that must be there, since they say what the object is. Absent: none. */
  readonly must?: readonly string[]
  readonly says: string
}

/** Texts that are one of these, and nothing else. */
export interface ValuesRow {
  readonly at: string
  readonly accepted: readonly string[]
  readonly says: string
}

/** Objects of one `type` that stand for something stored unless they carry the thing itself in this member. */
export interface CarriedRow {
  readonly at: string
  readonly type: string
  readonly member: string
  /** What its `id` refers to without that member, where the route answers for references; absent: nothing that is known here. */
  readonly kind?: StoredKind
}

/** A place where the body refers to what is stored. Refused where the route does not answer for references. */
export interface ReferenceRow {
  readonly at: string
  readonly kind: StoredKind
  /** An object there has the id in this member; absent: the id itself stands there. */
  readonly member?: string
  /** Objects of this type alone; absent: whatever stands there. */
  readonly type?: string
  /** Pointer of a field: the object must have been made for what it says, as `batch:` and its value. */
  readonly batchFor?: string
}

export interface OutputRow {
  /** Pointers of the limit's alternative spellings, without `*`; of those that bound, the first is the one that the gate inserts. */
  readonly limits: readonly [string, ...string[]]
  /** Each of several spellings bounds by itself, or is refused, on every server of the dialect. Absent: a server may ignore one. */
  readonly each?: true
  /** Pointer of the field that multiplies the limit. */
  readonly answers: string | null
  /** Pointer of an array whose items may carry a limit of their own, under the first spelling. */
  readonly overrides: string | null
}

/**
 * `asked`: where `/stream` is true. `asked-as-events`: where `/stream_format` is `sse`. `unless-declined`: unless `/stream` is false. `always`: the operation is a stream, and no field
 * says so.
 */
export type StreamRow = 'never' | 'asked' | 'asked-as-events' | 'unless-declined' | 'always'

export interface BodyShape {
  readonly models: readonly ModelRow[]
  /** Further fields that look like a selector and are known not to be one. */
  readonly known: readonly string[]
  /** Free-form: keys and values mean nothing to anybody but model and caller. */
  readonly data: readonly string[]
  /** Conversation: a model's name is text there, but references and URLs count. */
  readonly content: readonly string[]
  readonly types: readonly TypesRow[]
  /** Absent: none. */
  readonly closed?: readonly ClosedRow[]
  /** Absent: none. */
  readonly values?: readonly ValuesRow[]
  /**
   * Places where the API takes an array or an object, each for itself. Everywhere else an array must stand where a row says `*`,
   * and an object where a row names its members: some server reads one object as an array of one, or keys as indexes. Absent: none.
   */
  readonly either?: readonly string[]
  readonly carried: readonly CarriedRow[]
  readonly stored?: readonly ReferenceRow[]
  readonly refused: readonly RefusedRow[]
  /** Keys that refer to a stored object or a hosted tool wherever they stand. */
  readonly references: readonly string[]
  /** Keys that hold a URL wherever they stand; null: under any parent. Only `data:` is accepted. */
  readonly urls: readonly { readonly parent: string | null; readonly key: string }[]
  /** Keys that hold content itself wherever they stand, as base64 or a `data:` URL; some server fetches what is a URL. Absent: none. */
  readonly inline?: readonly { readonly parent: string | null; readonly key: string }[]
  readonly output: OutputRow | null
  /** The dialect can be told not to store the answer. */
  readonly store: boolean
  readonly stream: StreamRow
  /** It holds many requests: a model counts once in each mode, where it is first named. */
  readonly many?: true
}

/** What several shapes say in the same words. */
export const saysStored = 'stored objects are not served here: send the content itself'
export const saysHosted = 'tools that run at the model provider are not served here'
