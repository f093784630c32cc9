// One request on the data listener: enforce, then whichever way out it says, then its outcome on record. What the request held of the gate
// is free again before that: its client has its answer, and may already have sent the next request.
import type { IncomingMessage, ServerResponse } from 'node:http'
import { type Answer, enforce, type Forwarding, type Refused } from '../enforcement/index.ts'
import { HttpArrival } from './arrival.ts'
import type { Parts } from './parts.ts'
import { type Answered, recordOutcome } from './record-outcome.ts'
import { refuse } from './refuse.ts'
import { Relay } from './relay.ts'

/** Never rejects, and always ends the response. */
export async function handle(parts: Parts, request: IncomingMessage, response: ServerResponse): Promise<void> {
  // A connection that breaks is told by `close`; without a listener its error would end the process.
  response.on('error', ignore)
  const arrival = new HttpArrival(request, response, parts)
  let answered: Answered | null = null
  try {
    const passage = await enforce(parts.gate, arrival)
    if (passage.kind === 'refuse') answered = tellRefusal(passage, response)
    else if (passage.kind === 'answer') answered = answer(passage, response)
    else if (passage.kind === 'forward' && passage.conversation === null)
      answered = await forward(parts, passage, response)
    else throw new Error('a WebSocket was permitted to what is no upgrade')
  } catch (error) {
    // A defect: nothing is known of what was sent, so the connection ends here.
    parts.logger.error({ err: error }, 'a request ended in a fault')
    response.destroy()
  } finally {
    arrival.release()
  }
  if (answered !== null) await recordOutcome(parts, answered)
}

const ignore = (): void => {}

/** @returns its outcome; null where it has no record of its own */
export function tellRefusal(refused: Refused, response: ServerResponse): Answered | null {
  const bytes = refuse(response, refused)
  const { recorded, refusal } = refused
  return recorded === null ? null : { ...own, id: recorded, ending: 'refused', status: refusal.status, bytes }
}

function answer({ id, body }: Answer, response: ServerResponse): Answered {
  const bytes = Buffer.from(JSON.stringify(body))
  response.writeHead(200, {
    'content-type': 'application/json',
    'content-length': bytes.length,
    'cache-control': 'no-store',
    'portcullis-decision': id,
  })
  response.end(bytes)
  return { ...own, id, ending: 'answered', status: 200, bytes: bytes.length }
}

async function forward(parts: Parts, forwarding: Forwarding, response: ServerResponse): Promise<Answered> {
  const { gate, upstreams } = parts
  const startedAt = gate.clock.now()
  const relay = new Relay(gate, forwarding, response, parts.memory)
  if (relay.mayStart()) {
    try {
      const { upstream, method, path: operation, headers, body } = forwarding.permit.spend()
      const { pool, prefix, sign } = upstreams.poolOf(upstream)
      const path = prefix + operation
      // Last of all, since a signature holds for the very bytes and for minutes. The relay asks again whether anything may be sent.
      const signed = sign === null ? headers : await sign({ method, path, headers, body }, gate.clock.now())
      relay.asked(pool.dispatch({ method, path, headers: signed, body }, relay))
    } catch (error) {
      relay.fail(String(error))
    }
  }
  const answered = await relay.ended
  forwarding.reservation?.settle(usedBy(answered, relay.wasSent()))
  const failure = relay.failure()
  if (failure !== null) parts.logger.warn({ decision: forwarding.id, failure }, 'the model API failed')
  gate.observe.ended(answered.ending, Math.max(0, gate.clock.now() - startedAt) / 1000)
  return answered
}

/** Output tokens that it cost for sure; null: nobody knows. */
function usedBy({ ending, upstreamStatus, outputTokens }: Answered, wasSent: boolean): number | null {
  // Nothing was generated where nothing was asked, or the model API would not have it.
  if (!wasSent || (upstreamStatus !== null && upstreamStatus >= 400 && upstreamStatus < 500)) return 0
  // What is cut short has told how it began.
  return ending === 'completed' ? outputTokens : null
}

/** What the gate answered by itself: the model API had no part in it. */
const own = { reason: null, upstreamStatus: null, outputTokens: null, servedModel: null, lastByteAt: null } as const
