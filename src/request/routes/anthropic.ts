// Anthropic's operations.

import type { Provider, Route } from '../route.ts'
import { anthropicCountTokens, anthropicMessages } from '../shapes/anthropic-messages.ts'
import { anthropicStored, refers } from './anthropic-batches.ts'
import { infer, list, modelName, retrieve } from './rows.ts'

const dialect = 'anthropic'
/** Sent by the beta methods of Anthropic's SDK; the fields that it opens are in the shape. */
const query = { beta: /^true$/ }

const routes: readonly Route[] = [
  {
    ...infer,
    id: 'anthropic.messages.create',
    dialect,
    path: '/v1/messages',
    query,
    body: { json: anthropicMessages },
    stored: refers,
  },
  {
    ...infer,
    action: 'count-tokens',
    id: 'anthropic.messages.countTokens',
    dialect,
    path: '/v1/messages/count_tokens',
    query,
    body: { json: anthropicCountTokens },
    stored: refers,
  },
  ...anthropicStored,
  {
    ...list,
    id: 'anthropic.models.list',
    dialect,
    path: '/v1/models',
    whenClient: dialect,
    query: { ...query, limit: /^(?:[1-9]\d{0,2}|1000)$/, after_id: modelName, before_id: modelName },
  },
  {
    ...retrieve,
    id: 'anthropic.models.retrieve',
    dialect,
    path: '/v1/models/{model}',
    whenClient: dialect,
    query,
  },
]

const note =
  'A batch holds its requests itself: each is decided like a message. Where an answer has `results_url`, the caller is given the same ' +
  'path of the gate.'

export const anthropicRoutes: Provider = { title: 'Anthropic', dialect, prefixes: ['/v1/messages'], note, routes }
