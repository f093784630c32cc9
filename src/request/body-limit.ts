// How long the body of a request may be. Files make it longer than anything that is only read by a model as text.

import type { RouteMatch } from './find-route.ts'

export interface BodyLimits {
  /** `limits.body-bytes`: every body but these. */
  readonly bodyBytes: number
  /** `limits.upload-bytes`: bodies of several parts, as far as their operation takes so much. */
  readonly uploadBytes: number
}

/** Bytes. */
export function bodyLimit({ route, media }: RouteMatch, { bodyBytes, uploadBytes }: BodyLimits): number {
  const parts = media === 'multipart' ? route.body?.multipart : undefined
  return parts === undefined ? bodyBytes : Math.min(parts.bodyBytes, uploadBytes)
}
