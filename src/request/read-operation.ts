// From a route and a body to the operation that is decided: every model that the request names, its mode, its limit, whether
// it streams. What cannot be said with certainty is refused.

import { Buffer } from 'node:buffer'
import { isJsonObject, type JsonObject, type JsonValue, readJson } from '../json/index.ts'
import { limits } from '../limits.ts'
import type { ModelReference, ModeSelector, Operation } from '../vocabulary/operation.ts'
import type { BodyShape, ModeRow, OutputRow } from './body-shape.ts'
import { type CompiledShape, compileShape } from './compiled-shape.ts'
import type { RouteMatch } from './find-route.ts'
import { type Refused, refused } from './refused.ts'
import { routes } from './routes.ts'
import { type FoundModel, walkBody } from './walk-body.ts'

export type OperationReading = { readonly kind: 'operation'; readonly operation: Operation } | Refused

const compiled: ReadonlyMap<BodyShape, CompiledShape> = new Map(
  routes.flatMap(({ body }) => (body === null ? [] : [[body, compileShape(body)]])),
)

/**
 * Takes a matched route and the whole body, as received; gives the operation or the refusal. Pure and total. Run again on the
 * bytes that `applyEdits` made, it says what the model API will read.
 */
export function readOperation(match: RouteMatch, body: Uint8Array): OperationReading {
  const { route, params } = match
  const shape = route.body
  const common = { id: route.id, dialect: route.dialect, action: route.action, phase: route.phase }
  if (shape === null) {
    if (body.length > 0) return refused('request_unreadable', 'this operation takes no body')
    const models = params.model === undefined ? [] : [{ pointer: 'path:model', name: params.model, mode: null }]
    return { kind: 'operation', operation: { ...common, stream: false, maxOutputTokens: null, models } }
  }
  const reading = readJson(body)
  if (reading.kind === 'fault') return refused(reading.reason, reading.message)
  if (!isJsonObject(reading.value)) return refused('request_unreadable', 'the body must be a JSON object')
  const found = walkBody(compiled.get(shape) ?? compileShape(shape), reading.value)
  if ('kind' in found) return found
  const models = readModels(found, reading.value)
  if ('kind' in models) return models
  if (!models.some(({ pointer }) => pointer === '/model')) return refused('model_absent', '`/model` is missing')
  const stream = readStream(shape, reading.value)
  if (typeof stream !== 'boolean') return stream
  const maxOutputTokens = shape.output === null ? null : readLimit(shape.output, reading.value)
  if (typeof maxOutputTokens === 'object' && maxOutputTokens !== null) return maxOutputTokens
  return { kind: 'operation', operation: { ...common, stream, maxOutputTokens, models } }
}

function readModels(found: readonly FoundModel[], body: JsonObject): readonly ModelReference[] | Refused {
  const models: ModelReference[] = []
  if (found.length > limits.modelsPerRequest) {
    return refused('too_large', `a request may name ${limits.modelsPerRequest} models at most`)
  }
  for (const { pointer, value, row, beside } of found) {
    if (typeof value !== 'string') return refused('request_unreadable', `\`${pointer}\` must be a string`)
    // Control characters would end up in records, paths and metrics (threat B19); everything else is for the catalogue.
    if (value === '' || Buffer.byteLength(value) > limits.modelNameBytes || /\p{Cc}/u.test(value)) {
      return refused('request_unreadable', `\`${pointer}\` is empty, too long or holds control characters`)
    }
    const mode = row.mode === null ? null : readMode(row.mode, row.mode.from === 'body' ? body : beside)
    if (mode !== null && 'kind' in mode) return mode
    models.push({ pointer, name: value, mode })
  }
  return models
}

function readMode({ field, path, required }: ModeRow, from: JsonObject): ModeSelector | Refused {
  const unreadable = refused('request_unreadable', `\`${path.join('.')}\` cannot be read`)
  let at: JsonValue | undefined = from
  for (const [depth, step] of path.entries()) {
    if (!isJsonObject(at)) return unreadable
    at = at[step]
    if (at === undefined || at === null) {
      return required && depth === path.length - 1 && depth > 0 ? unreadable : { field, value: null }
    }
  }
  return typeof at === 'string' && /^[A-Za-z0-9_-]{1,64}$/.test(at) ? { field, value: at } : unreadable
}

function readStream({ stream }: BodyShape, body: JsonObject): boolean | Refused {
  const value = body['stream'] ?? false
  if (typeof value !== 'boolean') return refused('request_unreadable', '`/stream` must be true or false')
  if (value && !stream) return refused('request_unreadable', 'this operation does not stream')
  return value
}

/** The greatest number of tokens that the request lets the model put out; null where it sets no limit. */
function readLimit({ limits: spellings, answers, overrides }: OutputRow, body: JsonObject): number | null | Refused {
  let limit: number | null = null
  for (const spelling of spellings) {
    const value = readCount(body, spelling)
    if (value !== null && typeof value === 'object') return value
    if (value === null) continue
    if (limit !== null && limit !== value) {
      return refused('request_ambiguous', `\`${spellings.join('` and `')}\` say different limits`)
    }
    limit = value
  }
  const count = answers === null ? 1 : (readCount(body, answers) ?? 1)
  if (typeof count === 'object') return count
  if (limit !== null) limit *= count
  const items: JsonValue = overrides === null ? null : (body[overrides] ?? null)
  const overriding: readonly JsonValue[] = Array.isArray(items) ? items : []
  for (const item of overriding) {
    const value = isJsonObject(item) ? readCount(item, spellings[0]) : null
    if (value !== null && typeof value === 'object') return value
    if (value !== null && limit !== null) limit = Math.max(limit, value)
  }
  return limit
}

function readCount(object: JsonObject, key: string): number | null | Refused {
  const value = object[key] ?? null
  if (value === null) return null
  if (typeof value === 'number' && Number.isInteger(value) && value >= 0 && value <= limits.outputTokens) return value
  return refused('request_unreadable', `\`${key}\` must be a whole number`)
}
