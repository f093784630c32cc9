// Seal of an object: whoever owns Redis can take objects away, not make or change one. A value is bound to its name. What cannot be told
// is an old value from a newer one of the same name.

import { createSealing } from '../decision-cache/index.ts'

export interface Seal {
  /** Name in Redis of what has this key. */
  name(what: 'object' | 'maker', key: string): string
  seal(name: string, plain: Uint8Array): Buffer
  /** Undefined for everything that was not sealed with this fleet's key under this name. */
  open(name: string, sealed: Uint8Array): Buffer | undefined
}

/** `fleetKey`: 32 secret bytes that all gates of a fleet share and Redis never sees. */
export function createSeal(fleetKey: Uint8Array): Seal {
  const sealing = createSealing(fleetKey, 'stored-objects')
  return {
    name: (what, key) => `portcullis:s1:${what}:${sealing.hide(`${what} ${key}`)}`,
    seal: (name, plain) => sealing.seal({ entry: '', about: name }, plain),
    open: (name, sealed) => sealing.open({ entry: '', about: name }, sealed),
  }
}
