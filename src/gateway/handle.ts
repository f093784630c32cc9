// One request on the data listener: enforce, then whichever way out it says.
import type { IncomingMessage, ServerResponse } from 'node:http'
import { type Answer, enforce, type Forwarding } from '../enforcement/index.ts'
import { timestamp } from '../vocabulary/clock.ts'
import { arrivalOf } from './arrival.ts'
import type { Parts } from './parts.ts'
import { refuse } from './refuse.ts'
import { Relay } from './relay.ts'

/** Never rejects, and always ends the response. */
export async function handle(parts: Parts, request: IncomingMessage, response: ServerResponse): Promise<void> {
  response.on('error', () => {})
  try {
    const overloaded = parts.underWay.size >= parts.gate.settings.limits.inFlight
    const passage = await enforce(parts.gate, arrivalOf(request, overloaded))
    if (passage.kind === 'refuse') refuse(response, passage)
    else if (passage.kind === 'answer') answer(response, passage)
    else await forward(parts, passage, response)
  } catch (error) {
    // A defect: nothing is known of what was sent, so the connection ends here.
    parts.logger.error({ err: error }, 'a request ended in a fault')
    response.destroy()
  }
}

function answer(response: ServerResponse, { id, body }: Answer): void {
  const bytes = Buffer.from(JSON.stringify(body))
  response.writeHead(200, {
    'content-type': 'application/json',
    'content-length': bytes.length,
    'cache-control': 'no-store',
    'portcullis-decision': id,
  })
  response.end(bytes)
}

async function forward(parts: Parts, forwarding: Forwarding, response: ServerResponse): Promise<void> {
  const { gate, upstreams } = parts
  const startedAt = gate.clock.now()
  const relay = new Relay(gate, forwarding, response)
  if (relay.mayStart()) {
    const { upstream, method, path, headers, body } = forwarding.permit.spend()
    const { pool, prefix } = upstreams.poolOf(upstream)
    pool.dispatch({ method, path: prefix + path, headers: headers.flat(), body }, relay)
  }
  const { lastByteAt, ...answered } = await relay.ended
  const endedAt = gate.clock.now()
  gate.observe.ended(answered.ending, Math.max(0, endedAt - startedAt) / 1000)
  await gate.log
    .append({
      k: 'outcome',
      id: forwarding.id,
      at: timestamp(endedAt),
      ...answered,
      lastByteAt: lastByteAt === null ? null : timestamp(lastByteAt),
    })
    .catch((error: unknown) =>
      parts.logger.error({ err: error, decision: forwarding.id }, 'an outcome could not be recorded'),
    )
}
