// What rows of several providers say in the same words.

import type { BodyShape, ModelRow } from '../body-shape.ts'
import { storedId } from '../read-reference.ts'
import type { MultipartShape, Route, SegmentRow } from '../route.ts'

/** A model's name in a path or a query: the characters of the catalogues in use, none of which needs encoding. */
export const modelName: RegExp = /^[A-Za-z0-9][A-Za-z0-9._:@+-]{0,255}$/
export const modelSegment: SegmentRow = { pattern: modelName, example: 'fable-5' }

const plain = { segments: {}, whenClient: null, query: {}, models: [], agree: [], stored: null, socket: null } as const

export type Defaults = Omit<Route, 'id' | 'dialect' | 'path' | 'body'>

/** One request that runs a model and has its answer. */
export const infer: Defaults = { ...plain, action: 'infer', phase: 'start', method: 'POST' }
/** What is stored is fetched, cancelled or deleted: the reader is decided, now, for the models that it was made with. */
export const deliver: Defaults & { readonly body: null } = {
  ...plain,
  action: 'infer',
  phase: 'deliver',
  method: 'GET',
  body: null,
}
export const storedSegment: SegmentRow = { pattern: storedId, example: 'id_1' }
/** What a stored file is given as: its own type, of those that are uploaded. */
export const fileTypes: readonly string[] = [
  'application/binary',
  'application/json',
  'application/jsonl',
  'application/octet-stream',
  'application/pdf',
  'application/x-jsonl',
  'application/x-ndjson',
  'audio/mpeg',
  'audio/wav',
  'image/gif',
  'image/jpeg',
  'image/png',
  'image/webp',
  'text/csv',
  'text/markdown',
  'text/plain',
]
/** Answered by the gate itself, from the catalogue. */
export const list: Defaults & { readonly body: null } = {
  ...plain,
  action: 'list-models',
  phase: 'start',
  method: 'GET',
  body: null,
}
export const retrieve: Defaults & { readonly body: null } = {
  ...list,
  segments: { model: modelSegment },
  models: [outside('path:model')],
}

/** A WebSocket: what its client sends is read frame by frame. */
export const converse: Omit<Route, 'id' | 'dialect' | 'path' | 'socket'> = {
  ...plain,
  action: 'infer',
  phase: 'start',
  method: 'GET',
  body: null,
}

/** A model that stands in the path, the query or a header, and must. */
export function outside(at: string): ModelRow {
  return { at, required: 'always', mode: null }
}

/** A shape whose model stands in the path: the body need not repeat it. The route says that the two must agree. */
export function modelInPath(shape: BodyShape): BodyShape {
  return {
    ...shape,
    models: shape.models.map((row) => (row.at === '/model' ? { ...row, required: 'never' } : row)),
  }
}

/** The same of a body of several parts. */
export function partsWithModelInPath(shape: MultipartShape): MultipartShape {
  return { ...shape, parts: shape.parts.map((row) => (row.holds === 'model' ? { ...row, required: false } : row)) }
}

/** The choice of mode that the body makes for `/model`, for a model that stands in the path instead. */
export function modeOf({ models }: BodyShape): ModelRow['mode'] {
  return models.find(({ at }) => at === '/model')?.mode ?? null
}
