// A multipart body with its edits: written anew from the parts that were read, with a boundary of ours. The only edit is of a model's
// name; nothing else of what a decision can ask for has a field here.

import { Buffer } from 'node:buffer'
import { type Edited, type Edits, rename } from './apply-edits.ts'
import { pointerOfPart } from './body-rows.ts'
import type { RouteMatch } from './find-route.ts'
import { multipartType } from './multipart/boundary.ts'
import type { Part } from './multipart/read-multipart.ts'
import { writeMultipart } from './multipart/write-multipart.ts'
import type { Steps } from './steps.ts'

/**
 * Takes the match and the parts that `readOperation` gave, and a boundary that the client could not foresee; gives the match with its
 * new type, and the new bytes. Pure.
 */
export function* rebuildParts(
  received: RouteMatch,
  read: readonly Part[],
  edits: Edits,
  boundary: string,
): Steps<Edited> {
  const unmade = edits.forceMode.map(({ pointer }) => pointer)
  if (edits.capOutputTokens !== null) unmade.push('output tokens')
  const parts = [...read]
  let match = received
  for (const { pointer, name } of edits.model) {
    const renamed = rename(match, pointer, name)
    if (renamed !== undefined) {
      match = renamed
      continue
    }
    const at = parts.findIndex(({ row }) => pointerOfPart(row) === pointer)
    const part = parts[at]
    if (part !== undefined) parts[at] = { ...part, content: Buffer.from(name) }
    else {
      // Invariant: an edit replaces a model that stands in the body, or inserts a default where the row has one, and nothing else.
      const row = received.route.body?.multipart?.parts.find((row) => pointerOfPart(row) === pointer)
      if (row?.holds !== 'model' || row.required !== 'or-default') unmade.push(pointer)
      else parts.push({ row, name: row.name, filename: null, type: null, content: Buffer.from(name) })
    }
  }
  const written = yield* writeMultipart(boundary, parts)
  if (written === undefined) return { match: received, body: new Uint8Array(), unmade: [...unmade, 'the body'] }
  const headers = { ...match.headers, 'content-type': multipartType(boundary) }
  return { match: { ...match, boundary, headers }, body: written, unmade }
}
