// How a client is told that its answer ends early: by a refusal while nothing was sent, by an event of its stream afterwards, and where
// something of ours still waits before that event, by the end of its connection alone.
import type { ServerResponse } from 'node:http'
import type { Forwarding, Refused } from '../enforcement/index.ts'
import { dialects } from '../request/index.ts'
import { hasUnsent } from './client-writer.ts'
import { refuse } from './refuse.ts'

/** @param at whether all of the answer is written, and the `sequence_number` of one more event */
export function tellStop(
  client: ServerResponse,
  refused: Refused,
  { dialect, operationId }: Pick<Forwarding, 'dialect' | 'operationId'>,
  at: { readonly isWritten: boolean; readonly sequence: number },
): void {
  if (client.destroyed) return
  if (!client.headersSent) refuse(client, refused)
  else if (at.isWritten || hasUnsent(client)) client.destroy()
  else client.end(dialects[dialect].streamError(refused.refusal, { operationId, sequence: at.sequence }))
}
