// Where models can stand in a body, and whether it can ask for a stream: one view of JSON bodies and of bodies of several parts.

import type { ModelRow, StreamRow } from './body-shape.ts'
import type { PartRow, Route } from './route.ts'

export interface BodyRows {
  readonly models: readonly ModelRow[]
  readonly stream: StreamRow
  readonly many?: true
}

/** How a model in a part is named among the models of a request. */
export function pointerOfPart({ name }: PartRow): string {
  return `part:${name}`
}

/** What a part says of its model, in the words of a JSON body's rows. */
export function modelRowOf(row: PartRow): ModelRow {
  const required = row.required === 'or-default' ? row.required : row.required ? 'always' : 'never'
  return { at: pointerOfPart(row), required, mode: null }
}

/** What the route says of a body of this media type. */
export function bodyRows({ body }: Pick<Route, 'body'>, media: 'json' | 'multipart' | null): BodyRows {
  if (media === 'json' && body?.json !== undefined) return body.json
  if (media !== 'multipart' || body?.multipart === undefined) return { models: [], stream: 'never' }
  const { parts } = body.multipart
  return {
    models: parts.filter(({ holds }) => holds === 'model').map(modelRowOf),
    stream: parts.some(({ holds }) => holds === 'stream') ? 'asked' : 'never',
  }
}
