// Response headers that a caller receives: an allow-list, rebuilt. Hop-by-hop fields, cookies, redirects and the provider's
// internals stay behind (threats H10, S8).
import type { AnswerFields } from '../upstream/index.ts'

const released = new Set([
  'content-type',
  'openai-processing-ms',
  'openai-version',
  'request-id',
  'retry-after',
  'retry-after-ms',
  // By these the SDKs of AWS find the typed error and the id of the request.
  'x-amzn-errortype',
  'x-amzn-requestid',
  'x-request-id',
  'x-should-retry',
])
const releasedPrefixes = ['anthropic-ratelimit-', 'x-amzn-bedrock-', 'x-ratelimit-']

/** Visible ASCII only: a value that could split a response is dropped (threat S11). */
const plain = /^[\x20-\x7e]*$/

/** More may be added to it before it is sent. */
export type ReleasedHeaders = Record<string, string | number>

export function releasedHeaders(headers: AnswerFields): ReleasedHeaders {
  const out: ReleasedHeaders = {}
  for (const name in headers) {
    if (!released.has(name) && !releasedPrefixes.some((prefix) => name.startsWith(prefix))) continue
    const value = headers[name]
    if (typeof value === 'string' && plain.test(value)) out[name] = value
  }
  return out
}
