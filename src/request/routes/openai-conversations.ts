// Conversations with their items, and chat completions that were stored.

import type { Route } from '../route.ts'
import { openaiConversation, openaiMetadata } from '../shapes/openai-conversations.ts'
import type { MadeRow, StoredRow } from '../stored-row.ts'
import { deliver, infer, storedSegment } from './rows.ts'

const dialect = 'openai'
const nothing: StoredRow = { path: {}, makes: [], widens: [], forgets: null }
const paged = { limit: /^\d{1,3}$/, order: /^(?:asc|desc)$/, after: storedSegment.pattern }
/** What is put into a conversation, and what a list of its items tells of. */
const items: readonly MadeRow[] = [{ kind: 'item', at: ['/data/*/id', '/id'], when: 'always' }]

const ofConversation: StoredRow = { ...nothing, path: { conversation: 'conversation' } }
const conversation = {
  ...deliver,
  dialect,
  path: '/v1/conversations/{conversation}',
  segments: { conversation: storedSegment },
} as const
const ofItem: StoredRow = { ...nothing, path: { conversation: 'conversation', item: 'item' } }
const item = {
  ...conversation,
  path: '/v1/conversations/{conversation}/items/{item}',
  segments: { conversation: storedSegment, item: storedSegment },
} as const

const conversations: readonly Route[] = [
  {
    ...infer,
    id: 'openai.conversations.create',
    dialect,
    path: '/v1/conversations',
    body: { json: openaiConversation },
    stored: { ...nothing, makes: [{ kind: 'conversation', at: ['/id'], when: 'always' }] },
  },
  { ...conversation, id: 'openai.conversations.retrieve', stored: ofConversation },
  {
    ...conversation,
    id: 'openai.conversations.update',
    method: 'POST',
    body: { json: openaiMetadata },
    stored: ofConversation,
  },
  {
    ...conversation,
    id: 'openai.conversations.delete',
    method: 'DELETE',
    stored: { ...ofConversation, forgets: 'conversation' },
  },
  {
    ...conversation,
    id: 'openai.conversations.items.create',
    method: 'POST',
    path: '/v1/conversations/{conversation}/items',
    body: { json: openaiConversation },
    stored: { ...ofConversation, makes: items, widens: ['conversation'] },
  },
  {
    ...conversation,
    id: 'openai.conversations.items.list',
    path: '/v1/conversations/{conversation}/items',
    query: paged,
    stored: { ...ofConversation, makes: items.map((row) => ({ ...row, at: ['/data/*/id'] })) },
  },
  { ...item, id: 'openai.conversations.items.retrieve', stored: ofItem },
  { ...item, id: 'openai.conversations.items.delete', method: 'DELETE', stored: { ...ofItem, forgets: 'item' } },
]

/** A chat completion is kept only where the request says so. */
export const makesCompletion: StoredRow = {
  ...nothing,
  makes: [{ kind: 'completion', at: ['/id'], when: 'asked' }],
}
const ofCompletion: StoredRow = { ...nothing, path: { completion: 'completion' } }
const completion = {
  ...deliver,
  dialect,
  path: '/v1/chat/completions/{completion}',
  segments: { completion: storedSegment },
} as const

const completions: readonly Route[] = [
  { ...completion, id: 'openai.chat.completions.retrieve', stored: ofCompletion },
  {
    ...completion,
    id: 'openai.chat.completions.update',
    method: 'POST',
    body: { json: openaiMetadata },
    stored: ofCompletion,
  },
  {
    ...completion,
    id: 'openai.chat.completions.delete',
    method: 'DELETE',
    stored: { ...ofCompletion, forgets: 'completion' },
  },
  {
    ...completion,
    id: 'openai.chat.completions.messages.list',
    path: '/v1/chat/completions/{completion}/messages',
    query: paged,
    stored: ofCompletion,
  },
]

export const openaiConversations: readonly Route[] = [...conversations, ...completions]
