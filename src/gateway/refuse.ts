// From a refusal to HTTP, in the dialect's own words, so that an unmodified SDK raises its own typed error.
import type { ServerResponse } from 'node:http'
import type { Refused } from '../enforcement/index.ts'
import { limits } from '../limits.ts'
import { dialects } from '../request/index.ts'

/** @returns bytes of the body */
export function refuse(response: ServerResponse, refused: Refused): number {
  const { refusal, dialect, challenge } = refused
  const body = Buffer.from(JSON.stringify(dialects[dialect].refusalBody(refusal)))
  response.writeHead(refusal.status, {
    'content-type': 'application/json',
    'content-length': body.length,
    'cache-control': 'no-store',
    ...dialects[dialect].refusalHeaders?.(refusal),
    ...(refusal.decisionId === null ? {} : { 'portcullis-decision': refusal.decisionId }),
    ...(challenge === null ? {} : { 'www-authenticate': challenge }),
    ...(refusal.status === 503 ? { 'retry-after': String(limits.retryAfterS) } : { 'x-should-retry': 'false' }),
    ...(refused.closeConnection ? { connection: 'close' } : {}),
    ...(refused.allow === null ? {} : { allow: refused.allow }),
  })
  response.end(body)
  return body.length
}
