// One message of a WebSocket client, whole, against the frames of its operation: what it says of models, modes and what is stored, or
// why it closes the socket. The same strict reader as for bodies, the same walk.

import { isJsonObject, type JsonObject, readJson } from '../json/index.ts'
import type { RouteMatch } from './find-route.ts'
import { frameRoutes } from './frame-routes.ts'
import type { PinnedModels } from './pinned-models.ts'
import { type OperationRead, operationIn } from './read-operation.ts'
import { type Refused, refused } from './refused.ts'
import { isLong, type Steps } from './steps.ts'

export interface FrameRead {
  readonly kind: 'frame'
  /** The frame as a request of its own, with the models that the upgrade named. */
  readonly match: RouteMatch
  readonly reading: OperationRead
  /** It names a model, chooses a mode or has to do with what is stored; otherwise it goes on under what was permitted before. */
  readonly decides: boolean
}

export interface Frame {
  readonly bytes: Uint8Array
  readonly isBinary: boolean
  /** None went before it on this socket. */
  readonly isFirst: boolean
}

/** Takes the match of the upgrade, one message, and what is pinned. Pure and total. */
export function* readFrame(
  upgrade: RouteMatch,
  { bytes, isBinary, isFirst }: Frame,
  pinned: PinnedModels,
): Steps<FrameRead | Refused> {
  const { socket } = upgrade.route
  if (socket === null) return refused('request_unreadable', 'this operation is no WebSocket')
  if (isBinary && !socket.binary) return refused('request_unreadable', 'binary frames are not read here')
  if (isLong(bytes)) yield
  const read = readJson(bytes)
  if (read.kind === 'fault') return refused(read.reason, read.message)
  if (!isJsonObject(read.value)) return refused('request_unreadable', 'a frame must be a JSON object')
  const type = typeOf(socket.told, read.value)
  const row = socket.frames.find((each) => each.type === type)
  const route = frameRoutes(upgrade.route).get(type ?? '')
  if (row === undefined || route === undefined) {
    return refused('route_unknown', 'a frame of this type is not in the route table')
  }
  if (row.turn !== 'any' && (row.turn === 'first') !== isFirst) {
    return refused('request_ambiguous', `\`${row.type}\` does not stand at this place of the conversation`)
  }
  const match: RouteMatch = { ...upgrade, route, media: 'json' }
  if (isLong(bytes)) yield
  const reading = operationIn(match, read.value, pinned)
  if (reading.kind === 'refused') return reading
  const { operation, references, makes } = reading
  const names = operation.models.some(
    ({ pointer, mode }) => !(pointer in upgrade.named) || (mode !== null && mode.value !== null),
  )
  return { kind: 'frame', match, reading, decides: names || references.length > 0 || makes.length > 0 }
}

/** What the frame says it is. Undefined: it says none of what such frames say, or more than one thing. */
function typeOf(told: 'type' | 'sole-member', value: JsonObject): string | undefined {
  if (told === 'type') return typeof value['type'] === 'string' ? value['type'] : undefined
  const members = Object.keys(value)
  return members.length === 1 ? members[0] : undefined
}
