// Two words for writing schemas.
import { z } from 'zod'

/** Gives a key its description, for messages and for docs/settings.md. */
export function say<S extends z.ZodType>(schema: S, description: string): S {
  return schema.meta({ ...schema.meta(), description })
}

/** A list with at least one entry. */
export function some<S extends z.ZodType>(item: S): z.ZodArray<S> {
  return z.array(item).min(1)
}
