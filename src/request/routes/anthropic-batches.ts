// Batches of messages, and files: what is stored is its maker's. Lists of either hold what every caller of the gateway made, and are
// not served.

import { limits } from '../../limits.ts'
import type { Route } from '../route.ts'
import { anthropicBatch } from '../shapes/anthropic-batches.ts'
import type { StoredRow } from '../stored-row.ts'
import { deliver, fileTypes, infer, storedSegment } from './rows.ts'

const dialect = 'anthropic'
/** Sent by the beta methods of Anthropic's SDK. */
const query = { beta: /^true$/ }
const nothing: StoredRow = { path: {}, makes: [], widens: [], forgets: null }

const ofBatch: StoredRow = { ...nothing, path: { batch: 'message-batch' } }
/** Where it says that results can be had: at the provider's own address, which a client would go to with the caller's token. */
const addresses = ['/results_url']
const batch = {
  ...deliver,
  dialect,
  path: '/v1/messages/batches/{batch}',
  segments: { batch: storedSegment },
  query,
  stored: ofBatch,
  addresses,
} as const

const batches: readonly Route[] = [
  {
    ...infer,
    id: 'anthropic.messages.batches.create',
    dialect,
    path: '/v1/messages/batches',
    query,
    body: { json: anthropicBatch },
    stored: { ...nothing, makes: [{ kind: 'message-batch', at: ['/id'], when: 'always' }] },
    addresses,
  },
  { ...batch, id: 'anthropic.messages.batches.retrieve' },
  {
    ...batch,
    id: 'anthropic.messages.batches.delete',
    method: 'DELETE',
    stored: { ...ofBatch, forgets: 'batch' },
  },
  { ...batch, id: 'anthropic.messages.batches.cancel', method: 'POST', path: '/v1/messages/batches/{batch}/cancel' },
  {
    ...batch,
    id: 'anthropic.messages.batches.results',
    path: '/v1/messages/batches/{batch}/results',
    contentOf: 'batch',
    answers: ['application/x-jsonl', 'application/jsonl', 'application/x-ndjson', 'application/binary'],
  },
]

const ofFile: StoredRow = { ...nothing, path: { file: 'file' } }
const file = {
  ...deliver,
  dialect,
  path: '/v1/files/{file}',
  segments: { file: storedSegment },
  whenClient: dialect,
  query,
  stored: ofFile,
} as const

const files: readonly Route[] = [
  {
    ...infer,
    id: 'anthropic.files.upload',
    dialect,
    path: '/v1/files',
    whenClient: dialect,
    query,
    body: {
      multipart: {
        bodyBytes: limits.fileBytes,
        parts: [
          { name: 'file', holds: 'file', required: true, repeated: false },
          { name: 'expires_in_seconds', holds: 'text', required: false, repeated: false, accepts: /^\d{1,9}$/ },
        ],
      },
    },
    stored: { ...nothing, makes: [{ kind: 'file', at: ['/id'], when: 'always' }] },
  },
  { ...file, id: 'anthropic.files.retrieveMetadata' },
  { ...file, id: 'anthropic.files.delete', method: 'DELETE', stored: { ...ofFile, forgets: 'file' } },
  {
    ...file,
    id: 'anthropic.files.download',
    path: '/v1/files/{file}/content',
    contentOf: 'file',
    answers: fileTypes,
  },
]

export const anthropicStored: readonly Route[] = [...batches, ...files]
/** A request that may refer to files. */
export const refers: StoredRow = nothing
