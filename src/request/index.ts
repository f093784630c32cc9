// Front of request: what a request asks, read so strictly that nobody behind the gate can read it differently. Pure.

export type { Dialect } from '../vocabulary/operation.ts'
export { applyEdits, type Edits } from './apply-edits.ts'
export { bodyLimit } from './body-limit.ts'
export type { ListedModel, StreamType } from './dialects/dialect.ts'
export { dialects } from './dialects/index.ts'
export { rebuildParts } from './edit-parts.ts'
export { findRoute, type RouteMatch } from './find-route.ts'
export type { RequestStart } from './header-fields.ts'
export { operationsPage } from './operations-page.ts'
export { readHead } from './read-head.ts'
export { type OperationReading, type PinnedModels, readOperation } from './read-operation.ts'
export { pathEscapes, routes } from './routes/index.ts'
