// What the stand-in says, by path: one text, or the events of a stream.

export interface CannedAnswer {
  readonly type: string
  readonly parts: readonly string[]
}

type Body = Record<string, unknown>

const words = ['The ', 'gate let ', 'it pass.']
const text = words.join('')
const vector = [0.25, -0.5]

export function pathAnswer(path: string, body: Body, served: string | null): CannedAnswer | undefined {
  const [, model = '', method = ''] = /\/models\/([^?]+):(\w+)/.exec(path) ?? []
  if (method !== '') {
    const how = { isEvents: path.includes('alt=sse'), isCount: model === 'count-tokens' }
    return googleAnswer(method, { ...body, model: served ?? model }, how)
  }
  const named = { ...body, model: served ?? String(body['model']) }
  if (path.startsWith('/api/')) return ollamaAnswer(path.slice('/api/'.length), named)
  return path.endsWith('/chat/completions') ? openaiAnswer(named) : undefined
}

const json = (value: unknown): CannedAnswer => ({ type: 'application/json', parts: [JSON.stringify(value)] })
const events = (values: readonly unknown[]): CannedAnswer => ({
  type: 'text/event-stream',
  parts: values.map((value) => `data: ${JSON.stringify(value)}\r\n\r\n`),
})

/** Anthropic's, each with its name. */
const namedEvents = (values: readonly ({ readonly type: string } & Body)[]): CannedAnswer => ({
  type: 'text/event-stream',
  parts: values.map((value) => `event: ${value.type}\ndata: ${JSON.stringify(value)}\n\n`),
})

const messageOf = (model: string, content: readonly object[]): object => ({
  id: 'msg_1',
  type: 'message',
  role: 'assistant',
  model,
  content,
  stop_reason: 'end_turn',
  usage: { input_tokens: 3, output_tokens: 5 },
})

function googleAnswer(
  method: string,
  body: Body & { readonly model: string },
  { isEvents, isCount }: { readonly isEvents: boolean; readonly isCount: boolean },
): CannedAnswer | undefined {
  const part = (said: string, last: boolean): unknown => ({
    candidates: [
      { content: { role: 'model', parts: [{ text: said }] }, index: 0, ...(last ? { finishReason: 'STOP' } : {}) },
    ],
    usageMetadata: { promptTokenCount: 3, ...(last ? { candidatesTokenCount: 5, thoughtsTokenCount: 2 } : {}) },
    modelVersion: body.model,
    responseId: 'response-1',
  })
  switch (method) {
    case 'generateContent':
      return json(part(text, true))
    case 'streamGenerateContent': {
      const parts = words.map((word, index) => part(word, index === words.length - 1))
      return isEvents ? events(parts) : json(parts)
    }
    case 'countTokens':
      return json({ totalTokens: 3 })
    case 'embedContent':
      return json({ embedding: { values: vector } })
    case 'batchEmbedContents':
      return json({ embeddings: (body['requests'] as readonly unknown[]).map(() => ({ values: vector })) })
    case 'predict':
      return json({ predictions: [{ bytesBase64Encoded: 'AA==', mimeType: 'image/png' }] })
    case 'rawPredict':
      return json(isCount ? { input_tokens: 3 } : messageOf(body.model, [{ type: 'text', text }]))
    case 'streamRawPredict':
      return namedEvents([
        { type: 'message_start', message: { ...messageOf(body.model, []), stop_reason: null } },
        { type: 'content_block_start', index: 0, content_block: { type: 'text', text: '' } },
        ...words.map((word) => ({ type: 'content_block_delta', index: 0, delta: { type: 'text_delta', text: word } })),
        { type: 'content_block_stop', index: 0 },
        { type: 'message_delta', delta: { stop_reason: 'end_turn' }, usage: { output_tokens: 5 } },
        { type: 'message_stop' },
      ])
    default:
      return undefined
  }
}

function ollamaAnswer(operation: string, body: Body & { readonly model: string }): CannedAnswer | undefined {
  const { model } = body
  const of = (said: string): unknown =>
    operation === 'chat' ? { message: { role: 'assistant', content: said } } : { response: said }
  const base = { model, created_at: '2026-06-20T12:00:00Z' }
  const end = { done: true, done_reason: 'stop', eval_count: 5, prompt_eval_count: 3 }
  if (operation === 'embed') return json({ model, embeddings: [vector] })
  if (operation === 'embeddings') return json({ embedding: vector })
  if (operation !== 'chat' && operation !== 'generate') return undefined
  if (body['stream'] === false) return json({ ...base, ...Object(of(text)), ...end })
  const parts = [
    ...words.map((word) => ({ ...base, ...Object(of(word)), done: false })),
    { ...base, ...Object(of('')), ...end },
  ]
  return { type: 'application/x-ndjson', parts: parts.map((part) => `${JSON.stringify(part)}\n`) }
}

function openaiAnswer({ model, stream }: Body & { readonly model: string }): CannedAnswer {
  const base = { id: 'chatcmpl-1', created: 1, model }
  if (stream !== true) {
    return json({
      ...base,
      object: 'chat.completion',
      choices: [{ index: 0, message: { role: 'assistant', content: text }, finish_reason: 'stop' }],
      usage: { prompt_tokens: 3, completion_tokens: 5, total_tokens: 8 },
    })
  }
  return events(
    words.map((word, index) => ({
      ...base,
      object: 'chat.completion.chunk',
      choices: [{ index: 0, delta: { content: word }, finish_reason: index === words.length - 1 ? 'stop' : null }],
    })),
  )
}
