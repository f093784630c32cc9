// The route table: what stands here can be asked for, what does not is refused. docs/operations.md is printed from it.

import type { Action, Dialect, Phase } from '../vocabulary/operation.ts'
import type { BodyShape } from './body-shape.ts'
import { anthropicCountTokens, anthropicMessages } from './shapes/anthropic-messages.ts'
import { openaiChat } from './shapes/openai-chat.ts'
import { openaiResponses } from './shapes/openai-responses.ts'

export interface Route {
  /** Dialect and the SDK's own method path: the operation id in records. */
  readonly id: string
  readonly dialect: Dialect
  readonly action: Action
  readonly phase: Phase
  readonly method: 'GET' | 'POST'
  /** Segments between slashes; `{model}` stands for a model's name. */
  readonly path: string
  /**
   * `/v1/models` belongs to both dialects. Anthropic's API demands the header `anthropic-version` and its SDK always sends it;
   * OpenAI's knows no such header. Null: the path belongs to one dialect alone.
   */
  readonly whenVersionHeader: 'present' | 'absent' | null
  /** Query parameters that may be sent, each at most once, and their values as they stand on the wire. */
  readonly query: Readonly<Record<string, RegExp>>
  /** Null: the route has no body, and the gate answers it by itself. */
  readonly body: BodyShape | null
}

/** Sent by the beta methods of Anthropic's SDK; the fields that it opens are in the shape. */
const beta = { beta: /^true$/ }
/** A model's name in a path or a query: the characters of the catalogues in use, none of which needs encoding. */
export const modelName: RegExp = /^[A-Za-z0-9][A-Za-z0-9._:@+-]{0,255}$/

const infer = { action: 'infer', phase: 'start', method: 'POST', whenVersionHeader: null } as const
const list = { action: 'list-models', phase: 'start', method: 'GET', body: null } as const

export const routes: readonly Route[] = [
  {
    ...infer,
    id: 'openai.chat.completions.create',
    dialect: 'openai',
    path: '/v1/chat/completions',
    query: {},
    body: openaiChat,
  },
  {
    ...infer,
    id: 'openai.responses.create',
    dialect: 'openai',
    path: '/v1/responses',
    query: {},
    body: openaiResponses,
  },
  { ...list, id: 'openai.models.list', dialect: 'openai', path: '/v1/models', whenVersionHeader: 'absent', query: {} },
  {
    ...list,
    id: 'openai.models.retrieve',
    dialect: 'openai',
    path: '/v1/models/{model}',
    whenVersionHeader: 'absent',
    query: {},
  },
  {
    ...infer,
    id: 'anthropic.messages.create',
    dialect: 'anthropic',
    path: '/v1/messages',
    query: beta,
    body: anthropicMessages,
  },
  {
    ...infer,
    action: 'count-tokens',
    id: 'anthropic.messages.countTokens',
    dialect: 'anthropic',
    path: '/v1/messages/count_tokens',
    query: beta,
    body: anthropicCountTokens,
  },
  {
    ...list,
    id: 'anthropic.models.list',
    dialect: 'anthropic',
    path: '/v1/models',
    whenVersionHeader: 'present',
    query: { ...beta, limit: /^(?:[1-9]\d{0,2}|1000)$/, after_id: modelName, before_id: modelName },
  },
  {
    ...list,
    id: 'anthropic.models.retrieve',
    dialect: 'anthropic',
    path: '/v1/models/{model}',
    whenVersionHeader: 'present',
    query: beta,
  },
]
