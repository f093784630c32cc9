// Files, and batches of requests that stand in one. A file for a batch is read line by line when it is uploaded; the results of a batch
// are files of its maker's, with the models of its requests.

import { limits } from '../../limits.ts'
import { batchResults } from '../../vocabulary/stored-object.ts'
import type { Route } from '../route.ts'
import { openaiBatch } from '../shapes/openai-batches.ts'
import type { MadeRow, StoredRow } from '../stored-row.ts'
import { deliver, fileTypes, infer, storedSegment } from './rows.ts'

const dialect = 'openai'
const nothing: StoredRow = { path: {}, makes: [], widens: [], forgets: null }
const ofFile: StoredRow = { ...nothing, path: { file: 'file' } }
const file = { ...deliver, dialect, path: '/v1/files/{file}', segments: { file: storedSegment } } as const
const results: MadeRow = {
  kind: 'file',
  at: ['/output_file_id', '/error_file_id'],
  when: 'always',
  purpose: batchResults,
}
const ofBatch: StoredRow = { ...nothing, path: { batch: 'batch' }, makes: [results] }
const batch = { ...deliver, dialect, path: '/v1/batches/{batch}', segments: { batch: storedSegment } } as const

export const openaiFiles: readonly Route[] = [
  {
    ...infer,
    id: 'openai.files.create',
    dialect,
    path: '/v1/files',
    whenClient: dialect,
    body: {
      multipart: {
        bodyBytes: limits.fileBytes,
        parts: [
          { name: 'file', holds: 'file', required: true, repeated: false },
          // Tuning would make a model that no catalogue knows.
          {
            name: 'purpose',
            holds: 'text',
            required: true,
            repeated: false,
            accepts: /^(?:assistants|batch|evals|user_data|vision)$/,
          },
        ],
      },
    },
    stored: { ...nothing, makes: [{ kind: 'file', at: ['/id'], when: 'always' }], holdsRequests: true },
  },
  { ...file, id: 'openai.files.retrieve', whenClient: dialect, stored: ofFile },
  {
    ...file,
    id: 'openai.files.delete',
    whenClient: dialect,
    method: 'DELETE',
    stored: { ...ofFile, forgets: 'file' },
  },
  {
    ...file,
    id: 'openai.files.content',
    whenClient: dialect,
    path: '/v1/files/{file}/content',
    stored: ofFile,
    contentOf: 'file',
    answers: fileTypes,
  },
  {
    ...infer,
    id: 'openai.batches.create',
    dialect,
    path: '/v1/batches',
    body: { json: openaiBatch },
    stored: { ...nothing, makes: [{ kind: 'batch', at: ['/id'], when: 'always' }, results] },
  },
  { ...batch, id: 'openai.batches.retrieve', stored: ofBatch },
  { ...batch, id: 'openai.batches.cancel', method: 'POST', path: '/v1/batches/{batch}/cancel', stored: ofBatch },
]
