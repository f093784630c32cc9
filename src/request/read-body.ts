// What a body says, whatever its media type: its members, and every model that it names.

import { isJsonObject, type JsonObject, type JsonValue, readJson } from '../json/index.ts'
import type { StoredReference } from '../vocabulary/stored-object.ts'
import { modelRowOf, pointerOfPart } from './body-rows.ts'
import type { BodyShape } from './body-shape.ts'
import { type CompiledShape, compileShape } from './compiled-shape.ts'
import type { RouteMatch } from './find-route.ts'
import { frameRoutes } from './frame-routes.ts'
import { type Part, readMultipart } from './multipart/read-multipart.ts'
import { type Refused, refused } from './refused.ts'
import type { MultipartShape, RouteBody } from './route.ts'
import { routes } from './routes/index.ts'
import { isLong, type Steps } from './steps.ts'
import { type FoundModel, walkBody } from './walk-body.ts'

export interface BodyRead {
  readonly kind: 'body'
  /** Of a multipart body: whether it asks for a stream, and nothing else. */
  readonly value: JsonObject
  readonly found: readonly FoundModel[]
  /** What is stored that it refers to. */
  readonly references: readonly StoredReference[]
  /** Of a multipart body, in order. */
  readonly parts: readonly Part[]
}

/** Whatever has a body of its own: operations, and the frames of those that are WebSockets. */
const readable = routes.flatMap((route) => [route, ...frameRoutes(route).values()])

const compiled: ReadonlyMap<BodyShape, CompiledShape> = new Map(
  readable.flatMap(({ body }) => {
    const { json, vendors = [] } = body ?? {}
    const shapes = [...(json === undefined ? [] : [json]), ...vendors.map(({ shape }) => shape)]
    return shapes.map((shape) => [shape, compileShape(shape)] as const)
  }),
)

/** Takes the match and the whole body as received. Pure and total. */
export function* readBody({ route, media, boundary }: RouteMatch, bytes: Uint8Array): Steps<BodyRead | Refused> {
  const { json, multipart } = route.body ?? {}
  if (isLong(bytes)) yield
  if (media === 'json' && json !== undefined) {
    const reading = readJson(bytes)
    if (reading.kind === 'fault') return refused(reading.reason, reading.message)
    if (isLong(bytes)) yield
    return readMembers(shapeFor(route.body, json, reading.value), reading.value, route.stored !== null)
  }
  if (media === 'multipart' && multipart !== undefined && boundary !== null)
    return readParts(multipart, boundary, bytes)
  if (bytes.length > 0) return refused('request_unreadable', 'this operation takes no body')
  return { kind: 'body', value: {}, found: [], references: [], parts: [] }
}

/** Of several forms, the one that the body says it has. */
function shapeFor(body: RouteBody | null, json: BodyShape, value: JsonValue): BodyShape {
  if (body?.vendors === undefined || !isJsonObject(value) || 'anthropic_version' in value) return json
  return body.vendors.find(({ tells }) => tells.some((key) => key in value))?.shape ?? json
}

/** @param answers the route says who answers for what is stored */
export function readMembers(shape: BodyShape, value: JsonValue, answers: boolean): BodyRead | Refused {
  if (!isJsonObject(value)) return refused('request_unreadable', 'the body must be a JSON object')
  const walked = walkBody(compiled.get(shape) ?? compileShape(shape), value, answers)
  if ('kind' in walked) return walked
  const { models: found, references } = walked
  return { kind: 'body', value, found, references, parts: [] }
}

function readParts(shape: MultipartShape, boundary: string, bytes: Uint8Array): BodyRead | Refused {
  const reading = readMultipart(boundary, bytes, shape)
  if (reading.kind === 'refused') return reading
  const { parts } = reading
  const asks = parts.find(({ row }) => row.holds === 'stream')
  const value: JsonObject = asks === undefined ? {} : { stream: asks.content.toString() === 'true' }
  const found = parts.flatMap(({ row, content }) =>
    row.holds === 'model'
      ? [{ pointer: pointerOfPart(row), value: content.toString('utf8'), row: modelRowOf(row), beside: value }]
      : [],
  )
  return { kind: 'body', value, found, references: [], parts }
}
