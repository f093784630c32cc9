// POST /v1/images/generations, /edits and /variations, as the official SDK's Images declares them. Which image model is the
// default is the provider's to change: one is named, or the settings pin one.

import { limits } from '../../limits.ts'
import { type BodyShape, type ModeRow, saysStored } from '../body-shape.ts'
import type { MultipartShape, PartRow } from '../route.ts'
import { elsewhere } from './openai-elsewhere.ts'

/** How the model that writes a drawing thinks. */
export const drawing: ModeRow = {
  field: 'reasoning-effort',
  from: 'beside-the-model',
  path: ['reasoning', 'effort'],
  required: false,
  forced: 'value',
  forceable: null,
}

const images: BodyShape = {
  models: [
    { at: '/model', required: 'or-default', mode: null },
    // The model that writes the drawing's text, where the image is one.
    {
      at: '/svg/model',
      required: 'with-its-object',
      mode: drawing,
    },
  ],
  known: [],
  data: [],
  content: ['/prompt'],
  types: [],
  carried: [],
  refused: elsewhere,
  references: ['file_id', 'file_ids', 'file_url'],
  urls: [
    { parent: null, key: 'image_url' },
    { parent: 'image_url', key: 'url' },
    // Other servers of this API take images to begin with, and fetch them.
    ...['image', 'images', 'image_urls', 'init_image', 'reference_images'].map((key) => ({ parent: null, key })),
  ],
  output: null,
  store: false,
  stream: 'asked',
}

export const openaiImages: BodyShape = images

/** An edit as JSON holds its images in the text, or refers to stored ones. */
export const openaiImageEdits: BodyShape = {
  ...images,
  refused: [
    ...elsewhere,
    { at: '/image', reason: 'request_unreadable', says: 'as JSON, an edit has its images in `images`' },
  ],
  urls: [...images.urls.filter(({ key }) => key !== 'images'), { parent: null, key: 'mask' }],
  closed: [
    { at: '/images/*', members: ['image_url'], must: ['image_url'], says: saysStored },
    { at: '/mask', members: ['image_url'], must: ['image_url'], says: saysStored },
  ],
}

const text = (name: string): PartRow => ({ name, holds: 'text', required: false, repeated: false })
const file = (name: string): PartRow => ({ name, holds: 'file', required: false, repeated: false })
const model: PartRow = { name: 'model', holds: 'model', required: 'or-default', repeated: false }

export const openaiImageEditParts: MultipartShape = {
  bodyBytes: limits.imageBodyBytes,
  parts: [
    model,
    { ...file('image'), required: true, repeated: true },
    file('mask'),
    file('markup'),
    { ...text('prompt'), required: true },
    text('background'),
    text('complexity'),
    text('frame_count'),
    text('frame_duration_ms'),
    text('input_fidelity'),
    text('n'),
    text('output_compression'),
    text('output_format'),
    text('partial_images'),
    text('quality'),
    text('response_format'),
    text('safety_identifier'),
    text('size'),
    { name: 'stream', holds: 'stream', required: false, repeated: false },
    text('user'),
  ],
}

export const openaiImageVariationParts: MultipartShape = {
  bodyBytes: limits.imageBodyBytes,
  parts: [model, { ...file('image'), required: true }, text('n'), text('response_format'), text('size'), text('user')],
}
