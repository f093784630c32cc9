// A file of requests for a batch, read line by line when it is uploaded (threat B6): what the provider will run later is read now, each
// line by the reader of its own operation. Nothing in it can be edited, continue something stored, or stream.
// What is decided are the models of all lines together, when the last has been read: no line is judged by another policy than the next.

import type { Buffer } from 'node:buffer'
import { isJsonObject, type JsonObject, readJson } from '../json/index.ts'
import { limits } from '../limits.ts'
import type { ModelReference } from '../vocabulary/operation.ts'
import { findRoute, type RouteMatch } from './find-route.ts'
import type { OperationReading } from './read-operation.ts'
import { type Refused, refused } from './refused.ts'
import { isLong, type Steps } from './steps.ts'

export interface BatchFile {
  readonly kind: 'batch-file'
  /** The one operation that all its lines ask for: `/v1/chat/completions`. */
  readonly url: string
  /** Every model in every mode that some line asks for, at the first line that does: `line:1/model`. */
  readonly models: readonly ModelReference[]
  /** Its bytes, so that the very same need not be read again. */
  readonly bytes: Buffer
}

/** Operations that a line may ask for. */
const urls = ['/v1/responses', '/v1/chat/completions', '/v1/embeddings', '/v1/completions']
const members = ['custom_id', 'method', 'url', 'body']
const rawHeaders = ['content-type', 'application/json']

/** @param read the reader of one operation, whose body was read with the line */
export function* readBatchFile(
  file: Buffer,
  read: (match: RouteMatch, body: JsonObject) => OperationReading,
): Steps<BatchFile | Refused> {
  if (file.length > limits.batchFileBytes) return refused('too_large', 'the file of requests is too large to be read')
  const models = new Map<string, ModelReference>()
  let match: RouteMatch | undefined
  let url = ''
  let number = 0
  let unbroken = 0
  for (let start = 0; start < file.length; ) {
    const end = file.indexOf(0x0a, start)
    const line = file.subarray(start, end < 0 ? file.length : end)
    start = end < 0 ? file.length : end + 1
    number += 1
    unbroken += line.length
    if (unbroken > limits.stepBytes) {
      yield
      unbroken = line.length
    }
    // A lone CR is white space to JSON and the end of a line to others, who could find a request of its own behind it.
    const cr = line.indexOf(0x0d)
    if (cr >= 0 && cr < line.length - 1) return refused('request_ambiguous', `line ${number} holds a lone CR`)
    const said = readLine(line, number)
    if ('kind' in said) return said
    if (isLong(line)) yield
    if (match === undefined) {
      const found = findRoute({ method: 'POST', target: said.url, rawHeaders })
      if (found.kind === 'refused') return found
      // Nobody answers here for what a line refers to.
      match = { ...found, route: { ...found.route, stored: null } }
      url = said.url
    }
    if (said.url !== url) return refused('request_ambiguous', `line ${number} asks for another operation than line 1`)
    const reading = read(match, said.body)
    if (reading.kind === 'refused') return { ...reading, message: `line ${number}: ${reading.message}` }
    if (reading.operation.stream) return refused('request_unreadable', `line ${number} asks for a stream`)
    for (const { pointer, name, mode } of reading.operation.models) {
      const key = JSON.stringify([name, mode])
      if (!models.has(key)) models.set(key, { pointer: `line:${number}${pointer}`, name, mode })
    }
    if (models.size > limits.modelsPerRequest) {
      return refused('too_large', `a file of requests may name ${limits.modelsPerRequest} models at most`)
    }
  }
  if (match === undefined) return refused('request_unreadable', 'the file holds no request')
  return { kind: 'batch-file', url, models: [...models.values()], bytes: file }
}

/** The line's operation, and the body for it. */
function readLine(line: Buffer, number: number): { readonly url: string; readonly body: JsonObject } | Refused {
  const reading = readJson(line)
  if (reading.kind === 'fault') return refused(reading.reason, `line ${number}: ${reading.message}`)
  const { value } = reading
  const unreadable = refused('request_unreadable', `line ${number} is no request of a batch that is served here`)
  if (!isJsonObject(value) || !Object.keys(value).every((key) => members.includes(key))) return unreadable
  const { method, url, body } = value
  if (method !== 'POST' || typeof url !== 'string' || !urls.includes(url)) return unreadable
  return isJsonObject(body) ? { url, body } : unreadable
}
