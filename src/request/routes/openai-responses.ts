// Responses: made, continued, fetched, cancelled and deleted, under the paths of OpenAI and of Azure.

import type { Dialect } from '../../vocabulary/operation.ts'
import type { Route } from '../route.ts'
import { openaiResponses } from '../shapes/openai-responses.ts'
import type { MadeRow, StoredRow } from '../stored-row.ts'
import { deliver, infer, storedSegment } from './rows.ts'

/**
 * A response is kept unless the request says otherwise, and its items with it; each event of a stream has some of the ids. Those of the
 * items are said again by whoever sends a conversation whole.
 */
export const responseMade: readonly MadeRow[] = [
  { kind: 'response', at: ['/id', '/response/id'], when: 'unless-declined' },
  { kind: 'item', at: ['/output/*/id', '/response/output/*/id', '/item/id'], when: 'told' },
]
const ofResponse: StoredRow = { path: { response: 'response' }, makes: [], widens: [], forgets: null }
/** One that was made in the background has its items only later. */
const andItems: StoredRow = { ...ofResponse, makes: responseMade.slice(1).map((row) => ({ ...row, when: 'always' })) }

/** @param prefix of ids and of the path; `query`: what every operation may carry */
export function responseRoutes(
  dialect: Dialect,
  prefix: { readonly id: string; readonly path: string },
  query: Route['query'],
): readonly Route[] {
  const path = `${prefix.path}/responses`
  const one = { ...deliver, dialect, path: `${path}/{response}`, segments: { response: storedSegment }, query }
  return [
    {
      ...infer,
      id: `${prefix.id}.responses.create`,
      dialect,
      path,
      query,
      body: { json: openaiResponses },
      stored: { path: {}, makes: responseMade, widens: ['conversation'], forgets: null },
    },
    {
      ...one,
      id: `${prefix.id}.responses.retrieve`,
      query: {
        ...query,
        stream: /^(?:true|false)$/,
        starting_after: /^\d{1,9}$/,
        include_obfuscation: /^(?:true|false)$/,
      },
      stored: andItems,
    },
    { ...one, id: `${prefix.id}.responses.delete`, method: 'DELETE', stored: { ...ofResponse, forgets: 'response' } },
    {
      ...one,
      id: `${prefix.id}.responses.cancel`,
      method: 'POST',
      path: `${path}/{response}/cancel`,
      stored: andItems,
    },
    {
      ...one,
      id: `${prefix.id}.responses.inputItems.list`,
      path: `${path}/{response}/input_items`,
      query: { ...query, limit: /^\d{1,3}$/, order: /^(?:asc|desc)$/, after: storedSegment.pattern },
      stored: ofResponse,
    },
  ]
}
