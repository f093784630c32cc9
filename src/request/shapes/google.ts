// Bodies of the Gemini API and of Vertex AI, as `@google/genai` sends them.

import type { BodyShape, ModelRow } from '../body-shape.ts'
import { generateRows, partRows, references, thinking } from './google-contents.ts'

/** Google names a model in a body by its resource name. */
const prefix = 'models/'
/** Beside the path, which names it already. */
const repeated: ModelRow = { at: '/model', required: 'never', prefix, mode: null }

const plain = {
  known: [],
  data: [],
  content: [],
  types: [],
  closed: [],
  carried: [],
  refused: [],
  references,
  urls: [],
  output: null,
  store: false,
  stream: 'never',
} as const satisfies Omit<BodyShape, 'models'>

const rows = generateRows('')

/** :generateContent */
export const googleGenerate: BodyShape = {
  ...plain,
  ...rows,
  models: [{ ...repeated, mode: thinking }],
  output: {
    limits: ['/generationConfig/maxOutputTokens'],
    answers: '/generationConfig/candidateCount',
    overrides: null,
  },
  store: true,
}

/** :streamGenerateContent. No field of the body says that it is a stream. */
export const googleStream: BodyShape = { ...googleGenerate, stream: 'always' }

const counted = generateRows('/generateContentRequest')

/** :countTokens, of contents or of a whole request to generate. Counting thinks of nothing, so that no mode is chosen. */
export const googleCount: BodyShape = {
  ...plain,
  models: [repeated, { at: '/generateContentRequest/model', required: 'with-its-object', prefix, mode: null }],
  known: [...rows.known, ...counted.known],
  data: [...rows.data, ...counted.data],
  content: [...rows.content, ...counted.content],
  closed: [...rows.closed, ...counted.closed],
  refused: [...rows.refused, ...counted.refused],
}

/** :embedContent */
export const googleEmbed: BodyShape = {
  ...plain,
  ...partRows('/content/parts/*'),
  content: ['/content'],
  models: [repeated],
}

/** :batchEmbedContents, which names the model again with each of its contents. */
export const googleBatchEmbed: BodyShape = {
  ...plain,
  ...partRows('/requests/*/content/parts/*'),
  content: ['/requests/*/content'],
  models: [{ at: '/requests/*/model', required: 'with-its-object', prefix, mode: null }],
}

/** :predict, of models that make or change images, and of embeddings on Vertex AI. */
export const googlePredict: BodyShape = {
  ...plain,
  known: ['/parameters/includeRaiReason'],
  references: [...references, 'uri'],
  data: ['/labels'],
  models: [],
}

const saysPath = 'the path names the model: leave this out'

/** On Vertex AI a body does not repeat the model, and nothing in it says what is kept. */
function onVertex(shape: BodyShape): BodyShape {
  return {
    ...shape,
    models: [],
    refused: [
      ...shape.refused,
      { at: '/model', reason: 'request_ambiguous', says: saysPath },
      { at: '/store', reason: 'request_unreadable', says: 'nothing is kept for later here: leave this out' },
    ],
    store: false,
  }
}

export const vertexGenerate: BodyShape = onVertex(googleGenerate)
export const vertexStream: BodyShape = onVertex(googleStream)
/** It counts what stands in the body, and takes no request within the request. */
export const vertexCount: BodyShape = onVertex({ ...plain, ...rows, models: [] })
/** :embedContent, whose settings stand in an object of their own there. */
export const vertexEmbed: BodyShape = onVertex(googleEmbed)
export const vertexPredict: BodyShape = onVertex(googlePredict)
