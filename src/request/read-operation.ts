// From a route and a body to the operation that is decided: every model that the request names, its mode, its limit, whether
// it streams. What cannot be said with certainty is refused.

import { Buffer } from 'node:buffer'
import type { JsonObject, JsonValue } from '../json/index.ts'
import { limits } from '../limits.ts'
import type { ModelReference, Operation } from '../vocabulary/operation.ts'
import type { StoredReference } from '../vocabulary/stored-object.ts'
import { type BodyRows, bodyRows } from './body-rows.ts'
import type { ModelRow } from './body-shape.ts'
import type { RouteMatch } from './find-route.ts'
import type { Part } from './multipart/read-multipart.ts'
import type { PinnedModels } from './pinned-models.ts'
import { fits } from './pointer-pattern.ts'
import { type BatchFile, readBatchFile } from './read-batch-file.ts'
import { type BodyRead, readBody, readMembers } from './read-body.ts'
import { readLimit } from './read-limit.ts'
import { readMode } from './read-mode.ts'
import { type Refused, refused } from './refused.ts'
import type { Route } from './route.ts'
import { inOneGo, type Steps } from './steps.ts'
import type { MadeRow } from './stored-row.ts'
import { type FoundModel, tooManyModels } from './walk-body.ts'

export interface OperationRead {
  readonly kind: 'operation'
  readonly operation: Operation
  /** Pointers whose model the request leaves out and a default names: the gate writes it there. */
  readonly inserted: readonly string[]
  /** Every stored object that the request refers to, in the path and the body: each has to be known. */
  readonly references: readonly StoredReference[]
  /** What the object that is made is for; null: anything but a batch. */
  readonly purpose: string | null
  /** What the answer will tell of that is stored from then on. */
  readonly makes: readonly MadeRow[]
  /** Of a body of several parts, in order. */
  readonly parts: readonly Part[]
  /** The file of requests among them; null: none. */
  readonly batch: BatchFile | null
}

export type OperationReading = OperationRead | Refused

const nothingPinned: PinnedModels = new Map()

/** As `readingOperation`, in one go. */
export function readOperation(match: RouteMatch, body: Uint8Array, pinned?: PinnedModels): OperationReading {
  return inOneGo(readingOperation(match, body, { pinned }))
}

/**
 * Takes a matched route and the whole body as received; gives the operation or the refusal. Pure and total. Run again on what
 * `applyEdits` made, it says what the model API will read.
 * @param known.batch a file of requests that was read before: where the very same bytes stand in the body, they mean the same
 */
export function* readingOperation(
  match: RouteMatch,
  body: Uint8Array,
  known: { readonly pinned?: PinnedModels | undefined; readonly batch?: BatchFile | null },
): Steps<OperationReading> {
  const read = yield* readBody(match, body)
  if (read.kind === 'refused') return read
  const batch = yield* batchIn(match, read, known.batch ?? null)
  if (batch?.kind === 'refused') return batch
  return operationOf(match, read, batch, known.pinned ?? nothingPinned)
}

function operationOf(
  match: RouteMatch,
  { value, found, references, parts }: BodyRead,
  batch: BatchFile | null,
  pinned: PinnedModels,
): OperationReading {
  const { route, media } = match
  const rows = bodyRows(route, media)
  const inserted = absentModels(rows, value, found, pinned.get(route.id))
  const models = readModels([...outside(match, value), ...inserted, ...found], value, rows.many === true)
  if ('kind' in models) return models
  if (rows.many && models.length === 0) return refused('model_absent', 'no request of the batch is there')
  const fault = absenceFault([...route.models, ...rows.models], models) ?? agreementFault(route, models)
  if (fault !== undefined) return fault
  const stream = route.socket !== null || (media === null ? match.query['stream'] === 'true' : readStream(rows, value))
  if (typeof stream !== 'boolean') return stream
  const output = media === 'json' ? (route.body?.json?.output ?? null) : null
  const maxOutputTokens = output === null ? null : readLimit(output, value)
  if (typeof maxOutputTokens === 'object' && maxOutputTokens !== null) return maxOutputTokens
  const { id, dialect, action, phase } = route
  return {
    kind: 'operation',
    operation: {
      id,
      dialect,
      action,
      phase,
      stream,
      maxOutputTokens,
      models: batch === null ? models : [...models, ...batch.models],
    },
    inserted: inserted.map(({ pointer }) => pointer),
    references: [...pathReferences(match), ...references],
    purpose: batch === null ? null : `batch:${batch.url}`,
    makes: (route.stored?.makes ?? []).filter((row) => isMade(row, value)),
    parts,
    batch,
  }
}

/** The file of requests that the body holds; null: none. */
function* batchIn(
  { route }: RouteMatch,
  { parts }: BodyRead,
  known: BatchFile | null,
): Steps<BatchFile | Refused | null> {
  if (route.stored?.holdsRequests !== true) return null
  const isBatch = parts.some(({ row, content }) => row.name === 'purpose' && content.toString() === 'batch')
  const file = parts.find(({ row }) => row.holds === 'file')
  if (!isBatch || file === undefined) return null
  return known?.bytes.equals(file.content) ? known : yield* readBatchFile(file.content, operationIn)
}

/** One line of such a file, or one frame: its body was read with what holds it. */
export function operationIn(
  match: RouteMatch,
  body: JsonObject,
  pinned: PinnedModels = nothingPinned,
): OperationReading {
  const shape = match.route.body?.json
  if (shape === undefined) return refused('request_unreadable', 'this operation takes no body')
  const read = readMembers(shape, body, match.route.stored !== null)
  return read.kind === 'refused' ? read : operationOf(match, read, null, pinned)
}

function pathReferences({ route, params }: RouteMatch): readonly StoredReference[] {
  return Object.entries(route.stored?.path ?? {}).flatMap(([name, kind]) => {
    const id = params[name]
    return id === undefined ? [] : [{ pointer: `path:${name}`, kind, id, purpose: null }]
  })
}

function isMade({ when }: MadeRow, { store = null }: JsonObject): boolean {
  return when === 'always' || when === 'told' || (when === 'asked' ? store === true : store !== false)
}

/** Models of the path, the query and the headers, before those of the body. */
function outside({ route, named }: RouteMatch, body: JsonObject): readonly FoundModel[] {
  return route.models.flatMap((row) => {
    const name = named[row.at]
    return name === undefined ? [] : [{ pointer: row.at, value: name, row, beside: body }]
  })
}

/** What the body leaves to a default, and has one. */
function absentModels(
  { models }: BodyRows,
  body: JsonObject,
  found: readonly FoundModel[],
  name: string | undefined,
): readonly FoundModel[] {
  if (name === undefined) return []
  return models.flatMap((row) =>
    row.required === 'or-default' && !found.some(({ pointer }) => pointer === row.at)
      ? [{ pointer: row.at, value: name, row, beside: body }]
      : [],
  )
}

function absenceFault(rows: readonly ModelRow[], models: readonly ModelReference[]): Refused | undefined {
  for (const { at, required } of rows) {
    if (required !== 'always' && required !== 'or-default') continue
    if (!models.some(({ pointer }) => pointer === at)) return refused('model_absent', `\`${at}\` is missing`)
  }
  return undefined
}

/** Two names for one thing are two readings, whichever of them the model API follows (threats B9, B10). */
function agreementFault(route: Route, models: readonly ModelReference[]): Refused | undefined {
  if (route.agree.length === 0) return undefined
  const said = models.filter(({ pointer }) => route.agree.some((at) => fits(at, pointer)))
  return said.every(({ name }) => name === said[0]?.name)
    ? undefined
    : refused('request_ambiguous', `\`${said.map(({ pointer }) => pointer).join('` and `')}\` must name one model`)
}

/** @param many each model in each mode counts once, where it is first named: an edit there reaches none of the others */
function readModels(
  found: readonly FoundModel[],
  body: JsonObject,
  many: boolean,
): readonly ModelReference[] | Refused {
  const models: ModelReference[] = []
  const seen = found.length > 1 ? new Set<string>() : null
  for (const { pointer, value, row, beside } of found) {
    if (typeof value !== 'string') return refused('request_unreadable', `\`${pointer}\` must be a string`)
    const { prefix = '' } = row
    if (!value.startsWith(prefix)) {
      return refused('request_unreadable', `\`${pointer}\` must begin with \`${prefix}\``)
    }
    const name = value.slice(prefix.length)
    // Control characters would end up in records, paths and metrics (threat B19); everything else is for the catalogue.
    if (name === '' || Buffer.byteLength(name) > limits.modelNameBytes || /\p{Cc}/u.test(name)) {
      return refused('request_unreadable', `\`${pointer}\` is empty, too long or holds control characters`)
    }
    const mode = row.mode === null ? null : readMode(row.mode, row.mode.from === 'body' ? body : beside)
    if (mode !== null && 'kind' in mode) return mode
    if (seen !== null) {
      const key = many ? JSON.stringify([name, mode]) : pointer
      if (seen.has(key)) continue
      seen.add(key)
    }
    if (models.length === limits.modelsPerRequest) return tooManyModels
    models.push({ pointer, name, mode })
  }
  return models
}

function readStream({ stream }: BodyRows, body: JsonObject): boolean | Refused {
  if (stream === 'asked-as-events') return readStreamFormat(body['stream_format'] ?? null, body['stream'] ?? null)
  const value = body['stream'] ?? (stream === 'unless-declined' || stream === 'always')
  if (typeof value !== 'boolean') return refused('request_unreadable', '`/stream` must be true or false')
  if (value && stream === 'never') return refused('request_unreadable', 'this operation does not stream')
  if (!value && stream === 'always') return refused('request_unreadable', 'this operation is always a stream')
  return value
}

function readStreamFormat(format: JsonValue, stream: JsonValue): boolean | Refused {
  if (stream !== null) return refused('request_unreadable', 'this operation streams by `/stream_format` alone')
  if (format === null || format === 'audio' || format === 'sse') return format === 'sse'
  return refused('request_unreadable', '`/stream_format` must be `audio` or `sse`')
}
