// Seal of an object: whoever owns Redis can take objects away, not make or change one. A value is bound to its name. What cannot be told
// is an old value from a newer one of the same name.

import { createSealing } from '../decision-cache/index.ts'

export interface Seal {
  /** Name in Redis of the list of a maker's objects. */
  listName(makerKey: string): string
  /** Name in Redis of an object: in the same slot of a Cluster as its maker's list, so that both change together. */
  objectName(makerKey: string, objectKey: string): string
  seal(name: string, plain: Uint8Array): Buffer
  /** Undefined for everything that was not sealed with this fleet's key under this name. */
  open(name: string, sealed: Uint8Array): Buffer | undefined
}

/** `fleetKey`: 32 secret bytes that all gates of a fleet share and Redis never sees. */
export function createSeal(fleetKey: Uint8Array): Seal {
  const sealing = createSealing(fleetKey, 'stored-objects')
  // A Cluster chooses the slot by what stands in braces.
  const listName = (makerKey: string): string => `portcullis:s2:{${sealing.hide(`maker ${makerKey}`)}}`
  return {
    listName,
    objectName: (makerKey, objectKey) => `${listName(makerKey)}:${sealing.hide(`object ${objectKey}`)}`,
    seal: (name, plain) => sealing.seal({ entry: '', about: name }, plain),
    open: (name, sealed) => sealing.open({ entry: '', about: name }, sealed),
  }
}
