// The frames of a WebSocket operation, each as one more operation with a body: a frame is read, decided and edited by what reads,
// decides and edits a request. Its models are those of the upgrade, which go on being meant, and its own.

import type { Route } from './route.ts'
import type { FrameRow } from './sockets/socket-shape.ts'

const made = new WeakMap<Route, ReadonlyMap<string, Route>>()

/** By what a frame says it is; empty for an operation that is no WebSocket. Always the same rows for one route. */
export function frameRoutes(route: Route): ReadonlyMap<string, Route> {
  const known = made.get(route)
  if (known !== undefined) return known
  const rows = new Map((route.socket?.frames ?? []).map((row) => [row.type, frameRoute(route, row)]))
  made.set(route, rows)
  return rows
}

function frameRoute(route: Route, { type, shape, mode, agree, stored }: FrameRow): Route {
  return {
    ...route,
    id: `${route.id}.${type}`,
    models: route.models.map((row) => ({ ...row, mode })),
    agree: agree.length === 0 ? [] : [...route.models.map(({ at }) => at), ...agree],
    body: { json: shape },
    stored,
    socket: null,
  }
}
