// Bodies of Ollama's API, as `ollama` declares them. Its server matches keys without regard to case: a key that differs from a
// named one by case alone is refused.

import { type BodyShape, type ModeRow, saysHosted } from '../body-shape.ts'

const saysTemplate = 'how a prompt is laid out is the model’s own: leave this out, or lay it out yourself with `raw`'

const think: ModeRow = {
  field: 'think',
  from: 'body',
  path: ['think'],
  required: false,
  holds: 'flag-or-word',
  forced: 'value',
  forceable: null,
}

const plain = {
  known: [],
  data: [],
  types: [],
  carried: [],
  refused: [],
  references: [],
  urls: [],
  store: false,
} as const

const model = { at: '/model', required: 'always', mode: think } as const
/** Both streams are on unless the body says no. */
const answers = {
  output: { limits: ['/options/num_predict'], answers: null, overrides: null },
  stream: 'unless-declined',
} as const satisfies Partial<BodyShape>

/** POST /api/chat */
export const ollamaChat: BodyShape = {
  ...plain,
  ...answers,
  models: [model],
  data: ['/tools/*/function/parameters', '/format', '/messages/*/tool_calls/*/function/arguments'],
  content: ['/messages'],
  types: [{ at: '/tools/*', accepted: ['function'], untyped: 'refused', says: saysHosted }],
}

/** POST /api/generate */
export const ollamaGenerate: BodyShape = {
  ...plain,
  ...answers,
  models: [model],
  data: ['/format', '/context'],
  content: ['/prompt'],
  refused: [
    {
      at: '/template',
      reason: 'request_unreadable',
      says: saysTemplate,
    },
  ],
}

const embeds = { ...plain, models: [{ ...model, mode: null }], output: null, stream: 'never' } as const

/** POST /api/embed */
export const ollamaEmbed: BodyShape = { ...embeds, content: ['/input'] }
/** POST /api/embeddings, its elder. */
export const ollamaEmbeddings: BodyShape = { ...embeds, content: ['/prompt'] }

/** POST /api/show. The server takes `name` for `model`; clients send `model`. */
export const ollamaShow: BodyShape = {
  ...embeds,
  content: [],
  refused: [
    { at: '/template', reason: 'request_unreadable', says: saysTemplate },
    { at: '/name', reason: 'request_ambiguous', says: 'the model stands in `model`: leave this out' },
  ],
}
