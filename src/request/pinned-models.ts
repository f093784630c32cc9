// Models for operations that may leave theirs out: what the settings pin, held to the route table.

import { bodyRows } from './body-rows.ts'
import { routes } from './routes/index.ts'

/** The model that an operation runs where a request names none, by operation id. */
export type PinnedModels = ReadonlyMap<string, string>

/** Operations whose request may leave its model out, if one is pinned. */
export const pinnable: readonly string[] = routes
  .filter((route) =>
    (['json', 'multipart'] as const).some((media) =>
      bodyRows(route, media).models.some(({ required }) => required === 'or-default'),
    ),
  )
  .map(({ id }) => id)

/** @throws Error where an operation is none of those: a setting that would do nothing misleads who wrote it */
export function pinModels(pinned: readonly { readonly operation: string; readonly model: string }[]): PinnedModels {
  for (const { operation } of pinned) {
    if (!pinnable.includes(operation)) {
      throw new Error(`\`default-models\`: \`${operation}\` takes no default; these do: ${pinnable.join(', ')}`)
    }
  }
  return new Map(pinned.map(({ operation, model }) => [operation, model]))
}
