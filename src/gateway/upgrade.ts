// One request to leave HTTP on the data listener: the same nine steps as for any other, then a WebSocket that the gate relays, or the
// refusal, in HTTP. There is no third way out: nothing is tunnelled (threat S6). What it held of the gate is free again before the outcome
// of a refusal is on record, as in handle.ts.
import { type IncomingMessage, ServerResponse } from 'node:http'
import type { Socket } from 'node:net'
import { enforce, type Forwarding, type Opened, type Refused } from '../enforcement/index.ts'
import { limits } from '../limits.ts'
import { tellRefusal } from './handle.ts'
import type { Parts } from './parts.ts'
import { type Answered, recordOutcome } from './record-outcome.ts'
import { acceptClient } from './socket-handshakes.ts'
import { SocketRelay } from './socket-relay.ts'

export interface UpgradeRequest {
  readonly request: IncomingMessage
  readonly connection: Socket
  /** What was read behind the request's head: frames that came early, or a body that nobody reads. */
  readonly head: Buffer
}

/** Never rejects, and always ends the connection. */
export async function upgrade(parts: Parts, asked: UpgradeRequest): Promise<void> {
  const { gate, places, turns, logger } = parts
  const { request, connection } = asked
  connection.on('error', () => {})
  // Behind a request that is still being answered: no client does that, and there is no room for an answer.
  if (turns.isBusy(connection)) {
    connection.destroy()
    return
  }
  let hasPlace = false
  const admit = (): boolean => {
    hasPlace = places.taken < places.limit && places.sockets < places.limit / limits.placesPerSocket
    if (hasPlace) {
      places.taken += 1
      places.sockets += 1
    }
    return hasPlace
  }
  let refused: Answered | null = null
  try {
    const { method = '', url = '', httpVersion, rawHeaders } = request
    const passage = await enforce(gate, {
      method,
      target: url,
      httpVersion,
      rawHeaders,
      peer: connection.remoteAddress ?? '',
      admit,
      isGone: () => connection.destroyed,
      readBody: async () => ({ kind: 'body', bytes: new Uint8Array(0) }),
    })
    if (passage.kind === 'refuse') refused = refuseUpgrade(asked, passage)
    else if (passage.kind === 'answer') throw new Error('an upgrade was answered like a request')
    else refused = await relay(parts, asked, passage)
  } catch (error) {
    logger.error({ err: error }, 'an upgrade ended in a fault')
    connection.destroy()
  } finally {
    if (hasPlace) {
      places.taken -= 1
      places.sockets -= 1
    }
  }
  if (refused !== null) await recordOutcome(parts, refused)
}

/** @returns the outcome where it was refused after all; a conversation records its own */
async function relay(parts: Parts, asked: UpgradeRequest, passage: Forwarding | Opened): Promise<Answered | null> {
  const { conversation, id } = passage
  const socket = conversation?.match.route.socket ?? null
  if (conversation === null || socket === null) throw new Error('an upgrade was permitted to what is no WebSocket')
  const { request, connection, head } = asked
  const conversing = new SocketRelay(parts, passage, conversation, socket.words)
  parts.sockets.add(conversing)
  const abandon = (): void => conversing.abandon()
  connection.once('close', abandon)
  // It may have left while its permit was being recorded.
  if (connection.destroyed) abandon()
  // So may its caller have been shut out; what was permitted already is decided again by itself.
  if (passage.kind === 'open') conversing.endIfRevoked()
  try {
    const refusal = passage.kind === 'forward' ? await conversing.begin(passage) : null
    if (refusal === null) {
      const { protocol } = conversation.match
      const maxPayload = parts.gate.settings.limits.bodyBytes
      const client = await acceptClient({ request, connection, head, id, protocol, maxPayload })
      connection.off('close', abandon)
      if (client === null) conversing.abandon()
      else conversing.take(client)
    }
    const answered = refusal === null ? null : refuseUpgrade(asked, refusal)
    await conversing.ended
    const failure = conversing.failure()
    if (failure !== null) parts.logger.warn({ decision: id, failure }, 'the model API failed')
    return answered
  } finally {
    parts.sockets.delete(conversing)
  }
}

/** In HTTP, since nothing was agreed on. The connection ends with it: what else stands on it was meant for a socket. */
function refuseUpgrade({ request, connection }: UpgradeRequest, refused: Refused): Answered | null {
  const response = new ServerResponse(request)
  response.shouldKeepAlive = false
  response.assignSocket(connection)
  response.once('finish', () => {
    response.detachSocket(connection)
    connection.end()
    // What it still sends is read and dropped, so that it gets to see the answer.
    connection.resume()
    setTimeout(() => connection.destroy(), limits.drainLastMs).unref()
  })
  return tellRefusal(refused, response)
}
